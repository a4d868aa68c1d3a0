"""Whom a comment addresses: the name at its start, among those who have spoken before."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

How = Literal["full", "first", "near"]

TITLES = frozenset("mr mrs ms miss dr prof professor sir madam mme herr frau mx".split())  # noqa: SIM905
BEFORE = frozenset(
    "hi hello hey dear to re thanks thank you well said sorry yes no ok okay oh ah agree agreed right exactly true "  # noqa: SIM905
    "so but and please nice good point i".split()
)
"""Words that may stand before the name."""
ABOUT = frozenset(
    "is was are were has had have does did do says said say thinks thought wrote writes seems claims will would can "  # noqa: SIM905
    "could should may might makes made gets got knows believes wants argues forgets forgot ignores misses raises and "
    "or who whose above below also just really never always has's gave gives had's went".split()
)
"""Words after a name that speak about its bearer, not to them."""
SECOND = frozenset("you your you're you've youre yours u ur".split())  # noqa: SIM905
ORDINARY = frozenset(
    "will mark rose grace hope joy may april june august art bill jack frank rich grant dawn faith sky rob pat sue "  # noqa: SIM905
    "drew chase dean earl guy max gene ray angel summer autumn violet olive daisy ivy iris ruby amber pearl crystal "
    "miles wade lance cliff glen heath reed hunter mason carter baker page penny basil sage robin martin christian "
    "victor major king prince long young white brown green black stone".split()
)
"""Names that are words: they need the comma. What a page itself uses as a word is added to them."""

_TOKEN = re.compile(r"(@?)([^\W_][\w'’`.\-]*)([^\w@]*)")
_POSSESSIVE = re.compile(r"['’`]s?$")
OPENING = 160
"""Characters of a text in which its address is looked for."""


class Token(NamedTuple):
    word: str
    """Case-folded, without a trailing dot or hyphen."""
    capital: bool
    at: bool
    after: str
    """What stands between it and the next word."""


class Address(NamedTuple):
    authors: frozenset[str]
    """Keys (`key`) of those it may mean; more than one where several share a first name."""
    how: How
    said: str
    """The name as understood, for the sentence."""


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=10_000)
def name_words(name: str) -> tuple[str, ...]:
    """A name's words without titles."""
    found = tuple(token.word for token in _tokens(name))
    return tuple(word for word in found if word not in TITLES) or found


def key(name: str) -> str:
    """Equal for two spellings of one name."""
    return " ".join(name_words(name)) or fold(name).strip()


def opening(text: str) -> list[Token]:
    """The first words of a text, after lines that only quote."""
    start = text
    while (start := start.lstrip()).startswith(">"):
        start = start.partition("\n")[2]
    start = start[: OPENING * 2].splitlines()[0] if start else ""
    return list(islice(_tokens(start[:OPENING]), 9))


def _found(text: str) -> Iterator[tuple[str, str, str]]:
    return (match.group(1, 2, 3) for match in _TOKEN.finditer(text))  # type: ignore[misc]


def _tokens(text: str) -> Iterator[Token]:
    for at, written, after in _found(text if text.isascii() else unicodedata.normalize("NFKC", text)):
        bare = written if _POSSESSIVE.search(written) else written.rstrip(".-`'’")
        yield Token(bare.casefold(), bare[:1].isupper(), at != "", "." + after if written.endswith(".") else after)


def ordinary_words(texts: Iterable[str]) -> frozenset[str]:
    """Words that a page uses uncapitalised inside sentences, three times or more, besides ORDINARY."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update(set(re.findall(r"(?<=[a-z,;] )[a-z]{3,}(?![\w'])", text)))
    return ORDINARY | {word for word, count in counted.items() if count >= 3}


class Names:
    """Those who have spoken so far, by full name, first name, and names one letter away."""

    def __init__(self, ordinary: frozenset[str]) -> None:
        self._ordinary = ordinary
        self._full: dict[tuple[str, ...], str] = {}
        self._first: defaultdict[str, set[str]] = defaultdict(set)
        self._last: defaultdict[str, set[str]] = defaultdict(set)
        """Last names, for those who are called Mr or Ms."""
        self._small: set[str] = set()
        """Names that their bearers write small."""
        self._near: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, name: str) -> None:
        words = name_words(name)
        if not words or words in self._full:
            return
        self._full[words] = " ".join(words)
        self._first[words[0]].add(" ".join(words))
        self._last[words[-1]].add(" ".join(words))
        if name[:1].islower():
            self._small.add(words[0])
        if len(words[0]) >= 5:
            for variant in _shorter(words[0]):
                self._near[variant].add(words[0])

    def addressed(self, text: str, by: str | None) -> Address | None:
        """The addressee of a text written by `by` (a key); None when nobody is addressed."""
        tokens = opening(text)
        for start in range(min(4, len(tokens))):
            if start and tokens[start - 1].word not in BEFORE and tokens[start - 1].word not in TITLES:
                return None
            found = self._at(tokens, start, by)
            if found is not None:
                return found
        return None

    def _at(self, tokens: list[Token], start: int, by: str | None) -> Address | None:
        for length in range(min(4, len(tokens) - start), 0, -1):
            words = tuple(token.word for token in tokens[start : start + length])
            author = self._full.get(words)
            if author and author != by and self._spoken_to(tokens, start, length):
                shared = self._first[words[0]] if length == 1 else {author}
                return Address(frozenset(shared) - {by}, "full", " ".join(words))
        word = tokens[start].word
        titled = start > 0 and tokens[start - 1].word in TITLES
        for how, name in (("last", word), ("first", word), ("near", self._misspelt(word))):
            among = self._last if how == "last" and titled else self._first
            authors = frozenset(among.get(name or "", ())) - {by}
            if name and authors and self._spoken_to(tokens, start, 1):
                return Address(authors, "near" if how == "near" else "first", name)
        return None

    def _misspelt(self, word: str) -> str | None:
        """The one known first name of five letters or more that is one slip away from word."""
        if len(word) < 4 or word in self._ordinary or word in self._first or _POSSESSIVE.search(word):
            return None
        names = {name for variant in _shorter(word) for name in self._near.get(variant, ()) if one_slip(word, name)}
        return names.pop() if len(names) == 1 else None

    def _spoken_to(self, tokens: list[Token], start: int, length: int) -> bool:
        last = tokens[start + length - 1]
        following = tokens[start + length].word if start + length < len(tokens) else ""
        marked = tokens[start].at or not following or (last.after.strip()[:1] or "x") in ",:;!?…–—-"
        if following in ("who", "whose", "and", "or"):
            return False
        if marked:
            return True
        if length == 1 and tokens[start].word in self._ordinary:
            return False
        if following in ABOUT or _POSSESSIVE.search(last.word):
            return False
        return tokens[start].capital or following in SECOND or tokens[start].word in self._small


def _shorter(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def one_slip(one: str, other: str) -> bool:
    """Whether one letter is wrong, missing, too many, or two neighbours are swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return one == other
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rests = [(one[at + 1 :], other[at + 1 :]), (one[at + 1 :], other[at:]), (one[at:], other[at + 1 :])]
    if any(a == b for a, b in rests):
        return True
    return one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
