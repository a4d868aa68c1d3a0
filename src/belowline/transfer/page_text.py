"""A saved page in plain text. First where the discussion starts, then the story above it, then each comment.

Comments are told apart by what the page has, in this order: numbers that count up, heads ("Anna K. says:", a name
over a date), "Reply" lines. Nothing here knows a particular site.
"""

import re
from collections.abc import Iterator

import msgspec

from belowline.errors import Invalid
from belowline.transfer import page_words as words
from belowline.transfer.page_story import read_story
from belowline.transfer.page_words import Found
from belowline.transfer.records import CommentRecord, Note

_NUMBER = re.compile(r"(?P<indent>\s*)#?(?P<n>\d{1,5}(?:\.\d{1,4}){0,6})(?:[.):]|\s*[-–])?\s+(?=\S)")
_SAYS = re.compile(
    r"(?P<name>\S.{0,58}?)\s+(?:says|said|wrote|writes|commented|replied|responded|sagt|schrieb|dit|a dit|dice|dijo)"
    r"(?:\s*:|\s*[,:]?\s*(?:on\s+|at\s+)?(?P<date>[^:]{0,12}\d.{3,50}?):?)",
    re.IGNORECASE,
)
_NAMED_DATE = re.compile(
    r"(?:(?:posted |comment )?by\s+)?(?P<name>\S.{0,58}?)\s*(?:[,|·•—–:(-]|\bon\b)+\s*(?P<date>[^,|·•(]*\d.{4,45}?)\)?:?"  # noqa: E501
)
_AROUND_DATE = re.compile(r"(posted|on|at|permalink|reply|edit|said|says|#\d*|[\s()|·•,:.–—-])*", re.IGNORECASE)
_TO = re.compile(r"(?:[↳→]\s*)?(?:in reply to|replying to|reply to|@)\s*(?P<name>\S.{0,60}?)[.:]?", re.IGNORECASE)


class Head(msgspec.Struct):
    """The line or lines over a comment that say who and when."""

    first: int
    after: int
    """Index of the first line of the comment's own text."""
    indent: int
    label: str = ""
    name: str | None = None
    date: words.When | None = None
    answers: str | None = None
    """The name after "In reply to"."""


def read_page(text: str, name: str) -> Found:
    lines = [line.expandtabs(4).rstrip() for line in text.split("\n")]
    heading = _heading(lines)
    heads = _numbered(lines, heading) or _headed(lines, heading) or _replies(lines, heading)
    if not heads:
        raise Invalid(
            f"No comments were found on {name}: no numbers that count up, no names over comments, no Reply lines."
        )
    end = _tail(lines, heads[-1].after)
    start = heads[0].first if heading is None or heading > heads[0].first else heading
    notes: list[Note] = []
    furniture: dict[str, tuple[int, str]] = {}
    comments = list(_comments(lines, heads, end, furniture, notes))
    if not comments:
        raise Invalid(f"No comments were found on {name}: there is no text under their heads.")
    for number in [*([heading] if heading is not None else []), *range(end, len(lines))]:
        _count(furniture, lines[number], number)
    title = words.HEADING.fullmatch(lines[heading].strip()) if heading is not None else None
    story = read_story(lines[:start], title["title"] if title else None, furniture, notes, name)
    closed = any(
        words.CLOSED.fullmatch(line.strip()) for line in [*lines[:start], *lines[start : heads[0].first], *lines[end:]]
    )
    notes += words.told(furniture, "Page furniture, not content.")
    unzoned = sum(1 for head in heads if head.date and not head.date.zoned)
    notes += words.losses(comments, unzoned)
    return Found(msgspec.structs.replace(story, closed=closed), comments, notes)


def _count(furniture: dict[str, tuple[int, str]], line: str, number: int) -> None:
    if what := line.strip():
        times, where = furniture.get(what, (0, f"line {number + 1}"))
        furniture[what] = (times + 1, where)


def _heading(lines: list[str]) -> int | None:
    """The last line like "12 Responses to …" with something under it."""
    for number in range(len(lines) - 1, 0, -1):
        line = lines[number].strip()
        if len(line) < 220 and words.HEADING.fullmatch(line) and (line[0].isdigit() or not lines[number - 1].strip()):
            return number
    return None


def _numbered(lines: list[str], heading: int | None) -> list[Head]:
    """Comments that the page numbers: 1, 2, 3 … at one indent, a blank line before each, as far as they count.

    A list in the story may count too, and the greedy run then steals later numbers; of equal runs the later start
    is right, and a run with another start below it is a list in the story.
    """
    rows = [(i, m) for i in range((heading or 0), len(lines)) if (m := _NUMBER.match(lines[i]))]
    best: list[int] = []
    for place, (_, match) in enumerate(rows):
        if match["n"] != "1" or (best and heading is not None):
            continue
        run: list[int] = []
        wanted = 1
        for j, other in rows[place:]:
            if other["n"] == str(wanted) and abs(other.end() - len(other["n"]) - match.end() + 1) <= len(other["n"]):
                run, wanted = [*run, j], wanted + 1
        apart = sum(1 for j in run if j == 0 or not lines[j - 1].strip() or j - 1 == heading)
        if apart * 5 >= len(run) * 4 and len(run) >= max(len(best), 1 if heading is not None else 2):
            best = run
    heads = [_head(lines, i, numbered=True) for i in best]
    found = [head for head in heads if head]
    return sorted(found + _inner(lines, found), key=lambda head: head.first) if found else []


def _inner(lines: list[str], tops: list[Head]) -> list[Head]:
    """Replies among numbered comments: deeper, with a head of their own ("1. Bert says:", "2.1 Bert says:")."""
    if not any(head.name for head in tops):
        return []
    taken = {head.first for head in tops}
    found = []
    for number in range(tops[0].after, len(lines)):
        if number in taken or lines[number - 1].strip():
            continue
        head = _head(lines, number)
        if head and head.name and (head.indent > tops[0].indent or "." in head.label):
            found.append(head)
    return found


def _headed(lines: list[str], heading: int | None) -> list[Head]:
    """Comments under heads. Where most heads have dates, a line without one is text ("My mother says:")."""
    found: list[Head] = []
    number = heading + 1 if heading is not None else 0
    while number < len(lines):
        head = _head(lines, number)
        if head:
            found.append(head)
        number = max(head.after if head else 0, number + 1)
    dated = [head for head in found if head.date]
    found = dated if len(dated) * 2 >= len(found) else found
    if heading is None and found and not any(line.strip() for line in lines[: found[0].first]):
        found = found[1:]
    return found if len(found) >= (1 if heading is not None else 2) else []


def _replies(lines: list[str], heading: int | None) -> list[Head]:
    """Comments that only a "Reply" line ends: the next one starts under it."""
    ends = [
        i
        for i in range((heading or 0) + 1, len(lines))
        if re.fullmatch(r"(?i)reply( [↓↩])?|.{0,20}\breply", lines[i].strip())
    ]
    if heading is None or not ends:
        return []
    starts = [heading + 1, *(i + 1 for i in ends[:-1])]
    return [Head(first=i, after=i, indent=_indent(lines, i)) for i in starts]


def _indent(lines: list[str], number: int) -> int:
    line = next((line for line in lines[number : number + 6] if line.strip()), "")
    return len(line) - len(line.lstrip())


def _head(lines: list[str], number: int, *, numbered: bool = False) -> Head | None:
    """The head that starts on this line; for a line known to be numbered there always is one, if only its number."""
    line = lines[number]
    match = _NUMBER.match(line)
    rest = line[match.end() :] if match else line.lstrip()
    head = Head(first=number, after=number, indent=len(line) - len(line.lstrip()), label=match["n"] if match else "")
    if len(rest) > 160 or not rest:
        return head if numbered else None
    following = next((j for j in range(number + 1, min(number + 3, len(lines))) if lines[j].strip()), None)
    said = _SAYS.fullmatch(rest)
    inline = _NAMED_DATE.fullmatch(rest)
    if said and _is_name(said["name"]) and (not said["date"] or words.when(said["date"])):
        head.name, head.date, head.after = said["name"], words.when(said["date"] or ""), number + 1
    elif inline and _is_name(inline["name"]) and (date := _only_date(inline["date"])):
        head.name, head.date, head.after = inline["name"], date, number + 1
    elif _is_name(rest) and following is not None and (date := _only_date(lines[following])):
        head.name, head.date, head.after = rest.strip().rstrip(":"), date, following + 1
    elif date := _only_date(rest):
        head.date, head.after = date, number + 1
    elif not numbered:
        return None
    if head.name and head.date is None and following is not None and (date := _only_date(lines[following])):
        head.date, head.after = date, following + 1
    return head


def _is_name(text: str) -> bool:
    """A few words without a sentence's marks; a date is no name."""
    text = text.strip().rstrip(":")
    return (
        0 < len(text.split()) <= 6
        and len(text) <= 60
        and not re.search(r"[!?;:“”\"/]|\.\s.*\.\s|\.{2}", text)
        and not words.when(text)
    )


def _only_date(text: str) -> words.When | None:
    match = words.DATE.search(text) if len(text) < 120 else None
    return (
        words.when(match[0])
        if match and _AROUND_DATE.fullmatch(text[: match.start()] + " " + text[match.end() :])
        else None
    )


def _tail(lines: list[str], start: int) -> int:
    """Where the page's foot begins: the first line under the last comment's text that can only be furniture."""
    for number in range(start + 1, len(lines)):
        line = lines[number].strip()
        if line and not lines[number - 1].strip() and (words.CLOSED.fullmatch(line) or words.TAIL.fullmatch(line)):
            return number
    return len(lines)


def _comments(
    lines: list[str], heads: list[Head], end: int, furniture: dict[str, tuple[int, str]], notes: list[Note]
) -> Iterator[CommentRecord]:
    open_heads: list[tuple[int, str, str]] = []
    named: dict[str, str] = {}
    for place, head in enumerate(heads):
        stop = heads[place + 1].first if place + 1 < len(heads) else end
        own = _own_lines(lines, head, stop, furniture)
        where = f"line {head.first + 1}"
        text = words.paragraphs(own)
        if not text:
            notes.append(Note(what=f"Comment {place + 1}", why="It has no text.", where=where, left_out="comment"))
            continue
        # A reply stands deeper than what it answers, or carries its number before its own (2 → 2.1).
        while open_heads and not (head.indent > open_heads[-1][0] or head.label.startswith(open_heads[-1][1] + ".")):
            open_heads.pop()
        parent = named.get((head.answers or "").casefold()) or (open_heads[-1][2] if open_heads else None)
        source_id = f"n{place + 1}"
        open_heads.append((head.indent, head.label or "-", source_id))
        if head.name:
            named[head.name.casefold()] = source_id
        yield CommentRecord(
            source_id=source_id, story_source_id="", parent_source_id=parent, author_name=head.name,
            text=text, created_at=head.date.at if head.date else None, where=where,
        )  # fmt: skip


def _own_lines(lines: list[str], head: Head, stop: int, furniture: dict[str, tuple[int, str]]) -> list[str]:
    """The comment's own lines: without its number, its "In reply to" line and the buttons above and under it."""
    own = list(range(head.after, stop))
    texts = {i: lines[i].strip() for i in own}
    if head.label and head.after == head.first:
        match = _NUMBER.match(lines[head.first])
        texts[head.first] = lines[head.first][match.end() if match else 0 :].strip()
    while own and (not texts[own[-1]] or words.CONTROL.fullmatch(texts[own[-1]])):
        _count(furniture, texts[own[-1]], own.pop())
    while own and own[0] != head.first and (not texts[own[0]] or words.CONTROL.fullmatch(texts[own[0]])):
        _count(furniture, texts[own[0]], own.pop(0))
    if len(own) > 1 and (match := _TO.fullmatch(texts[own[0]])) and head.name:
        head.answers = match["name"]
        own.pop(0)
    return [texts[i] for i in own]
