"""Messages between servers, signed: who knows the secret can tell that they are ours, and fresh.

Belowline-Timestamp: 1795000000       seconds since 1970
Belowline-Signature: v1=<hex>         HMAC-SHA256 of timestamp, a full stop and the body, with the secret
"""

import hashlib
import hmac


def headers(secret: str, body: bytes, at: int) -> dict[str, str]:
    """`at`: seconds since 1970; the receiver refuses what is older than a few minutes."""
    return {"belowline-timestamp": str(at), "belowline-signature": sign(secret, str(at), body)}


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of the header `Belowline-Signature`."""
    made = hmac.new(secret.encode(), timestamp.encode("utf-8", "replace") + b"." + body, hashlib.sha256)
    return f"v1={made.hexdigest()}"


def holds(secret: str, body: bytes, timestamp: str, signature: str, now: int, most_s: int = 300) -> bool:
    """Whether a message is from who knows the secret, and no older (or newer) than `most_s` seconds."""
    if not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 12:
        return False
    good = hmac.compare_digest(signature.encode("utf-8", "replace"), sign(secret, timestamp, body).encode())
    return good and abs(now - int(timestamp)) <= most_s
