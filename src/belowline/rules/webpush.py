"""Web push: keys, signatures and encryption, each by a library; here is only what the standards put together.

RFC 8291 (encryption of messages), RFC 8188 (aes128gcm), RFC 8292 (VAPID: who sends). Imported where somebody is told,
as rules/jwts.py is.
"""

import base64
import binascii
import datetime as dt
import os
from urllib.parse import urlsplit

import http_ece
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey

from belowline.errors import Invalid

MAX_ENDPOINT = 1_000
GOOD_FOR = dt.timedelta(hours=12)
"""A signature; push services take at most 24 hours (RFC 8292, 2)."""
BLOCK = 256
"""Messages are filled up to a multiple of it, so that their length tells nothing."""


def new_key() -> str:
    """A key pair for VAPID, as JWK in JSON."""
    return msgspec.json.encode(ECKey.generate_key("P-256").as_dict(private=True)).decode()


def public_key(key: str) -> str:
    """As browsers want it when they subscribe: the uncompressed point, base64url."""
    made = ECKey.import_key(msgspec.json.decode(key))
    point = made.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _text(point)


def signature(key: str, endpoint: str, contact: str, now: dt.datetime) -> str:
    """The Authorization header for one push service."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + GOOD_FOR).timestamp()), "sub": contact}
    made = ECKey.import_key(msgspec.json.decode(key))
    token = jwt.encode({"typ": "JWT", "alg": "ES256"}, claims, made, algorithms=["ES256"])
    return f"vapid t={token}, k={public_key(key)}"


def encrypt(said: bytes, p256dh: str, auth: str) -> bytes:
    """A message that only the browser can read whose keys these are (base64url), under a new one of ours each time."""
    filled = said + b" " * (-len(said) % BLOCK)  # JSON may end with spaces
    made: bytes = http_ece.encrypt(
        filled,
        salt=os.urandom(16),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_bytes(p256dh),
        auth_secret=_bytes(auth),
        version="aes128gcm",
    )
    return made


def check(endpoint: str, p256dh: str, auth: str, private: bool) -> None:
    """Raises Invalid for what no browser would have given."""
    try:
        parts = urlsplit(endpoint)
        good = parts.scheme in (("https", "http") if private else ("https",)) and bool(parts.hostname)
        good = good and len(endpoint) <= MAX_ENDPOINT and not parts.username and parts.fragment == ""
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(p256dh))
        good = good and len(_bytes(p256dh)) == 65 and len(_bytes(auth)) == 16
    except (ValueError, binascii.Error):
        good = False
    if not good:
        raise Invalid("This is no browser's push subscription.", fields={"endpoint": "From the browser."})


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
