"""The head of the log, signed: whoever kept one can prove later that nothing before it was changed.

A head is a JSON Web Signature (RFC 7515) by Ed25519 (RFC 8037) over the newest row's number, its hash and the date. It
can be checked anywhere with the public key that stands beside it. Imported where one is asked for, as rules/jwts.py is.
"""

import datetime as dt
from typing import Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from belowline.errors import Invalid

_ALGORITHM = "Ed25519"


class Head(msgspec.Struct, frozen=True):
    row: int
    hash: str
    at: dt.datetime
    """When it was signed."""


def new_key() -> str:
    """A private key, as kept."""
    return msgspec.json.encode(OKPKey.generate_key("Ed25519", private=True).as_dict(private=True)).decode()


def public_key(private: str) -> dict[str, Any]:
    """What everybody may know (RFC 7517)."""
    return dict(_key(private).as_dict(private=False))


def sign(head: Head, private: str) -> str:
    return jws.serialize_compact({"alg": _ALGORITHM}, msgspec.json.encode(head), _key(private), algorithms=[_ALGORITHM])


def check(token: str, public: dict[str, Any]) -> Head:
    """What a signed head says. Raises Invalid for one that this key did not sign."""
    try:
        found = jws.deserialize_compact(token.strip(), OKPKey.import_key(public), algorithms=[_ALGORITHM])
        return msgspec.json.decode(found.payload, type=Head)
    except (JoseError, ValueError, msgspec.MsgspecError) as error:
        raise Invalid("This is no head of this log, or it was changed.", code="bad-head") from error


def _key(private: str) -> OKPKey:
    return OKPKey.import_key(msgspec.json.decode(private))
