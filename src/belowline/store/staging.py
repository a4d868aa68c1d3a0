"""Where an import puts a file's records before the site is touched: a SQLite file of its own, soon deleted.

So a file that breaks in the middle changes nothing, comments find parents that come later, and memory
does not grow with the file. It needs no durability: an interrupted import reads its file again.
"""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from belowline.errors import Unavailable
from belowline.store import machine

_TABLES = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16384; PRAGMA temp_store=1;
CREATE TABLE story (num INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE comment (
  seq INTEGER PRIMARY KEY, story INTEGER NOT NULL, key TEXT NOT NULL, parent TEXT, at INTEGER, lost INTEGER NOT NULL,
  body BLOB NOT NULL, found TEXT);
CREATE TABLE person (key TEXT PRIMARY KEY, email TEXT, notable INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE vote (
  story INTEGER NOT NULL, comment TEXT NOT NULL, person TEXT NOT NULL, value INTEGER NOT NULL,
  reason TEXT, at INTEGER, PRIMARY KEY (story, comment, person)) WITHOUT ROWID;
CREATE TABLE correction (story INTEGER NOT NULL, body BLOB NOT NULL);
"""
_READY = """
CREATE INDEX of_story ON correction (story);
CREATE INDEX by_key ON comment (story, key);
CREATE INDEX by_time ON comment (story, at, seq);
CREATE INDEX lost ON comment (story) WHERE lost;
"""
_MANY = 500  # parameters in one statement


class Staged(NamedTuple):
    seq: int
    """Its place in the files, 1 first."""
    key: str
    parent: str | None
    at: int
    """Microseconds since 1970."""
    lost: int
    """1: `at` is only an order."""
    body: bytes
    found: str | None
    """model.found.Found as JSON, where the story's list had lost who answers whom."""


class Staging:
    """One import's records. Use as a context manager: the file goes at its end."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="belowline-import-", dir=folder)
        self._db = sqlite3.connect(Path(self._folder.name) / "staging.sqlite3", isolation_level=None)
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")

    def __enter__(self) -> "Staging":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._db.close()
        self._folder.cleanup()
        if isinstance(error, sqlite3.OperationalError) and (why := machine.refused(error)):
            where = Path(self._folder.name).parent
            raise Unavailable(
                f"The import's working file in {where} cannot be written: {why}. "
                "Make room there; on the command line TMPDIR names another folder."
            ) from error

    def add_story(self, num: int, body: bytes) -> bool:
        """False where that number has a story already."""
        return self._db.execute("INSERT OR IGNORE INTO story VALUES (?, ?)", (num, body)).rowcount > 0

    def add_comments(self, rows: list[tuple[Any, ...]]) -> None:
        """Rows as Staged, but with the story's number behind seq and None for a lost time."""
        self._db.executemany(
            "INSERT INTO comment (seq, story, key, parent, at, lost, body) VALUES (?, ?, ?, ?, ?, ?, ?)", rows
        )

    def add_person(self, key: str, email: str | None, notable: bool, body: bytes) -> None:
        """The first of a key stays; a later one that says more (`notable`, or an address) replaces it."""
        self._db.execute(
            "INSERT INTO person VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body, "
            "email = coalesce(excluded.email, email), notable = max(notable, excluded.notable) "
            "WHERE excluded.notable >= notable",
            (key, email, notable, body),
        )

    def notable_people(self) -> Iterator[bytes]:
        """Those who have a role or a ban."""
        yield from (body for (body,) in self._db.execute("SELECT body FROM person WHERE notable ORDER BY key"))

    def emails(self, keys: Iterable[str]) -> dict[str, str]:
        """The addresses of those of the people who have one."""
        found: dict[str, str] = {}
        for some in _some(list(keys)):
            marks = ",".join("?" * len(some))
            found |= self._db.execute(
                f"SELECT key, email FROM person WHERE email IS NOT NULL AND key IN ({marks})", some
            ).fetchall()
        return found

    def has_emails(self) -> bool:
        return self._db.execute("SELECT 1 FROM person WHERE email IS NOT NULL LIMIT 1").fetchone() is not None

    def add_vote(self, *vote: Any) -> None:
        """(story's number, comment's key, person, value, reason, at in µs). One a person a comment: the first."""
        self._db.execute("INSERT OR IGNORE INTO vote VALUES (?, ?, ?, ?, ?, ?)", vote)

    def has_votes(self) -> bool:
        return self._db.execute("SELECT 1 FROM vote LIMIT 1").fetchone() is not None

    def votes(self, num: int, keys: list[str]) -> Iterator[tuple[str, str, int, str | None, int | None]]:
        """(comment's key, person, value, reason, at) of the votes on these comments of a story."""
        for some in _some(keys):
            marks = ",".join("?" * len(some))
            yield from self._db.execute(
                f"SELECT comment, person, value, reason, at FROM vote WHERE story = ? AND comment IN ({marks})",
                [num, *some],
            )

    def add_correction(self, num: int, body: bytes) -> None:
        self._db.execute("INSERT INTO correction VALUES (?, ?)", (num, body))

    def corrections(self, num: int) -> list[bytes]:
        """In the files' order."""
        found = self._db.execute("SELECT body FROM correction WHERE story = ? ORDER BY rowid", (num,))
        return [bytes(body) for (body,) in found]

    def seq_of(self, num: int, key: str) -> int:
        """0 where the story has no such comment in the files."""
        row = self._db.execute("SELECT seq FROM comment WHERE story = ? AND key = ?", (num, key)).fetchone()
        return 0 if row is None else int(row[0])

    def ready(self) -> None:
        """All records are in: from now on they are looked up."""
        self._db.executescript(_READY)

    def take_repeated(self) -> Iterator[tuple[int, str, bytes]]:
        """Removes comments whose id stands earlier in the same story; gives (story, key, body) of each."""
        again = self._db.execute("SELECT story, key, min(seq) FROM comment GROUP BY story, key HAVING count(*) > 1")
        for story, key, first in again.fetchall():
            where = (story, key, first)
            yield from self._db.execute("SELECT story, key, body FROM comment WHERE story=? AND key=? AND seq>?", where)
            self._db.execute("DELETE FROM comment WHERE story=? AND key=? AND seq>?", where)

    def story_body(self, num: int) -> bytes | None:
        row = self._db.execute("SELECT body FROM story WHERE num = ?", (num,)).fetchone()
        return None if row is None else bytes(row[0])

    def story_bodies(self) -> Iterator[tuple[int, bytes]]:
        """In the files' order."""
        yield from self._db.execute("SELECT num, body FROM story ORDER BY rowid")

    def first_time(self, num: int) -> int | None:
        """The earliest time that a comment of the story has."""
        row = self._db.execute("SELECT min(at) FROM comment WHERE story = ? AND NOT lost", (num,)).fetchone()
        return None if row is None else row[0]

    def fill_times(self, num: int, start: int) -> None:
        """Gives comments without a time the one before them in the file and a microsecond, so that the order stands.

        Those that come before every time get `start`, or stand just before the first time if that is earlier.
        """
        if self._db.execute("SELECT 1 FROM comment WHERE story = ? AND lost LIMIT 1", (num,)).fetchone() is None:
            return
        row = self._db.execute(
            "SELECT at, (SELECT count(*) FROM comment l WHERE l.story = c.story AND l.seq < c.seq) FROM comment c "
            "WHERE story = ? AND NOT lost ORDER BY seq LIMIT 1",
            (num,),
        ).fetchone()
        last = min(start, row[0] - row[1]) - 1 if row else start - 1
        changes = []
        for seq, at, lost in self._db.execute("SELECT seq, at, lost FROM comment WHERE story=? ORDER BY seq", (num,)):
            last = last + 1 if lost else at
            if lost:
                changes.append((last, seq))
        self._db.executemany("UPDATE comment SET at = ? WHERE seq = ?", changes)

    def tree(self, num: int) -> Iterator[tuple[int, int | None, bool]]:
        """(seq, the parent's seq if it is in the files, whether it names a parent), in time order."""
        yield from self._db.execute(
            "SELECT c.seq, (SELECT p.seq FROM comment p WHERE p.story = c.story AND p.key = c.parent), "
            "c.parent IS NOT NULL FROM comment c WHERE c.story = ? ORDER BY c.at, c.seq",
            (num,),
        )

    # --- who answers whom, where a list has lost it ------------------------------------------------

    def is_flat(self, num: int) -> bool:
        """Two comments or more, and none names a parent."""
        some = "SELECT count(*), count(parent) FROM (SELECT parent FROM comment WHERE story = ? LIMIT 2)"
        first, named = self._db.execute(some, (num,)).fetchone()
        if first < 2 or named:
            return False
        any_ = "SELECT 1 FROM comment WHERE story = ? AND parent IS NOT NULL LIMIT 1"
        return self._db.execute(any_, (num,)).fetchone() is None

    def size(self, num: int) -> int:
        return int(self._db.execute("SELECT count(*) FROM comment WHERE story = ?", (num,)).fetchone()[0])

    def seqs(self, num: int) -> list[int]:
        return [seq for (seq,) in self._db.execute("SELECT seq FROM comment WHERE story = ?", (num,))]

    def in_order(self, num: int) -> Iterator[tuple[int, str, bytes]]:
        """(seq, key, body) in the file's order."""
        yield from self._db.execute("SELECT seq, key, body FROM comment WHERE story = ? ORDER BY seq", (num,))

    def set_found(self, rows: Iterable[tuple[str | None, str, int]]) -> None:
        """Rows of the parent's key, the Found as JSON, and seq."""
        self._db.executemany("UPDATE comment SET parent = ?, found = ? WHERE seq = ?", rows)

    def comments(self, seqs: list[int]) -> Iterator[Staged]:
        """These comments, in no order."""
        for some in _some(seqs):
            marks = ",".join("?" * len(some))
            found = self._db.execute(
                f"SELECT seq, key, parent, at, lost, body, found FROM comment WHERE seq IN ({marks})", some
            )
            yield from map(Staged._make, found)


def _some(values: list[Any]) -> Iterator[list[Any]]:
    return (values[start : start + _MANY] for start in range(0, len(values), _MANY))
