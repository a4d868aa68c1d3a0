"""The bridge: writes are grouped, fail alone, and are on the disk when they are answered."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from belowline.errors import Invalid, Unavailable
from belowline.store.db import Database
from belowline.store.tables import secret


def put(conn: sa.Connection, name: str, fail: bool = False) -> str:
    conn.execute(sa.insert(secret).values(name=name, value="x"))
    if fail:
        raise Invalid(f"not {name}")
    return name


def names(conn: sa.Connection) -> set[str]:
    return set(conn.execute(sa.select(secret.c.name)).scalars())


def test_many_writes_share_commits_and_one_that_fails_is_alone(db: Database) -> None:
    async def work() -> list[str | BaseException]:
        db.start()
        writes = [db.write(put, f"n{n}", n % 10 == 3) for n in range(100)]
        return await asyncio.gather(*writes, return_exceptions=True)

    results = asyncio.run(work())
    failed = [n for n, result in enumerate(results) if isinstance(result, Invalid)]
    assert failed == list(range(3, 100, 10))
    assert db.read_now(names) == {f"n{n}" for n in range(100)} - {f"n{n}" for n in failed}


def test_a_write_is_seen_by_every_reader_after_it_was_answered(db: Database) -> None:
    async def work() -> None:
        db.start()
        for n in range(50):
            await db.write(put, f"n{n}")
            assert f"n{n}" in await db.read(names)

    asyncio.run(work())


def test_two_of_the_same_in_one_commit(db: Database) -> None:
    async def work() -> list[str | BaseException]:
        db.start()
        return await asyncio.gather(*(db.write(put, "same") for _ in range(5)), return_exceptions=True)

    results = asyncio.run(work())
    assert [result for result in results if isinstance(result, str)] == ["same"]
    assert sum(isinstance(result, sa.exc.IntegrityError) for result in results) == 4


def test_durability_is_asked_of_the_database(db: Database) -> None:
    def pragmas(conn: sa.Connection) -> dict[str, object]:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        return {name: conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked}

    with db.transaction() as conn:
        assert pragmas(conn) == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_others_commits_are_noticed(db: Database, tmp_path: Path) -> None:
    async def work() -> int:
        db.start()
        await db.write(put, "ours")
        before = db.foreign_commits
        with sqlite3.connect(tmp_path / "belowline.sqlite3") as other:
            other.execute("INSERT INTO secret VALUES ('theirs', 'x')")
        other.close()
        for _ in range(40):
            if db.foreign_commits > before:
                break
            await asyncio.sleep(0.1)
        return db.foreign_commits - before

    assert asyncio.run(work()) == 1


def test_a_locked_database_fails_the_write_not_the_writer(db: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "belowline.sqlite3", isolation_level=None)
    impatient = Database(tmp_path / "belowline.sqlite3", busy_ms=200)

    async def work() -> None:
        impatient.start()
        await impatient.write(put, "before")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable) as refused:
            await asyncio.wait_for(impatient.write(put, "while locked"), 20)
        assert str(refused.value.__cause__) == "database is locked"
        other.execute("COMMIT")
        await impatient.write(put, "after")

    asyncio.run(work())
    impatient.close()
    other.close()
    assert db.read_now(names) == {"before", "after"}


def test_a_checkpoint_that_cannot_be_made_is_made_later(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = threading.Event()

    def no_reader() -> None:
        tried.set()
        raise sa.exc.TimeoutError("all readers are busy")

    async def work() -> None:
        db.start()
        with monkeypatch.context() as patched:
            patched.setattr(db._reader, "connect", no_reader)
            await db.write(put, "one")
            assert await asyncio.to_thread(tried.wait, 30)
        await asyncio.sleep(0.1)
        assert db._tidier is not None
        assert db._tidier.is_alive()

    asyncio.run(work())
