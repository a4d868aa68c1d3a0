"""The story on a page in plain text: what stands above the discussion.

From the top: headline, deck, credit, byline, date; then paragraphs; then neighbours and a line about the author.
"""

import re
from typing import Any

import msgspec

from belowline.errors import Invalid
from belowline.transfer import page_words as words
from belowline.transfer.records import Note, StoryRecord

_CREDIT = re.compile(
    r"(?:(?:photo|image|picture|illustration|photograph|graphic)s?\s*(?:credits?|courtesy(?: of)?|by)?\s*[:/]|"
    r"(?:photo|image|picture|illustration)s? (?:by|courtesy of)|credits?\s*:)\s*(?P<credit>\S.{0,200})",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"(?P<caption>\S.{8,400}?)\s*[(\[|/]\s*(?:photo|image|picture|credit)s?(?: credit| by)?\s*[:/]?\s*(?P<credit>[^()\[\]]{2,120}?)[)\]]?", re.IGNORECASE)  # fmt: skip  # noqa: E501
_BYLINE = re.compile(
    r"(?:posted |written |story )?by:?\s+(?P<name>\S.{1,70}?)(?:\s*(?:[|,·•–—-]|\bon\b)\s*(?P<date>.*\d.*))?",
    re.IGNORECASE,
)
_URL = re.compile(r"(?:(?:source|url|address|link|permalink|from)\s*:\s*)?(?P<url>https?://\S+)", re.IGNORECASE)
_NEIGHBOUR = re.compile(
    r"(?P<which>previous|prev|next|older|newer)\s+(?:article|post|story|entry)(?:\s*[:»«→←–-]\s*|(?=(?-i:[^a-z\s]))|\s+|$)(?P<title>.{0,250})",
    re.IGNORECASE,
)
_ARROW = re.compile(r"(?P<before>[←«])\s*(?P<previous>.{3,200})|(?P<next>.{3,200}?)\s*[→»]")
_ABOUT_HEAD = re.compile(r"about (the )?(author|writer|[A-Z]\S+( [A-Z]\S+){0,4})", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?P<name>(?:(?:Dr|Prof|Rabbi|Rev|Sir|Dame)\.? )?[A-Z][\w.’'-]+(?: (?:de|van|von|der|bin|al|da|la|[A-Z][\w.’'-]*)){1,5})"  # noqa: E501
    r"(?:, [^,]{2,60},)? (?:is|was|has been|writes|works|teaches|lives|covers|reports)\b.{5,}",
    re.DOTALL,
)
_WRITERS = re.compile(
    r"\b(author|writer|editor|director|professor|journalist|columnist|reporter|writes|teaches|covers|reports|lives in)\b"  # noqa: E501
)


class _Parts(msgspec.Struct):
    fields: dict[str, Any]
    headlines: list[str]
    after_credit: bool = False
    date: words.When | None = None


def read_story(
    lines: list[str], heading_title: str | None, furniture: dict[str, tuple[int, str]], notes: list[Note], name: str
) -> StoryRecord:
    """Raises Invalid where nothing but furniture stands above the discussion."""
    rows = [(i, line.strip()) for i, line in enumerate(lines)]
    parts = _Parts(fields={}, headlines=[])
    rows = _neighbours(_furniture(rows, furniture), parts, furniture)
    rows = _head(rows, parts)
    rows = _author(rows, parts, notes)
    body = words.paragraphs([line for _, line in rows])
    if not body and not parts.headlines and not heading_title:
        raise Invalid(f"No story was found on {name}: nothing stands above its comments.")
    where = f"line {next((i for i, line in enumerate(lines) if line.strip()), 0) + 1}"
    story = StoryRecord(
        source_id="", body=body, published_at=parts.date.at if parts.date else None, where=where, **parts.fields
    )
    if parts.date and not parts.date.zoned:
        notes.append(Note(what="The story's date was kept as UTC.", why="The page gives it without a time zone."))
    return words.titled(_titles(story, parts), heading_title, body, notes)


def _titles(story: StoryRecord, parts: _Parts) -> StoryRecord:
    """Two headline-like lines are headline and deck. One is the headline, except under the picture's credit:
    headlines stand over pictures, so that line is the deck and the page has lost its headline."""
    if len(parts.headlines) == 1 and parts.after_credit:
        return msgspec.structs.replace(story, deck=parts.headlines[0])
    title, deck = [*parts.headlines, None, None][:2]
    return msgspec.structs.replace(story, title=title, deck=deck)


def _furniture(rows: list[tuple[int, str]], furniture: dict[str, tuple[int, str]]) -> list[tuple[int, str]]:
    kept = []
    for number, line in rows:
        if line and (words.FURNITURE.fullmatch(line) or words.TAIL.fullmatch(line) or words.CLOSED.fullmatch(line)):
            times, where = furniture.get(line, (0, f"line {number + 1}"))
            furniture[line] = (times + 1, where)
        else:
            kept.append((number, line))
    return kept


def _neighbours(
    rows: list[tuple[int, str]], parts: _Parts, furniture: dict[str, tuple[int, str]]
) -> list[tuple[int, str]]:
    """Takes the previous and next titles out. In the foot, what follows them is about the author or furniture."""
    kept, place, last = [], 0, None
    while place < len(rows):
        line = rows[place][1]
        match = _NEIGHBOUR.fullmatch(line) if len(line) < 280 and not line.endswith(".") else None
        arrow = _ARROW.fullmatch(line) if match is None and len(line) < 200 else None
        if match:
            title = match["title"].strip(" →»")
            if not title and place + 1 < len(rows):
                place += 1
                title = rows[place][1]
            which = "previous" if match["which"].lower() in {"previous", "prev", "older"} else "next"
            parts.fields.setdefault(f"{which}_title", title)
        elif arrow:
            which, title = ("previous", arrow["previous"]) if arrow["before"] else ("next", arrow["next"])
            parts.fields.setdefault(f"{which}_title", title.strip())
        else:
            kept.append(rows[place])
        last = len(kept) if match or arrow else last
        place += 1
    if last is None or sum(len(x) for _, x in kept[:last]) < sum(len(x) for _, x in kept[last:]):
        return kept
    return kept[:last] + _foot(kept[last:], parts, furniture)


def _foot(rows: list[tuple[int, str]], parts: _Parts, furniture: dict[str, tuple[int, str]]) -> list[tuple[int, str]]:
    about = [line for _, line in rows if line and not _ABOUT_HEAD.fullmatch(line)]
    if about and (match := _ABOUT.fullmatch(about[0])):
        parts.fields["author_name"], parts.fields["author_about"] = match["name"], about[0]
        about = about[1:]
    for number, line in rows:
        if line in about:
            furniture[line] = (1, f"line {number + 1}")
    return []


def _head(rows: list[tuple[int, str]], parts: _Parts) -> list[tuple[int, str]]:
    """Takes headline, deck, credit, byline, date and address off the top; stops at the first paragraph."""
    place = 0
    while place < len(rows):
        line = rows[place][1]
        if not line or _known(line, parts):
            place += 1
            continue
        if not _headline_like(rows, place, parts):
            break
        parts.headlines.append(line)
        parts.after_credit = parts.after_credit or "picture_credit" in parts.fields
        place += 1
    return rows[place:]


def _known(line: str, parts: _Parts) -> bool:
    if len(line) > 420:
        return False
    if match := _URL.fullmatch(line):
        parts.fields.setdefault("url", match["url"])
    elif match := _CREDIT.fullmatch(line):
        parts.fields.setdefault("picture_credit", match["credit"].strip())
    elif match := _CAPTION.fullmatch(line):
        parts.fields.setdefault("picture_caption", match["caption"])
        parts.fields.setdefault("picture_credit", match["credit"])
    elif (match := _BYLINE.fullmatch(line)) and len(match["name"].split()) <= 8:
        parts.fields.setdefault("author_name", match["name"])
        parts.date = parts.date or words.when(match["date"] or "")
    elif len(line) < 60 and (date := words.when(line)) and not line.endswith((".", "?", "!")):
        parts.date = parts.date or date
    else:
        return False
    return True


def _headline_like(rows: list[tuple[int, str]], place: int, parts: _Parts) -> bool:
    """Short, alone, no sentence; a second one may be a sentence if a byline or date follows: then it is a deck."""
    line = rows[place][1]
    below = rows[place + 1][1] if place + 1 < len(rows) else ""
    if below[:1].islower():
        return False
    more = [other for _, other in rows[place + 1 :] if other]
    if len(parts.headlines) == 2 or len(line) > 300 or not more:
        return False
    if len(line) <= 180 and line[-1] not in ".,;:":
        return True
    return len(parts.headlines) == 1 and _known(more[0], _Parts(fields={}, headlines=[]))


def _author(rows: list[tuple[int, str]], parts: _Parts, notes: list[Note]) -> list[tuple[int, str]]:
    """A last paragraph about the author: under "About the author", or about the byline's name, or of a writer's words."""  # noqa: E501
    filled = [i for i, (_, line) in enumerate(rows) if line]
    if "author_about" in parts.fields or len(filled) < 2:
        return rows
    last = rows[filled[-1]][1]
    match = _ABOUT.fullmatch(last) if len(last) < 600 else None
    headed = _ABOUT_HEAD.fullmatch(rows[filled[-2]][1])
    byline = parts.fields.get("author_name")
    if not headed and not (match and (byline == match["name"] or (byline is None and _WRITERS.search(last)))):
        return rows
    parts.fields["author_about"] = last
    if match:
        parts.fields.setdefault("author_name", match["name"])
    if not headed and byline is None:
        why = "It is the last paragraph above the comments and speaks of a writer."
        notes.append(
            Note(
                what=f"Taken as the line about the author: “{last[:80]}”",
                why=why,
                where=f"line {rows[filled[-1]][0] + 1}",
            )
        )
    return rows[: filled[-2] if headed else filled[-1]]
