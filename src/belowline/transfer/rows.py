"""From a neutral record to the row that is kept: foreign text made fit to keep and safe to show."""

import functools
import re
import unicodedata
from typing import Any

from belowline.errors import Invalid
from belowline.model.comment import State
from belowline.rules import text
from belowline.rules.formats import html_of
from belowline.rules.letters import CONTROLS, NEWLINES, SURROGATES, cut_runs
from belowline.rules.signin import email_key
from belowline.store.tables import to_us
from belowline.transfer.belowline import OwnComment
from belowline.transfer.records import CommentRecord

MAX_NAME = 200
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MAY_RUN = re.compile(
    "[\u0300-\u200f\u2028-\u202e\u2060-\u206f\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe00-\ufe2f\ufff0-\uffff"
    "\U0001d100-\U0001d2ff\U000e0000-\U000e0fff]"
)
"""Characters that `cut_runs` looks at one by one: most texts of Latin scripts have none, and need not wait for it."""


def clean(source: str) -> str:
    """The original without what no database or page can hold: control characters, broken Unicode, heaps of marks."""
    if _ODD.search(source):
        source = CONTROLS.sub("", SURROGATES.sub("\ufffd", NEWLINES.sub("\n", source)))
    if not source.isascii():
        source = cut_runs(source) if _MAY_RUN.search(source) else unicodedata.normalize("NFC", source)
    return source.strip()


@functools.lru_cache(maxsize=10_000)
def line(source: str | None, limit: int = MAX_NAME) -> str | None:
    """One line of it, or None when nothing is left."""
    return " ".join(clean(source).split())[:limit].strip() or None if source else None


def lang_of(source: str | None) -> str | None:
    try:
        return text.lang_tag(source)
    except Invalid:
        return None


@functools.lru_cache(maxsize=10_000)
def email_hash(address: str | None, key: str) -> str | None:
    """The same that a sign-in by mail looks for; None for what is no address."""
    return email_key(address, key) if address and "@" in address else None


def state_of(record: CommentRecord) -> State:
    if isinstance(record, OwnComment) and record.removed:
        return State.REMOVED
    return State(record.state)


def comment_row(record: CommentRecord, at: int, lost: bool, mark: str | None) -> dict[str, Any]:
    """What of a comment's row follows from its record. `at`: microseconds; `mark`: the `email_hash`."""
    source = clean(record.text)
    return {
        "author_name": line(record.author_name),
        "text": source,
        "html": html_of(source, record.format),
        "format": record.format,
        "lang": lang_of(record.lang),
        "state": str(state_of(record)),
        "created_at": at,
        "date_lost": lost,
        "edited_at": None if record.edited_at is None else to_us(record.edited_at),
        "email_hash": mark,
    }


def own_row(record: CommentRecord) -> dict[str, Any]:
    """The columns that only Belowline's own lines fill."""
    if not isinstance(record, OwnComment):
        return {}
    featured = None if record.featured_at is None else to_us(record.featured_at)
    return {"badge": record.badge, "featured_at": featured, "quotes": None}


def pingback_row(record: CommentRecord, at: int) -> dict[str, Any]:
    return {
        "author_name": line(record.author_name),
        "url": line(record.author_url, 2000),
        "text": clean(record.text),
        "format": record.format,
        "state": record.state,
        "created_at": at,
    }
