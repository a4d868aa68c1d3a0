"""What a passkey is asked and what its answer proves (WebAuthn), by a library.

It takes 13 MB into memory, so that it is imported where somebody has a passkey, not at the start.
https://www.w3.org/TR/webauthn-3/
"""

from typing import Any

import msgspec
import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from belowline.errors import Unauthorized
from belowline.rules import tokens


class Made(msgspec.Struct, frozen=True):
    """A new passkey that has proved itself."""

    credential: str
    """Its id, base64url."""
    public_key: bytes
    sign_count: int


def creation(host: str, site_name: str, user_name: str, known: list[str]) -> tuple[str, bytes]:
    """(options as JSON, challenge) for a new one. `known`: credentials that the person has already, base64url."""
    options = webauthn.generate_registration_options(
        rp_id=host,
        rp_name=site_name,
        user_name=user_name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(one)) for one in known],
    )
    return webauthn.options_to_json(options), options.challenge


def question(host: str) -> tuple[str, bytes]:
    """(options as JSON, challenge) for signing in with whatever passkey the device has for us."""
    verify = UserVerificationRequirement.REQUIRED
    options = webauthn.generate_authentication_options(rp_id=host, user_verification=verify)
    return webauthn.options_to_json(options), options.challenge


def proved_new(credential: dict[str, Any], challenge: bytes, host: str, origin: str) -> Made:
    """Raises Unauthorized for one that does not answer as it should."""
    try:
        proved = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise _refused() from error
    return Made(bytes_to_base64url(proved.credential_id), proved.credential_public_key, proved.sign_count)


def proved(credential: dict[str, Any], challenge: bytes, host: str, origin: str, key: bytes, count: int) -> int:
    """The passkey's count of signatures now, of a known one with this public key. Raises Unauthorized."""
    try:
        found = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=key,
            credential_current_sign_count=count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise _refused() from error
    return found.new_sign_count


def _refused() -> Unauthorized:
    return tokens.refused("the passkey did not answer as it should", "bad-passkey")
