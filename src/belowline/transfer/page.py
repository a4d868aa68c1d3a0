"""A saved page, plain text or HTML: one story with its discussion.

The page is read whole, so its size is bounded. Ids come from its content: the same page read again has the same ids.
"""

import codecs
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from belowline.errors import Invalid, TooLarge
from belowline.transfer import page_text
from belowline.transfer.page_words import Found
from belowline.transfer.records import CommentRecord, Note, Record

MAX_BYTES = 64 * 1024 * 1024
_KINDS = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"bplist00", "a web archive"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_TAG = re.compile(
    r"<(!doctype\s+html|html|head|body|title|meta|div|article|section|main|ol|ul|p|h[1-6]|script)\b", re.IGNORECASE
)
_OTHER = re.compile(r"(?:<\?xml[^>]*>\s*)?<(rss|feed|disqus)\b", re.IGNORECASE)


def read(path: Path) -> Iterator[Record]:
    """The story, then its comments in the page's order, then notes on what was left out or guessed.

    Raises TooLarge over 64 MB, Invalid for what is no saved page or holds no story or no comments.
    """
    from belowline.transfer import page_html  # noqa: PLC0415

    size = path.stat().st_size
    if size > MAX_BYTES:
        raise TooLarge(f"{path.name} has {size / 2**20:.0f} MB; a saved page may have at most {MAX_BYTES // 2**20} MB.")
    text, notes = _decode(path.read_bytes(), path.name)
    start = text[:4096].lstrip()
    if other := _OTHER.match(start):
        raise Invalid(
            f"{path.name} is an export or feed (<{other[1]}>), not a saved page; choose the importer made for it."
        )
    html = path.suffix.lower() in {".html", ".htm", ".xhtml"} or (
        start.startswith("<") and _TAG.search(start) is not None
    )
    found = page_html.read_page(text, path.name) if html else page_text.read_page(text, path.name)
    yield from _with_ids(found)
    yield from notes
    yield from found.notes


def _decode(data: bytes, name: str) -> tuple[str, list[Note]]:
    """The file's text, and what had to be guessed for it."""
    kind = next((kind for magic, kind in _KINDS if data.startswith(magic)), None)
    if kind:
        raise Invalid(f"{name} is {kind}, not a saved page. Save the page as HTML or plain text.")
    if not data.strip():
        raise Invalid(f"{name} is empty.")
    if re.search(rb"(?im)^content-type:\s*multipart/related", data[:4096]):
        raise Invalid(f"{name} is a web archive (MHTML), not a saved page. Save the page as HTML or plain text.")
    bom = next(((mark, codec) for mark, codec in _BOMS if data.startswith(mark)), None)
    head = data[:65536]
    if (
        bom is None
        and sum(byte < 32 and byte not in b"\t\n\r\f\x00\x1a" for byte in head) + head.count(0) > len(head) // 20
    ):
        raise Invalid(f"{name} is binary data, not a saved page. Save the page as HTML or plain text.")
    notes: list[Note] = []
    text = data[len(bom[0]) :].decode(bom[1], "replace") if bom else _by_charset(data, notes)
    if "\x00" in text:
        notes.append(Note(what=f"{text.count(chr(0))} NUL characters", why="They are no text and were taken out."))
        text = text.replace("\x00", "")
    return text.replace("\r\n", "\n").replace("\r", "\n"), notes


def _by_charset(data: bytes, notes: list[Note]) -> str:
    """UTF-8 wherever it fits, for pages that name another charset are often saved as UTF-8; then the page's own word."""  # noqa: E501
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        named = _CHARSET.search(data[:4096])
    codec = named[1].decode("ascii").lower() if named else "windows-1252"
    # Browsers read latin-1 as windows-1252, and so were such pages written.
    codec = "windows-1252" if codec in {"iso-8859-1", "latin1", "us-ascii", "ascii", "utf-8", "utf8"} else codec
    try:
        text = data.decode(codec, "replace")
    except LookupError:
        codec, text = "windows-1252", data.decode("windows-1252", "replace")
    lost = f" {text.count(chr(0xFFFD))} characters could not be read." if "�" in text else ""
    notes.append(Note(what=f"The page was read as {codec}.", why=f"It is not UTF-8.{lost}"))
    return text


def _with_ids(found: Found) -> Iterator[Record]:
    """Story id from its address, else its words; comment ids from the page, else their place in it."""
    story = found.story
    url = re.sub(r"^https?://(www\.)?|#.*$|\butm_\w+=[^&]*&?", "", story.url or "").rstrip("/?&")
    same = url or f"{story.title}\n{story.body}"
    digest = hashlib.sha256(" ".join(same.casefold().split()).encode("utf-8", "replace")).hexdigest()[:16]
    story = msgspec.structs.replace(story, source_id=f"page:{digest}")
    yield story
    seen: set[str] = set()
    for place, comment in enumerate(found.comments, 1):
        own = comment.source_id or f"n{place}"
        if own in seen:
            own, repeated = f"{own}~{place}", own
            found.notes.append(
                Note(what=f"Comment id {repeated} stands twice on the page.", why=f"The later one became {own}.")
            )
        seen.add(own)
        yield _placed(comment, own, story.source_id)


def _placed(comment: CommentRecord, own: str, story: str) -> CommentRecord:
    parent = comment.parent_source_id if comment.parent_source_id != own else None
    return msgspec.structs.replace(comment, source_id=own, story_source_id=story, parent_source_id=parent)
