"""Discussions of any size, filled by plain SQL with every kept count right.

The same comments go into Belowline and into Isso. Nothing is random from run to run.
"""

import itertools
import random
import sqlite3
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from belowline.actions import sites as site_act
from belowline.actions import stories as story_act
from belowline.clock import now
from belowline.demo.sample import load
from belowline.model.site import Policy
from belowline.rules.text import comment_html
from belowline.store import migrate
from belowline.store.db import Database
from belowline.store.tables import to_us

UNHURRIED = Policy(person_per_minute=0, address_per_minute=0, same_paste_from=0)
"""All clients have one address, and more to say than people; texts come again."""
TEXTS = 2_000  # different texts; a page shows about 250 of them
SPACING_US = 1_000_000  # between two comments

# Each shape is one thread: for each comment the place of the one it answers, None for the thread's top.
PAIR = ((None, 0),)
MIXED = (
    (None,),
    (None, 0),
    (None,),
    (None, 0, 0, 1),
    (None, 0, 1, 2, 3, 0, 0),
    (None,),
    (None, 0, 0, 0, 1, 1, 2, 4, 5, 8, 9, 0, 0, 2),
    (None, 0, 1),
)


class Filled(NamedTuple):
    """One filled discussion."""

    slug: str
    story_id: int
    parents: list[int]
    """Ids of some comments that can be answered."""


@cache
def texts() -> list[str]:
    """Comments of 6 to 80 words: the demo's words, each followed by one that follows it there."""
    words = _words()
    following: dict[str, list[str]] = {}
    for word, after in itertools.pairwise(words):
        following.setdefault(word, []).append(after)
    dice = random.Random(7)
    return [_text(dice, words, following) for _ in range(TEXTS)]


@cache
def _words() -> list[str]:
    """The demo's, in their order."""
    words = [word for story in load().stories for one in story.comments for word in one.text.split() if word.isascii()]
    return [word for word in words if word.strip(".,;:?!’'").isalpha()]


def fresh() -> Iterator[str]:
    """Texts of the same length without end, none like another: moderation holds what was said before."""
    dice, words = random.Random(8), _words()
    while True:
        yield " ".join(dice.choices(words, k=dice.randint(6, 80)))


def _text(dice: random.Random, words: list[str], following: dict[str, list[str]]) -> str:
    said = [dice.choice(words)]
    for _ in range(dice.randint(5, 79)):
        said.append(dice.choice(following.get(said[-1], words)))
    return " ".join(said)


@cache
def pages() -> list[tuple[str, str]]:
    """(text, its HTML) of every text."""
    return [(text, comment_html(text)) for text in texts()]


def publication(data: Path, stories: int) -> list[tuple[str, int]]:
    """A migrated database with one site; the (slug, id) of its stories."""
    data.mkdir(parents=True)
    path = data / "belowline.sqlite3"
    migrate.upgrade(path, now())
    db = Database(path)
    with db.transaction() as conn:
        site_act.add(conn, "main", "The Measured Mile", policy=Policy(address_per_minute=0))  # all load has one address
        new = [story_act.NewStory(title=f"Story {number}", body="\n\n".join(texts()[:6])) for number in range(stories)]
        added = [story_act.add(conn, one, now()) for one in new]
    db.close()
    return [(story.slug, story.id) for story in added]


def discussion(data: Path, story: tuple[str, int], count: int, shapes: tuple[tuple[int | None, ...], ...]) -> Filled:
    """Fills a story with exactly `count` comments, the newest written just now."""
    slug, story_id = story
    with sqlite3.connect(data / "belowline.sqlite3", isolation_level=None) as driver:
        driver.execute("PRAGMA synchronous=OFF")
        driver.execute("BEGIN")
        first = driver.execute("SELECT coalesce(max(id), 0) + 1 FROM comment").fetchone()[0]
        start = to_us(now()) - count * SPACING_US
        driver.executemany(_INSERT, _rows(story_id, first, count, start, shapes))
        threads = driver.execute(
            "SELECT count(*) FROM comment WHERE story_id = ? AND parent_id IS NULL", (story_id,)
        ).fetchone()[0]
        driver.execute("UPDATE story SET comment_count = ?, thread_count = ? WHERE id = ?", (count, threads, story_id))
        driver.execute("COMMIT")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    driver.close()
    return Filled(slug, story_id, list(range(first, first + count, max(1, count // 500))))


def sent(data: Path) -> tuple[int, int]:
    """How many comments were posted, and how many of them do not stand."""
    with sqlite3.connect(data / "belowline.sqlite3") as driver:
        counted = "SELECT count(*), sum(state <> 'published') FROM comment WHERE send_key IS NOT NULL"
        found = driver.execute(counted).fetchone()
    driver.close()
    return found[0], found[1] or 0


_INSERT = (
    "INSERT INTO comment (id, story_id, parent_id, root_id, depth, child_pos, author_name, text, html, state, shown, "
    "orphan, created_at, date_lost, reply_count, descendant_count, child_seq, site_id) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'published', 1, 0, ?, 0, ?, ?, ?, 1)"
)


def _rows(
    story_id: int, first: int, count: int, start_us: int, shapes: tuple[tuple[int | None, ...], ...]
) -> Iterator[tuple[object, ...]]:
    for number, (top, parent, depth, place, replies, below) in enumerate(threads(count, shapes)):
        text, html = pages()[number % TEXTS]
        yield (
            first + number,
            story_id,
            None if parent is None else first + parent,
            None if parent is None else first + top,
            depth,
            place,
            f"Reader {number * 7919 % 1000}",
            text,
            html,
            start_us + number * SPACING_US,
            replies,
            below,
            replies,
        )


def threads(
    count: int, shapes: tuple[tuple[int | None, ...], ...]
) -> Iterator[tuple[int, int | None, int, int, int, int]]:
    """For each comment: its thread's top, its parent (numbers from 0), depth, place, replies, replies below."""
    done = turn = 0
    while done < count:
        shape = shapes[turn % len(shapes)][: count - done]
        size = len(shape)
        depth, place, replies, below = [0] * size, [0] * size, [0] * size, [0] * size
        for one, parent in enumerate(shape):
            if parent is not None:
                replies[parent] += 1
                depth[one], place[one] = depth[parent] + 1, replies[parent]
                above: int | None = parent
                while above is not None:
                    below[above] += 1
                    above = shape[above]
        for one, parent in enumerate(shape):
            yield done, None if parent is None else done + parent, depth[one], place[one], replies[one], below[one]
        done, turn = done + size, turn + 1
