"""Tokens that sign somebody in: what all of them have in common. Those that are signed by others are in jwts.py."""

from belowline.errors import Unauthorized

LEEWAY_S = 30  # how far two clocks may differ
MAX_TOKEN = 8192  # characters


def refused(reason: str, code: str = "bad-token") -> Unauthorized:
    return Unauthorized(f"This sign-in is not good: {reason}.", code=code)
