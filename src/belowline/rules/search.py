"""What a moderator types into the search: words, and operators such as by:ada is:held score:>0.8 before:2026-05-01.

A minus before an operator or a word turns it around. What is wrong is said, never guessed.
"""

import datetime as dt
import re
from collections.abc import Callable

import msgspec

from belowline.errors import Invalid
from belowline.model.comment import State

MAX_CHARS = 500
MAX_TERMS = 20
FLAGS = ("reported", "new", "edited", "reply", "guest", "staff", "picked")
"""What `is:` knows beside the states."""
HELP = (
    ("words", "all of them stand in the text; “in quotes” as one"),
    ("by:ada", "the writer’s name begins so; by:12 the person with this number"),
    ("story:harbour", "the story’s address or title has it"),
    ("is:held", f"{', '.join(State)}, {', '.join(FLAGS)}"),
    ("score:>0.8", "what a step found at the last look; score:links>0.5 of one step"),
    ("before:2026-05-01", "written before the day; after: on the day or later"),
    ("-is:held", "a minus turns it around"),
)
"""For the page: operator and sentence."""

_PIECE = re.compile(r'(?P<minus>-)?(?:(?P<name>[A-Za-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))')
_SCORE = re.compile(r"(?P<step>[a-z_]*)(?P<sign>>=|<=|>|<)(?P<value>\d(?:\.\d+)?|\.\d+)")


class Score(msgspec.Struct, frozen=True):
    step: str
    """"": any."""
    above: bool
    or_equal: bool
    value: float

    def holds(self, score: float) -> bool:
        if self.or_equal and score == self.value:
            return True
        return score > self.value if self.above else score < self.value


Value = str | int | dt.datetime | Score


class Term(msgspec.Struct, frozen=True):
    """One condition; `value` as its kind has it."""

    kind: str
    """word, by, person, story, state, flag, score, before, after"""
    value: Value
    without: bool = False


def parse(source: str) -> list[Term]:
    """Raises Invalid (field "q") with the first thing that cannot be read."""
    if len(source) > MAX_CHARS:
        raise wrong(f"A search has at most {MAX_CHARS} characters.")
    terms, at = [], 0
    while at < len(source):
        if source[at].isspace():
            at += 1
            continue
        piece = _PIECE.match(source, at)
        if piece is None:
            raise wrong(f"“{source[at : at + 20]}” cannot be read: a quotation mark stands alone.")
        terms.append(_term(piece))
        at = piece.end()
    if len(terms) > MAX_TERMS:
        raise wrong(f"A search has at most {MAX_TERMS} conditions.")
    return terms


def wrong(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"q": sentence})


def _term(piece: re.Match[str]) -> Term:
    name, without = piece["name"], bool(piece["minus"])
    value = piece["quoted"] if piece["quoted"] is not None else piece["plain"]
    if name is None or name.lower() in ("http", "https"):
        value = value if name is None else f"{name}:{value}"
        if not value.strip():
            raise wrong("Between the quotation marks stands nothing.")
        if value.endswith(":") and value[:-1].lower() in _OPERATORS:
            raise wrong(f"After “{value}” stands nothing: no space there.")
        return Term("word", value, without)
    read = _OPERATORS.get(name.lower())
    if read is None:
        known = ", ".join(f"{one}:" for one in _OPERATORS)
        raise wrong(f"There is no “{name}:”. There are {known} and words.")
    if not value.strip():
        raise wrong(f"After “{name}:” stands nothing.")
    kind, read_value = read(value)
    return Term(kind, read_value, without)


def _by(value: str) -> tuple[str, Value]:
    if value.isascii() and value.isdigit() and len(value) <= 15:
        return "person", int(value)
    return "by", value


def _is(value: str) -> tuple[str, Value]:
    plain = value.lower()
    if plain in set(State):
        return "state", plain
    if plain in FLAGS:
        return "flag", plain
    raise wrong(f"“is:{value}” is nothing that a comment can be: {', '.join([*State, *FLAGS])}.")


def _score(value: str) -> tuple[str, Value]:
    read = _SCORE.fullmatch(value.lower())
    number = float(read["value"]) if read else 2.0
    if read is None or number > 1:
        raise wrong(f"“score:{value}” cannot be read: score:>0.8, or score:links>=0.5, from 0 to 1.")
    return "score", Score(read["step"], read["sign"][0] == ">", "=" in read["sign"], number)


def _day(value: str) -> dt.datetime:
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        raise wrong(f"“{value}” is not a day such as 2026-05-01.") from None
    if not 1971 <= day.year <= 9000:
        raise wrong(f"Nothing was written in {day.year}.")
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


_OPERATORS: dict[str, Callable[[str], tuple[str, Value]]] = {
    "by": _by,
    "story": lambda value: ("story", value),
    "is": _is,
    "score": _score,
    "before": lambda value: ("before", _day(value)),
    "after": lambda value: ("after", _day(value)),
}


# --- whether a comment fits ------------------------------------------------------------------------------


class Candidate(msgspec.Struct, frozen=True):
    """A comment as far as conditions look at it."""

    id: int
    story_id: int
    author_name: str | None
    text: str
    state: str
    created_at: dt.datetime
    edited_at: dt.datetime | None
    parent_id: int | None
    person_id: int | None
    badge: str | None
    report_count: int
    unseen: bool
    featured_at: dt.datetime | None


def fits(one: Candidate, terms: list[Term], stories: dict[str, set[int]]) -> bool:
    """All conditions but the scores, which take another read. `stories`: ids by what `story:` names."""
    return all(_fits(one, term, stories) != term.without for term in terms if term.kind != "score")


def _fits(one: Candidate, term: Term, stories: dict[str, set[int]]) -> bool:
    value = term.value
    if isinstance(value, dt.datetime):
        return one.created_at < value if term.kind == "before" else one.created_at >= value
    if isinstance(value, int):
        return one.person_id == value
    if not isinstance(value, str):
        return False
    if term.kind == "word":
        return value.casefold() in one.text.casefold()
    if term.kind == "by":
        return (one.author_name or "").casefold().startswith(value.casefold())
    if term.kind == "story":
        return one.story_id in stories.get(value, set())
    return one.state == value if term.kind == "state" else _FLAGGED[value](one)


_FLAGGED: dict[str, Callable[[Candidate], bool]] = {
    "reported": lambda one: one.report_count > 0 and one.state == State.PUBLISHED,
    "new": lambda one: one.unseen and one.state == State.PUBLISHED,
    "edited": lambda one: one.edited_at is not None,
    "reply": lambda one: one.parent_id is not None,
    "guest": lambda one: one.person_id is None,
    "staff": lambda one: one.badge is not None,
    "picked": lambda one: one.featured_at is not None,
}


def scores_fit(evidence: list[tuple[str, float]], terms: list[Term]) -> bool:
    """(step, score) of a comment's last look against all conditions on scores."""
    asked = [(term, term.value) for term in terms if isinstance(term.value, Score)]
    return all(_any(evidence, wanted) != term.without for term, wanted in asked)


def _any(evidence: list[tuple[str, float]], wanted: Score) -> bool:
    found = [score for step, score in evidence if wanted.step in ("", step)]
    return any(map(wanted.holds, found or [0.0]))
