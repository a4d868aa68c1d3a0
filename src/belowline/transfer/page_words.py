"""What the words on saved pages say, whatever the page's form: dates, page furniture, headings, paragraphs."""

import datetime as dt
import re
from itertools import pairwise

import msgspec

from belowline.transfer.records import CommentRecord, Note, StoryRecord


class Found(msgspec.Struct):
    """One page as read. Source ids of comments are the page's own; page.py makes them and the story's final."""

    story: StoryRecord
    comments: list[CommentRecord]
    notes: list[Note]


class When(msgspec.Struct, frozen=True):
    at: dt.datetime
    """UTC"""
    zoned: bool
    """False: the page gave no time zone and the time was kept as UTC."""


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero",
            "feb february februar février febrero",
            "mar march märz mars marzo",
            "apr april avril abril",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet julio",
            "aug august août agosto",
            "sep sept september septembre septiembre",
            "oct october okt oktober octobre octubre",
            "nov november novembre noviembre",
            "dec december dez dezember décembre diciembre",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "(?P<{}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_CLOCK = (
    r"(?:(?:,|\s|\bat\b|\bum\b|\bà\b|@|[-–—|·T])*(?P<h>\d{1,2})[:.h](?P<mi>\d{2})(?::(?P<s>\d{2})(?:\.\d{1,9})?)?"
    r"(?:\s*(?P<ap>[ap])\.?m\b\.?)?(?:\s*Uhr)?(?:\s*(?P<z>Z|UTC|GMT|[+-]\d{2}:?\d{2})\b)?)?"
)
_DAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
DATE = re.compile(
    _DAY
    + r"(?:(?P<y1>\d{4})-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})|"
    + _MONTH.format("m2")
    + r"\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{4})|"
    + r"(?P<d3>\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:de\s+)?"
    + _MONTH.format("m3")
    + r",?\s+(?:de\s+)?(?P<y3>\d{4})|"
    + r"(?P<d4>\d{1,2})[./](?P<m4>\d{1,2})[./](?P<y4>\d{4}))"
    + _CLOCK,
    re.IGNORECASE,
)


def when(text: str) -> When | None:
    """The first date in `text`, or None where there is none or its day and month could be swapped (03/04/2014)."""
    match = DATE.search(text[:400])
    if match is None:
        return None
    part = match.groupdict()
    year, day = (next(part[k + n] for n in "1234" if part["y" + n]) for k in "yd")
    month = next(part["m" + n] for n in "1234" if part["y" + n])
    number = _MONTHS.get(month.lower()) or int(month)
    if part["y4"] and "/" in match[0]:
        if number <= 12 and int(day) <= 12 and number != int(day):
            return None
        number, day = (int(day), str(number)) if number > 12 else (number, day)
    hour = int(part["h"] or 0)
    if part["ap"]:
        hour = hour % 12 + (12 if part["ap"].lower() == "p" else 0)
    zone = _zone(part["z"])
    try:
        at = dt.datetime(
            int(year), number, int(day), hour, int(part["mi"] or 0), int(part["s"] or 0), tzinfo=zone or dt.UTC
        )
        return When(at.astimezone(dt.UTC), zone is not None)
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> dt.tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return dt.UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return dt.timezone(dt.timedelta(minutes=minutes if text[0] == "+" else -minutes)) if minutes < 1440 else None


CLOSED = re.compile(
    r"(comments?|commenting|(this )?(discussion|thread|topic|post|article))( are| is| have been| has been| were)?"
    r"( now)? (closed|off|disabled)( for this \w+| to (new )?comments?)?[.!]?",
    re.IGNORECASE,
)
HEADING = re.compile(
    r"(?:(?P<n>\d[\d,.]*|one|no)\s+)?(?:comments?|responses?|replies|thoughts?|reactions?|discussion|reader comments)"
    r"(?:\s*\(\d+\)|\s+so far)?(?:\s+(?:to|on)\s+[“\"‘«](?P<title>.+)[”\"’»])?(?:\s+(?:to|on) .{1,160})?\s*:?",
    re.IGNORECASE,
)
FURNITURE = re.compile(
    r"loading\b.{0,40}|share( this)?( (article|post|story|on .{1,20}))?:?|tweet|like this:|like( loading)?\s*\.*|"
    r"click to (share|email|print).*|facebook|twitter|x|whatsapp|linkedin|pinterest|reddit|telegram|e-?mail( this)?|print|"  # noqa: E501
    r"advertisements?|sponsored( content)?|related( (posts?|articles?|stories))?:?|skip to (main )?content|menu|search|home|"  # noqa: E501
    r"subscribe.{0,60}|sign (in|up).{0,60}|log ?in.{0,60}|register|newsletter|cookie.{0,80}|powered by .{1,60}|"
    r"view all posts by .*|(filed under|tags?|tagged|posted in|categories|category)\b.{0,200}|.{1,40} » .{1,200}|"
    r"post navigation|comment navigation|[←«]?\s*older comments|newer comments\s*[→»]?|Δ|-{3,}|_{3,}|\*{3,}",
    re.IGNORECASE,
)
TAIL = re.compile(
    r"leave a (reply|comment).*|post a comment|(add|write) (a|your) comment.*|your e-?mail address will not.*|"
    r"loading (facebook )?comments\s*(\.\.\.|…)?|[←«]?\s*older comments|newer comments\s*[→»]?|post navigation|"
    r"comment navigation|you must be logged in to .{1,30}|recent (posts|comments)|powered by .{1,60}|copyright\b.{1,200}|"  # noqa: E501
    r"©.{1,200}|notify me of .*|trackbacks?( and pingbacks?)?:?",
    re.IGNORECASE,
)
CONTROL = re.compile(
    r"(log in to )?reply( to .{1,40})?\s*[↓↩]?|permalink|report( (abuse|comment))?|flag|quote|edit|\(edit\)|like|link|"
    r"\d+ (likes?|replies)|(reply|like|share|report|permalink|quote|edit|\||·|•|\s)+",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\s*([-*•>–]|\d+[.)])\s")


def paragraphs(lines: list[str]) -> str:
    """Lines of one text: paragraphs two newlines apart, hard-wrapped lines joined, other line breaks kept.

    A page is hard-wrapped where no line of a block had room for the next line's first word.
    """
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line.strip())
        elif blocks[-1]:
            blocks.append([])
    width = max((len(line) for block in blocks if len(block) > 1 for line in block), default=0)
    return "\n\n".join((" " if _wrapped(block, width) else "\n").join(block) for block in blocks if block)


def _wrapped(block: list[str], width: int) -> bool:
    if not 50 <= width <= 100 or any(_ITEM.match(line) for line in block[1:]):
        return False
    breaks = list(pairwise(block))
    full = all(len(line) + 1 + len(after.split(maxsplit=1)[0]) > width for line, after in breaks)
    return full and any(line[-1] not in '.!?:”"' for line, _ in breaks)


def told(counted: dict[str, tuple[int, str]], why: str) -> list[Note]:
    """One note for each piece of furniture: what → (how often, where first)."""
    return [
        Note(what=f"“{what[:120]}”" + (f" ({n} times)" if n > 1 else ""), why=why, where=where)
        for what, (n, where) in counted.items()
    ]


def losses(comments: list[CommentRecord], unzoned: int) -> list[Note]:
    """What the page has lost for good: names, dates, time zones."""
    own = [c for c in comments if c.kind == "comment"]
    notes = []
    for what, lost in (
        ("name", [c for c in own if c.author_name is None]),
        ("date", [c for c in own if c.created_at is None]),
    ):
        if lost:
            text = f"{len(lost)} of {len(own)} comments stand without a {what}."
            notes.append(
                Note(
                    what=text,
                    why=f"The page gives no {what} for them that can be read with certainty; none was invented.",
                )
            )
    if unzoned:
        notes.append(Note(what=f"{unzoned} times were kept as UTC.", why="The page gives them without a time zone."))
    return notes


def titled(story: StoryRecord, heading_title: str | None, first_words: str, notes: list[Note]) -> StoryRecord:
    """The story with a title. A title is never invented: it is borrowed from the page's own words, with a note."""
    if story.title:
        return story
    sentence = re.split(r"(?<=[.!?…])\s", first_words.strip(), maxsplit=1)[0]
    short = sentence if len(sentence) <= 90 else sentence[:90].rsplit(" ", 1)[0] + "…"
    for title, source in (
        (heading_title, "the heading over the comments"),
        (story.deck, "the deck, the only headline-like line left"),
        (short, "the first words of the text"),
    ):
        if title:
            why = f"The page has lost its headline; {source} serves as title."
            notes.append(Note(what=f"Title: “{title}”", why=why, where=story.where))
            return msgspec.structs.replace(story, title=title)
    return story
