"""XML written as a stream."""

import datetime as dt
import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 forbids even when escaped (section 2.2)."""


def plain(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def element(name: str, text: str | None = "", **attributes: Any) -> str:
    """An element with text; attribute names say `_` for `:`."""
    named = "".join(f" {key.replace('_', ':')}={quoteattr(plain(str(value)))}" for key, value in attributes.items())
    return f"<{name}{named}>{escape(plain(text or ''))}</{name}>"


def cdata(name: str, text: str) -> str:
    return f"<{name}><![CDATA[{plain(text).replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"


def date(moment: dt.datetime) -> str:
    """2026-11-23T08:00:00Z"""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
