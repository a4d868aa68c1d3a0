"""Signed marks in links: whoever holds one may see the thing that it names, without signing in."""

import hashlib

from itsdangerous import BadSignature, Signer


def mark(secret: str, what: str, number: int) -> str:
    return _signer(secret, what).sign(str(number)).decode()


def holds(secret: str, what: str, number: int, shown: str) -> bool:
    return read(secret, what, shown) == number


def read(secret: str, what: str, shown: str) -> int | None:
    """The number in a good mark."""
    try:
        return int(_signer(secret, what).unsign(shown))
    except (BadSignature, ValueError, UnicodeError):
        return None


def _signer(secret: str, what: str) -> Signer:
    return Signer(secret, salt=f"duty {what}", digest_method=hashlib.sha256)
