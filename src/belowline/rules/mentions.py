"""Who is meant by @name: those who write in the same discussion, by their whole names."""

import re
import unicodedata
from collections.abc import Iterable

MOST = 10  # people that one comment can call
_AT = re.compile(r"(?<![\w@/.])@(?=\w)")


def fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def mentioned(text: str, people: Iterable[tuple[int, str]]) -> list[int]:
    """Ids of the people whose names follow an @ in `text`; the longest name that fits is meant.

    "@Ada Lovelace" calls Ada Lovelace and not Ada. A name must end where a word ends. Two people of one name
    are both called: whoever wrote may have meant either.
    """
    folded = fold(text)
    known = [(fold(name), person) for person, name in people if name]
    found: dict[int, None] = {}
    for place in _AT.finditer(folded):
        rest = folded[place.end() :]
        fitting = [(name, person) for name, person in known if _begins(rest, name)]
        longest = max((len(name) for name, _ in fitting), default=0)
        found |= {person: None for name, person in fitting if len(name) == longest}
    return list(found)[:MOST]


def _begins(rest: str, name: str) -> bool:
    return rest.startswith(name) and not re.match(r"\w", rest[len(name) :])
