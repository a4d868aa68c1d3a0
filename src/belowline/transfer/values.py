"""Plain values out of what the sources hold: text, times, flags, counts. Nothing here raises."""

import datetime as dt
import email.utils
import re
from collections.abc import Callable

FIRST_YEAR, LAST_YEAR = 1990, 2099
"""A comment on the web from outside these years has lost its date (year 0, 0001, 1970, 9999)."""

_GO_TIME = re.compile(r"^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?)\s*([+-]\d\d:?\d\d)(?:\s+\S+)?$")
_BLOCK = re.compile(r"<(?:p|div|ul|ol|blockquote|pre|table|h[1-6]|hr)\b", re.IGNORECASE)
_TAG = re.compile(r"<(?:p|br|a|b|i|em|strong|img|blockquote|div|span|code|pre|ul|ol|li|h\d)\b[^>]*>", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def text(value: object) -> str | None:
    """The value as clean text without its padding; None when nothing is left."""
    if value is None or isinstance(value, (dict, list)):
        return None
    clean = str(value).replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()
    return clean or None


def identifier(value: object) -> str | None:
    """An id as text: also Mongo's {"$oid": …} and {"$numberLong": …} and LeanCloud's pointers."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("$oid", "$numberLong", "objectId", "id") if key in value), None)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return text(value)


def flag(value: object) -> bool:
    """True for true, 1, "true", "1", "yes", in any case and padding."""
    return str(value).strip().lower() in {"true", "1", "yes", "1.0"}


def number(value: object) -> int:
    """A count; 0 where it is missing or no number. Never outside ±2^31."""
    if isinstance(value, dict):
        value = next(iter(value.values()), 0)
    try:
        whole = int(float(str(value)))
    except (ValueError, OverflowError):
        return 0
    return max(-(2**31), min(2**31, whole))


def when(value: object, offset: dt.timedelta = dt.timedelta()) -> dt.datetime | None:
    """The moment in UTC; None where it is missing, unreadable or in a year that cannot be.

    Reads ISO 8601, RFC 822, "YYYY-MM-DD hh:mm:ss", epochs in s, ms or µs, {"$date": …} and
    {"__type": "Date", "iso": …}. A time without a zone is local by `offset` (UTC unless given).
    """
    if isinstance(value, dict):
        return when(next((value[key] for key in ("$date", "iso", "$numberLong") if key in value), None), offset)
    if value is None or isinstance(value, (bool, list)):
        return None
    found = _moment(str(value).strip())
    if found is None:
        return None
    try:
        utc = found.astimezone(dt.UTC) if found.tzinfo else (found - offset).replace(tzinfo=dt.UTC)
    except (OverflowError, ValueError):
        return None
    return utc if FIRST_YEAR <= utc.year <= LAST_YEAR else None


def _moment(written: str) -> dt.datetime | None:
    if re.fullmatch(r"-?\d{9,17}(?:\.\d*)?", written):
        seconds = float(written)
        while abs(seconds) > 1e11:
            seconds /= 1000
        return _or_none(lambda: dt.datetime.fromtimestamp(seconds, dt.UTC))
    if match := _GO_TIME.match(written):
        written = match[1] + match[2]
    return _or_none(lambda: dt.datetime.fromisoformat(written)) or _or_none(
        lambda: email.utils.parsedate_to_datetime(written)
    )


def _or_none(read: Callable[[], dt.datetime]) -> dt.datetime | None:
    try:
        return read()
    except (ValueError, TypeError, OverflowError, OSError, IndexError):
        return None


def looks_like_html(written: str) -> bool:
    """Whether a text field that may hold either is HTML rather than Markdown: it opens with a tag."""
    return bool(_TAG.match(written.lstrip()))


def paragraphs(html: str) -> str:
    """HTML in which newlines mean something (WordPress keeps comments so), with <p> and <br> for them."""
    if "\n" not in html:
        return html
    parts = [part.strip() for part in _BLANK_LINES.split(html.replace("\r\n", "\n").replace("\r", "\n"))]
    return "\n".join(
        part if _BLOCK.search(part) else "<p>" + part.replace("\n", "<br>\n") + "</p>" for part in parts if part
    )
