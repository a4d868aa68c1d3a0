"""Messages between servers, signed: who knows the secret can tell that they are ours and fresh."""

import hashlib
import hmac

HEADER = "Belowline-Signature"


def sign(secret: str, body: bytes, at: int) -> str:
    """The header's value: `t=<seconds since 1970>,v1=<HMAC-SHA256 of "t.body", in hex>`.

    The receiver computes the same and refuses what is older than a few minutes.
    """
    return f"t={at},v1={_mac(secret, body, at)}"


def holds(secret: str, body: bytes, header: str, now: int, most_s: int = 300) -> bool:
    """Whether a header is good for a body, and no older (or newer) than `most_s` seconds."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    if not parts.get("t", "").isdecimal() or len(parts["t"]) > 12:
        return False
    at = int(parts["t"])
    return abs(now - at) <= most_s and hmac.compare_digest(parts.get("v1", ""), _mac(secret, body, at))


def _mac(secret: str, body: bytes, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
