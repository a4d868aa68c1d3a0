# ruff: noqa: SIM905
"""Measured on threads made here, by a generator that knows nothing of the rules' tables: who answers
whom is drawn first, then times, writers and words; the address is one habit among several."""

import datetime as dt
import itertools
import random
import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from belowline.rules.threading import Flat, find_parents

FIRST = (
    "Anna Maria Peter Daniel Laura Mark Carlos Tomas Grace Paul Elena Ivan Rose Bill Sofia Omar Will Nina Jonas Hana "
    "Farah Viktor Miriam Oscar Joy June Emil Katya Ravi Paula Yusuf Nadia Bela Dorit Gustav Ilya Lorenzo Quentin "
    "Ursula Wanda Zelda Adele Bruno Celia Dimitri Esther Fabian Gita Henrik Ingrid Jasper Kofi Leila Magnus Noor Otto "
    "Petra Rafael Sanna Tariq Ulrich Vera Walter Xenia Yara Zoran Amina Boris Chiara Diego Edith Felix Gloria Hugo "
    "Irena Jorge Klara Lukas Mona Niels Olga Pablo Rosa Stefan Thea Umar Vesna Wilma Yolanda Zeno Agnes Bashir Conrad "
    "Dalia Enzo Frida Goran Hedda Ismail Jelena Karim Lotte Mateo Nora Oleg Pilar Rania Silas Tamara"
).split()
COMMON = [1 / (rank + 30) for rank in range(len(FIRST))]
"""Two strangers share a first name once in about 90: more often than in a phone book."""
LAST = "Abel Brandt Castro Dunn Eklund Fischer Gomez Hart Ivanov Jansen Kovacs Lund Moreau Novak Okafor Petrov".split()
NICKS = "kestrel77 Harbourmaster oldsalt Nightowl Quayside3 MrsTiggle Lanternfish tidewatcher".split()
WORDS = (
    "the of and to in a that it is for was on with as they this are not but have from be all by one had which their "
    "what more when there can no like out so up about just into time people only now then even most made over after "
    "council ferry price harbour budget school street night train money report mayor question answer number year law "
    "city river bridge traffic market doctor winter vote party paper story reader writer truth reason problem plan "
    "never always maybe often almost really will mark rose grace joy bill wrong right better worse old new small big "
    "thing place side point case week day part work life world house water road door hand word line fact idea price"
).split()
NOISE = ("{0} is wrong about the {w}", "{0}'s point about the {w} is odd", "{0} and {1} both forget the {w}",
         "{0} says the {w} is fine", "Will this {w} ever end", "Mark my words about the {w}",
         "Grace is what this {w} needs",
         "Rose bushes by the {w} again", "Paris, of all places, has a {w}", "Bill after bill for the {w}",
         "Well, the {w}", "June was dry and the {w}")  # fmt: skip
STYLES = ("{f}, {t}", "{f}, {t}", "{f}, {t}", "@{f} {t}", "{f} you {t}", "{f} - {t}", "Hi {f}, {t}", "{f}: {t}",
          "{n}, {t}", "{n} I {t}", "@{n} {t}", "{l}, {t}", "{f} I {t}", "Sorry {f}, {t}", "{f}! {t}",
          "{f}\n{t}")  # fmt: skip


class Made(NamedTuple):
    comments: list[Flat]
    parents: list[int | None]
    addressed: list[bool]


class Habits(NamedTuple):
    far: float = 0.06
    """Share of replies to anything before; of the rest three in ten are the next turn between two."""
    silent: float = 0.03
    """Share of replies that call nobody by name."""
    misspelt: float = 0.05
    people: tuple[float, float] = (0.7, 1.1)
    """How many may write, for each comment."""


HARD = Habits(far=0.15, silent=0.08, people=(0.4, 0.8))


def make(seed: int, depth_first: bool, habits: Habits = Habits()) -> Made:
    """One thread of 20 to 150 comments. Two thirds are replies: mostly to something recent, some to anything
    before, some as the next turn between two. Most call the addressee by name, usually the first name and some
    misspelt; one in eight quotes; one in seven top-level comments begins with a name or a word that is one."""
    rng = random.Random(seed)
    size = rng.randint(20, 150)
    people = _people(rng, max(6, int(size * rng.uniform(*habits.people))))
    writers: list[str] = []
    parents: list[int | None] = []
    texts: list[str] = []
    addressed: list[bool] = []
    for index in range(size):
        parent = _parent(rng, index, parents, habits) if index and rng.random() < 0.66 else None
        writer = _writer(rng, people, writers, parents, parent)
        text, named = _text(rng, texts, writers, parent, people, habits)
        writers.append(writer)
        parents.append(parent)
        texts.append(text)
        addressed.append(named)
    start, times = dt.datetime(2021, 5, 1, tzinfo=dt.UTC), list(itertools.accumulate(rng.randint(1, 90) for _ in texts))
    comments = [Flat(w, t, start + dt.timedelta(minutes=m)) for w, t, m in zip(writers, texts, times, strict=True)]
    order = list(_depth_first(parents)) if depth_first else list(range(size))
    place = {old: new for new, old in enumerate(order)}
    up = [None if parents[old] is None else place[parents[old]] for old in order]
    return Made([comments[old] for old in order], up, [addressed[old] for old in order])


def _people(rng: random.Random, count: int) -> list[str]:
    full = {f"{rng.choices(FIRST, COMMON)[0]} {rng.choice(LAST)}" for _ in range(count)}
    alone = set(rng.sample(FIRST, 3)) | set(rng.sample(NICKS, 3))
    return sorted(full) + sorted(alone)


def _parent(rng: random.Random, index: int, parents: list[int | None], habits: Habits) -> int:
    if rng.random() < habits.far:
        return rng.randrange(index)
    if rng.random() < 0.3:
        replies = [n for n in range(max(0, index - 15), index) if parents[n] is not None]
        if replies:
            return rng.choice(replies)
    return max(0, index - 1 - int(rng.expovariate(1 / 4)))


def _writer(
    rng: random.Random, people: list[str], writers: list[str], parents: list[int | None], parent: int | None
) -> str:
    above = parents[parent] if parent is not None else None
    if above is not None and parent is not None and rng.random() < 0.4 and writers[above] != writers[parent]:
        return writers[above]
    others = [p for p in people if parent is None or p != writers[parent]]
    return rng.choice(others)


def _text(
    rng: random.Random, texts: list[str], writers: list[str], parent: int | None, people: list[str], habits: Habits
) -> tuple[str, bool]:
    said = " ".join(rng.choices(WORDS, k=rng.randint(8, 60)))
    if parent is None:
        if rng.random() < 0.15:
            about = rng.sample(people, 2)
            said = rng.choice(NOISE).format(*(a.split()[0] for a in about), w=rng.choice(WORDS)) + " " + said
        return said[:1].upper() + said[1:] + ".", False
    if rng.random() < 0.12:
        taken = texts[parent].split()
        at = rng.randrange(max(1, len(taken) - 8))
        said = f"“{' '.join(taken[at : at + rng.randint(5, 9)])}” {said}"
    if rng.random() < habits.silent:
        return said[:1].upper() + said[1:], False
    name = writers[parent]
    first = name.split()[0]
    if any(w != name and w.split()[0] == first for w in writers) and rng.random() < 0.5:
        first = name  # half of us notice that there are two
    if len(first) >= 5 and first != name and rng.random() < habits.misspelt:
        first = _slip(rng, first)
    return rng.choice(STYLES).format(f=first, n=name, l=first.lower(), t=said), True


def _slip(rng: random.Random, word: str) -> str:
    at = rng.randrange(1, len(word) - 1)
    kinds = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    )
    return rng.choice(kinds)


def _depth_first(parents: list[int | None]) -> Iterator[int]:
    below: dict[int | None, list[int]] = {}
    for child, parent in enumerate(parents):
        below.setdefault(parent, []).append(child)
    waiting = below.get(None, [])[::-1]
    while waiting:
        at = waiting.pop()
        yield at
        waiting.extend(below.get(at, [])[::-1])


def measure(depth_first: bool, seeds: range, habits: Habits = Habits()) -> dict[str, float]:
    right = total = replies = replies_right = named = named_right = 0
    for seed in seeds:
        made = make(seed, depth_first, habits)
        for guess, parent in zip(find_parents(made.comments), made.parents, strict=True):
            hit = (guess.parent if guess else None) == parent
            right, total = right + hit, total + 1
            replies, replies_right = replies + (parent is not None), replies_right + (hit and parent is not None)
            if guess and guess.reason == "named":
                named, named_right = named + 1, named_right + hit
    return {"right": right / total, "of replies": replies_right / replies, "named": named_right / named, "total": total}


@pytest.mark.parametrize(("depth_first", "floor"), [(False, 0.90), (True, 0.92)])
def test_enough_parents_are_found_again(depth_first: bool, floor: float):
    found = measure(depth_first, range(1000, 1150))
    assert found["total"] > 10_000
    assert found["right"] >= floor, found
    assert found["named"] >= 0.9, found


@pytest.mark.parametrize("depth_first", [False, True])
def test_the_time_a_comment_takes_does_not_grow_with_the_page(depth_first: bool):
    few, many = ([c for seed in range(n) for c in make(seed, depth_first).comments][: n * 80] for n in (13, 125))
    spent = []
    for comments in (few, many):
        start = time.process_time()
        find_parents(comments)
        spent.append((time.process_time() - start) / len(comments))
    assert len(many) > 9_000
    assert spent[1] < 4 * spent[0], spent
