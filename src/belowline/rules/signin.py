"""What is right at the door: addresses, where to go on, names to begin with."""

import hashlib
import hmac
import re
from urllib.parse import urlsplit

from belowline.errors import Invalid

MAX_EMAIL = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
_EMAIL = re.compile(
    r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
)


def clean_email(address: str) -> str:
    """An address as it is kept: one, without spaces, its domain in small ASCII letters.

    Raises Invalid (field "email") for what is no single plain address; line breaks, and with them headers of an
    attacker's own, never get through.
    """
    local, _, domain = address.strip(" ").rpartition("@")
    try:
        domain = domain.encode("idna").decode() if not domain.isascii() else domain
    except UnicodeError:
        domain = ""
    plain = f"{local}@{domain.lower()}"
    if len(plain) > MAX_EMAIL or not _EMAIL.fullmatch(plain) or local.startswith(".") or ".." in plain:
        raise Invalid("This is not an e-mail address.", fields={"email": "An address such as ada@example.org."})
    return plain


def email_key(address: str, secret: str) -> str:
    """A keyed hash by which an address can be known again; without the installation's secret nobody can try
    addresses on it. Importers keep the same of the addresses that they find."""
    plain = address.strip().casefold()
    return hmac.new(secret.encode(), plain.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def safe_next(place: str | None) -> str:
    """A path on our own pages to go on to; "/" for anything that a browser could read as another place."""
    place = place or "/"
    parts = urlsplit(place) if not re.search(r"[\x00-\x20\\\x7f-\x9f]", place) else None
    if parts is None or parts.scheme or parts.netloc or not re.match(r"/(?!/)", place) or len(place) > 500:
        return "/"
    return place


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


def device_name(agent: str) -> str:
    """A browser as its owner knows it, "Firefox, Android"; as it names itself where we do not know it."""
    known = [next((name for part, name in kinds if part in agent), None) for kinds in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in known if name) or agent
