"""How a site's readers come in."""

import msgspec

ALGORITHMS = ("HS256", "RS256", "ES256")
"""What a login may be signed with; "none" is none of them."""


class OwnLogin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The publication's own login, which hands a signed token (JWT, RFC 7519) to our element."""

    on: bool = False
    issuer: str = ""
    """Its `iss`."""
    audience: str = ""
    """Its `aud`: ours alone, so that a token for another service or site is worth nothing here."""
    algorithm: str = "HS256"
    secret: str = ""
    """Shared, for HS256: 32 bytes or more."""
    jwks_url: str = ""
    """Public keys for RS256 and ES256, fetched and kept for a while; new keys are found by their `kid`."""
    jwks_file: str = ""
    """The same from a file."""
    login_url: str = ""
    """Where readers sign in at the publication; shown as a link."""
    name_claim: str = "name"
    role_claim: str = "role"
    max_age_s: int = 600
    """How long after `iat` a token may be shown, whatever its `exp` says."""


class Oidc(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An OpenID Connect issuer, found by discovery."""

    on: bool = False
    issuer: str = ""
    client_id: str = ""
    client_secret: str = ""
    """Empty for a public client: PKCE is used in any case."""
    label: str = "OpenID"
    """What the button says."""
    scopes: str = "openid profile email"


class Ways(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: bool = True
    """A link by mail; needs the server's mail settings."""
    passkey: bool = True
    jwt: OwnLogin = OwnLogin()
    oidc: Oidc = Oidc()
