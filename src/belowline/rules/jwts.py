"""Signed tokens (JWT, RFC 7519): who signed it, for whom, until when. Nothing a token says of itself is believed
before that: the algorithm is the one that was agreed on, never the one that the token names.

It takes 9 MB of cryptography into memory, so that it is imported where a token has come, not at the start.
"""

import datetime as dt
from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from joserfc.jws import extract_compact

from belowline.rules import tokens

MAX_SUBJECT = 255
FAR = 10**11  # seconds: beyond the year 5000
AnyKey = OctKey | RSAKey | ECKey
KINDS: dict[str, type[OctKey] | type[RSAKey] | type[ECKey]] = {"HS256": OctKey, "RS256": RSAKey, "ES256": ECKey}


def key_id(token: str, algorithms: tuple[str, ...]) -> tuple[str, str | None]:
    """(algorithm, key id) of a token's header, the algorithm among the agreed ones. Raises Unauthorized."""
    if len(token) > tokens.MAX_TOKEN:
        raise tokens.refused("it is too long")
    try:
        header = extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError) as error:
        raise tokens.refused("it is no signed token") from error
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in algorithms:
        raise tokens.refused("it is not signed as agreed")
    return str(algorithm), kid if isinstance(kid, str) else None


def shared_key(secret: str) -> OctKey:
    return OctKey.import_key(secret)


def find_key(keys: KeySet, algorithm: str, kid: str | None) -> AnyKey | None:
    """The key by its id, or the only one of its kind."""
    kind = KINDS[algorithm]
    fitting = [key for key in keys if isinstance(key, kind) and key.get("use") in (None, "sig")]
    if kid is not None:
        fitting = [key for key in fitting if key.kid == kid]
    return fitting[0] if len(fitting) == 1 else None


def claims_of(token: str, key: AnyKey, algorithm: str, issuer: str, audience: str, now: dt.datetime) -> dict[str, Any]:
    """What a good token says. Raises Unauthorized for a bad signature, another issuer or audience, one that is over,
    not yet good, or names nobody."""
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=tokens.LEEWAY_S,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
    )
    try:
        claims = dict(jwt.decode(token, key, algorithms=[algorithm]).claims)
        registry.validate(claims)
    except ExpiredTokenError as error:
        raise tokens.refused("it is over", "token-over") from error
    except (JoseError, ValueError, TypeError) as error:
        raise tokens.refused("its signature, issuer, audience or time is wrong") from error
    if not all(0 < claims[name] < FAR for name in ("iat", "exp")):  # JSON of Python's knows NaN and Infinity
        raise tokens.refused("its time is wrong")
    if len(claims["sub"]) > MAX_SUBJECT:
        raise tokens.refused("its subject is too long")
    return claims
