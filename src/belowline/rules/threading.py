"""Who answers whom, on pages that have lost it: flattened lists of comments.

Rules, in their order: times that rise mean a list in time order, else it is depth-first; whom the text
addresses by name; which comment of theirs (depth-first: the nearest on the open branch; in time order:
their latest that addressed the writer, else their latest); quotes, which choose among the addressee's
comments or stand alone; names that the page has lost (rules.lost_names); a depth-first list whose
times jump back proves that what stands before the jump are replies ("order"). No cue: top level. Never
by likeness alone.

MEASURED
"""

import datetime as dt
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from belowline.rules.addressing import Address, Names, fold, key, ordinary_words

Reason = Literal["named", "quoted", "order"]
RUN = 4
"""Words in a row that count as taken from another text."""
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_QUOTE = re.compile(r"^\s*>\s?(.+)$|[“«„]([^”»“]{12,600})[”»“]|\"([^\"\n]{12,600})\"", re.MULTILINE)
_LOOK_BACK = 200
"""How many of a writer's comments are looked through for one on the open branch."""
_CONFIDENCE = {"full": 0.95, "first": 0.93, "near": 0.88}


class Flat(msgspec.Struct, frozen=True):
    author: str | None
    """None where the page has lost the name."""
    text: str
    at: dt.datetime | None = None


class Guess(msgspec.Struct, frozen=True):
    parent: int
    """Index of the comment that is probably answered; always a smaller one."""
    reason: Reason
    confidence: float
    """0 to 1: about the share of such guesses that were right where it was measured."""
    sentence: str
    """Why, for the reader and the moderator."""


def find_parents(comments: Sequence[Flat], story: str = "") -> list[Guess | None]:
    """For each comment the one it probably answers, or None for the story. Pure and deterministic;
    10,000 comments take well under a second. `story` is the story's text, where it is at hand."""
    page = _Page(comments, story)
    return [page.take(index) for index in range(len(comments))]


def in_time_order(comments: Sequence[Flat]) -> bool:
    """Whether the known times only rise (one fall in two hundred is forgiven: clocks)."""
    times = [comment.at for comment in comments if comment.at is not None]
    falls = sum(after < before for before, after in itertools.pairwise(times))
    return len(times) > 1 and falls <= len(times) // 200


class _Page:
    def __init__(self, comments: Sequence[Flat], story: str) -> None:
        self.comments = comments
        self.chronological = in_time_order(comments)
        self.keys = [key(c.author) if c.author else None for c in comments]
        self.names = Names(ordinary_words(c.text for c in comments))
        self.quotes = _Quotes(story)
        self.by: defaultdict[str, list[int]] = defaultdict(list)
        self.addressed: dict[tuple[str, str], int] = {}
        """(writer, addressee) → the writer's latest comment to them."""
        self.parents: list[int | None] = []
        self.branch: list[int] = []
        self.place: list[int] = []
        """Where each comment stands on its branch."""
        self.replies = _proven_replies(comments) if not self.chronological else frozenset()

    def take(self, index: int) -> Guess | None:
        comment, writer = self.comments[index], self.keys[index]
        address = self.names.addressed(comment.text, writer)
        guess = self._guess(index, address, self.quotes.source(comment.text, index))
        self._remember(index, address, guess)
        return guess

    def _guess(self, index: int, address: Address | None, quoted: int | None) -> Guess | None:
        writer = self.keys[index]
        if quoted is not None and writer is not None and self.keys[quoted] == writer:
            quoted = None
        if address is not None:
            if quoted is not None and self.keys[quoted] in address.authors:
                return Guess(quoted, "quoted", 0.97, f"It addresses “{address.said}” and quotes this comment.")
            parent = self._theirs(index, address)
            if parent is not None:
                spelt = "a name close to " if address.how == "near" else ""
                return Guess(parent, "named", _CONFIDENCE[address.how], f"It addresses {spelt}“{address.said}”.")
        if quoted is not None:
            return Guess(quoted, "quoted", 0.85, "It quotes this comment.")
        return self._by_order(index)

    def _theirs(self, index: int, address: Address) -> int | None:
        writer = self.keys[index]
        if not self.chronological:
            near = [self._on_branch(author) for author in sorted(address.authors)]
            nearest = max((at for at in near if at is not None), default=None)
            if nearest is not None:
                return nearest
        to_me = [
            self.addressed[author, writer]
            for author in address.authors
            if writer and (author, writer) in self.addressed
        ]
        if len(to_me) == 1:
            return to_me[0]
        (author, *others) = sorted(address.authors)
        return None if others else self.by[author][-1]

    def _on_branch(self, author: str) -> int | None:
        for at in self.by[author][: -_LOOK_BACK - 1 : -1]:
            if self.place[at] < len(self.branch) and self.branch[self.place[at]] == at:
                return at
        return None

    def _by_order(self, index: int) -> Guess | None:
        at = self.comments[index].at
        if index not in self.replies or at is None:
            return None
        for above in reversed(self.branch[-_LOOK_BACK:]):
            earlier = self.comments[above].at
            if earlier is not None and earlier <= at:
                return Guess(
                    above, "order", 0.55, "By the order of times on the page it must be a reply; perhaps to this."
                )
        return None

    def _remember(self, index: int, address: Address | None, guess: Guess | None) -> None:
        comment, writer = self.comments[index], self.keys[index]
        parent = guess.parent if guess else None
        self.parents.append(parent)
        self._branch_off(index, parent)
        self.quotes.add(comment.text, index)
        if comment.author and writer:
            self.names.add(comment.author)
            self.by[writer].append(index)
            for author in address.authors if address and len(address.authors) == 1 else ():
                self.addressed[writer, author] = index

    def _branch_off(self, index: int, parent: int | None) -> None:
        if self.chronological:
            self.place.append(0)
            return
        if parent is None:
            self.branch = [index]
        elif self.place[parent] < len(self.branch) and self.branch[self.place[parent]] == parent:
            del self.branch[self.place[parent] + 1 :]
            self.branch.append(index)
        else:
            self.branch = [*self._path(parent), index]
        self.place.append(len(self.branch) - 1)

    def _path(self, index: int) -> Iterable[int]:
        path: list[int] = []
        at: int | None = index
        while at is not None:
            path.append(at)
            at = self.parents[at]
        return reversed(path)


def _proven_replies(comments: Sequence[Flat]) -> frozenset[int]:
    """In a depth-first list with the oldest first, a comment later than one further down is a reply:
    where their branches part, the upper one began no later than the lower one."""
    times = [comment.at for comment in comments]
    known = [at for at in times if at is not None]
    if len(known) < 2 or times[0] is None or min(known) < times[0]:
        return frozenset()
    found, least = [], known[-1]
    for index in range(len(times) - 1, 0, -1):
        at = times[index]
        if at is not None and at > least:
            found.append(index)
        least = min(least, at) if at is not None else least
    return frozenset(found)


class _Quotes:
    """Which earlier comment a text takes its words from: by runs of four words, kept with who had them first."""

    def __init__(self, story: str) -> None:
        self._story = set(_runs(story))
        self._first: dict[tuple[str, ...], int] = {}

    def add(self, text: str, index: int) -> None:
        for run in _runs(text):
            self._first.setdefault(run, index)

    def source(self, text: str, index: int) -> int | None:
        """The quoted comment; None for none, and for words taken from the story."""
        first, story = self._first, self._story
        shared = Counter(first[run] for run in set(_runs(text)) if run in first and run not in story)
        if not shared:
            return None
        for match in _QUOTE.finditer(text):
            runs = _runs(match[1] or match[2] or match[3])
            if runs and sum(run in story for run in runs) * 2 > len(runs):
                return None
            sources = Counter(first[run] for run in runs if run in first)
            if sources and sources.most_common(1)[0][1] * 5 >= len(runs) * 4:
                return min(sources, key=lambda at: (-sources[at], at))
        best = min(shared, key=lambda at: (-shared[at], at))
        return best if shared[best] >= 3 and best < index else None


def _runs(text: str) -> list[tuple[str, ...]]:
    words = _WORD.findall(fold(text))
    return list(zip(*(words[at:] for at in range(RUN)), strict=False))
