"""Who answers whom, on pages that have lost it: flattened lists of comments.

Rules, in their order: times that rise mean a list in time order, else it is depth-first; whom the text
addresses by name; which comment of theirs (depth-first: the nearest on the open branch; in time order:
their latest that addressed the writer, else their latest); quotes, which choose among the addressee's
comments or stand alone; names that the page has lost (rules.lost_names); a depth-first list whose
times jump back proves that what stands before the jump are replies ("order"). No cue: top level. Never
by likeness alone.

Measured by tests/rules/test_threading_corpora.py on 150 generated threads (13,238 comments, 1.8 a writer,
66 in 100 of them replies, six in 100 of these to something far back, three in 100 without a name, five in
100 of the names misspelt; shared first names, third persons at the start, names that are words, quotes),
counting a comment as right when its parent, or that it has none, is right:

                       right   of the replies   right where "named"
    in time order       .904             .854                  .901
    depth-first         .946             .919                  .925

and where 15 in 100 replies go far back and eight name nobody: .862 and .931 (named: .865, .915). What is
missed is mostly an earlier comment of the right writer. The numbers in the rules were chosen by these threads; on
threads of another make, held out (test_threading_held_out.py), it is less: see docs/threading.md.

Beyond the rules as they are usual: of several writers with one first name the last to speak is meant when
the others spoke four times further up; an address by title takes last names; a nameless writer's shared
words must be twice as many, for people repeat themselves.
"""

import datetime as dt
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from belowline.model.found import Reason
from belowline.rules.addressing import Address, Names, fold, key, ordinary_words
from belowline.rules.lost_names import NameGuess, guess_names

RUN, SHARED = 4, 3
"""So many words in a row count as taken from another text when there are so many such runs; twice as
many where the writer is nameless and may be repeating themselves."""
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_QUOTE = re.compile(r"^\s*>\s?(.+)$|[“«„]([^”»“]{12,600})[”»“]|\"([^\"\n]{12,600})\"", re.MULTILINE)
_LOOK_BACK = 200
"""How many of a writer's comments are looked through for one on the open branch."""
_FURTHER = 4
"""Of several writers with one first name, the last to speak is meant when the others spoke so many times further up."""
_CONFIDENCE = {"full": 0.95, "first": 0.93, "near": 0.88}
_OF_MANY = {True: (1.0, 1.0, 0.8, 0.73, 0.6), False: (1.0, 1.0, 0.87, 0.83, 0.83)}
"""Of somebody with two, three, four or more comments the right one is met less often (docs/threading.md); True: in
time order."""


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
    """Why, for the receipt."""
    said: str | None = None
    """The name that it calls, as understood."""
    lost: bool = False
    """A name that the page has lost."""


class Found(msgspec.Struct, frozen=True):
    parents: list[Guess | None]
    """For each comment the one it probably answers, or None for the story."""
    names: list[NameGuess]
    """Names that the page has lost, given back as guesses."""


def find_parents(comments: Sequence[Flat], story: str = "") -> list[Guess | None]:
    """Whom each comment probably answers; `find` without the names."""
    return find(comments, story).parents


def find(comments: Sequence[Flat], story: str = "") -> Found:
    """Who answers whom. Pure and deterministic; 10,000 comments take well under a second. `story` is the
    story's text, where it is at hand."""
    page = _Page(comments, story)
    guesses = [page.take(index) for index in range(len(comments))]
    names = guess_names(comments, story)
    for lost in names:
        for caller in lost.called_by:
            if guesses[caller] is None:
                why = f"It addresses “{lost.name}”, a name this page has lost: perhaps the writer of this comment."
                guesses[caller] = Guess(lost.comment, "named", lost.confidence, why, lost.name, True)
    return Found(guesses, names)


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
        least = SHARED if writer else 2 * SHARED
        guess = self._guess(index, address, self.quotes.source(comment.text, least))
        self._remember(index, address, guess)
        return guess

    def _guess(self, index: int, address: Address | None, quoted: int | None) -> Guess | None:
        writer = self.keys[index]
        if quoted is not None and writer is not None and self.keys[quoted] == writer:
            quoted = None
        if address is not None:
            if quoted is not None and self.keys[quoted] in address.authors:
                why = f"It addresses “{address.said}” and quotes this comment."
                return Guess(quoted, "quoted", 0.97, why, address.said)
            parent = self._theirs(index, address)
            if parent is not None:
                spelt = "a name close to " if address.how == "near" else ""
                most = _OF_MANY[self.chronological][min(4, len(self.by[self.keys[parent] or ""]))]
                sure = min(most, _CONFIDENCE[address.how] - (0.2 if len(address.authors) > 1 else 0))
                return Guess(parent, "named", sure, f"It addresses {spelt}“{address.said}”.", address.said)
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
        spoke = sorted((self.by[author][-1] for author in address.authors), reverse=True)
        alone = len(spoke) == 1 or index - spoke[1] >= _FURTHER * (index - spoke[0])
        return spoke[0] if alone else None

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
        self.quotes.add(index)
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
        self._now: list[tuple[str, ...]] = []

    def add(self, index: int) -> None:
        """Keeps the text that `source` was just asked about, as the one at index."""
        for run in self._now:
            self._first.setdefault(run, index)

    def source(self, text: str, least: int) -> int | None:
        """The comment that quote marks or at least so many runs point to; None for none, and for words
        taken from the story."""
        first, story = self._first, self._story
        self._now = _runs(text)
        shared = Counter(first[run] for run in set(self._now) if run in first and run not in story)
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
        return best if shared[best] >= least else None


def _runs(text: str) -> list[tuple[str, ...]]:
    words = _WORD.findall(fold(text))
    return list(zip(words, words[1:], words[2:], words[3:], strict=False))
