"""The bridge to the database: one writer that groups transactions, a few readers.

SQLite has one writer at a time, and an answer waits for its fsync. So one thread takes all writes
that wait, runs each in a savepoint, commits them together and only then answers them: the disk is
asked once for many. An operation that fails rolls back alone and its caller gets the exception; a
commit that fails is everybody's. After a commit it rests for a moment, so that under load more share
the next (docs/decisions/0012-what-a-post-costs.md).
"""

import asyncio
import contextlib
import json
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec
import sqlalchemy as sa

from belowline.store import machine

P = ParamSpec("P")
T = TypeVar("T")
Operation = Callable[[sa.Connection], Any]

BATCH = 128  # writes in one commit, at most
REST_S = 0.002  # the writer rests as long as it has worked, at most this: who comes meanwhile shares the next commit
TIDY_S = 0.5
LOG_PAGES = 4_000  # of 4 KiB: where the log is longer, a commit tidies it
BUSY_MS = 10_000  # how long another process' write may keep us waiting


class Database:
    """`read` and `write` run a plain function with a connection first; await them from the event loop."""

    def __init__(self, path: Path, readers: int = 4, busy_ms: int = BUSY_MS, checks: bool = True) -> None:
        """Without `checks` foreign keys are not enforced: for who deletes comments by the thousand with all that points
        to them, and would have SQLite look through every vote for each."""
        self.readers = readers
        self._writer = _engine(path, "BEGIN IMMEDIATE", 1, busy_ms, cache_kb=2_048, checks=checks)
        self._reader = _engine(path, "BEGIN", readers, busy_ms, cache_kb=768)
        self._pool = ThreadPoolExecutor(readers, thread_name_prefix="reader")
        self._waiting: queue.SimpleQueue[tuple[Operation, asyncio.Future[Any]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._tidier: threading.Thread | None = None
        self._closing = threading.Event()
        self._commits = 0
        self.foreign_commits = 0
        """Rises when another process (the CLI) has changed the database."""

    def start(self) -> None:
        self._thread = threading.Thread(target=self._write_loop, name="writer", daemon=True)
        self._thread.start()
        self._tidier = threading.Thread(target=self._tidy_loop, name="tidier", daemon=True)
        self._tidier.start()

    def close(self) -> None:
        """Ends the writer after what waits is written."""
        if self._thread and self._tidier:
            self._waiting.put(None)
            self._thread.join()
            self._closing.set()
            self._tidier.join()
        self._pool.shutdown()
        self._writer.dispose()
        self._reader.dispose()

    async def write(self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs `work` in the writer's next transaction; returns when it is on the disk.

        Raises what `work` does, and Unavailable where the machine refuses: then nothing was stored.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.put((lambda conn: work(conn, *args, **kwargs), done))
        try:
            return await done
        except (sa.exc.OperationalError, sqlite3.OperationalError) as error:
            machine.refuse(error)

    async def read(self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs `work` on a reader's thread, in one snapshot of the database. Raises as `write` does."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, lambda: self.read_now(work, *args, **kwargs))
        except (sa.exc.OperationalError, sqlite3.OperationalError) as error:
            machine.refuse(error)

    def read_now(self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self._reader.connect() as conn, conn.begin():
            return work(conn, *args, **kwargs)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """One transaction outside the writer's loop, for commands."""
        with self._writer.begin() as conn:
            yield conn

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        """The database as it is now, for commands that read for long: nobody waits for them."""
        with self._reader.connect() as conn, conn.begin():
            yield conn

    def _write_loop(self) -> None:
        with self._writer.connect() as conn:
            version = _data_version(conn)
            while True:
                try:
                    batch = [self._waiting.get(timeout=1)]
                except queue.Empty:
                    batch = []
                with contextlib.suppress(queue.Empty):
                    while batch and len(batch) < BATCH:
                        batch.append(self._waiting.get_nowait())
                with contextlib.suppress(sqlite3.Error):  # the machine refuses: the next round sees it
                    if (seen := _data_version(conn)) != version:
                        version, self.foreign_commits = seen, self.foreign_commits + 1
                work = [item for item in batch if item]
                started = time.perf_counter()
                if work:
                    _answer(work, _commit_together(conn, [operation for operation, _ in work]))
                    self._commits += 1
                if None in batch:
                    return
                time.sleep(min(time.perf_counter() - started, REST_S))

    def _tidy_loop(self) -> None:
        """Moves what was committed from the log into the database while the writer goes on: a commit that had to do
        it would keep everybody waiting for two more fsyncs and hundreds of pages. Where it is busy, or all readers
        are, or the disk is full: next time."""
        done = 0
        while not self._closing.wait(TIDY_S):
            if self._commits != done:
                done = self._commits
                with contextlib.suppress(sqlite3.Error, sa.exc.SQLAlchemyError), self._reader.connect() as conn:
                    _driver(conn).execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def _commit_together(conn: sa.Connection, operations: list[Operation]) -> list[tuple[Any, BaseException | None]]:
    """One (result, error) per operation, after the commit."""
    try:
        with conn.begin():
            if len(operations) == 1:
                return [(operations[0](conn), None)]
            return [_in_savepoint(conn, operation) for operation in operations]
    except Exception as error:  # a lone one failed; the disk is full, another process keeps the lock: none stands
        return [(None, error)] * len(operations)


def _in_savepoint(conn: sa.Connection, operation: Operation) -> tuple[Any, BaseException | None]:
    driver = _driver(conn)
    driver.execute("SAVEPOINT one")
    try:
        result: tuple[Any, BaseException | None] = operation(conn), None
    except Exception as error:
        driver.execute("ROLLBACK TO one")
        result = None, error
    driver.execute("RELEASE one")
    return result


def _answer(work: list[tuple[Operation, asyncio.Future[Any]]], results: list[tuple[Any, BaseException | None]]) -> None:
    def resolve() -> None:
        for (_, future), (value, error) in zip(work, results, strict=True):
            if future.cancelled():
                continue
            if error:
                future.set_exception(error)
            else:
                future.set_result(value)

    with contextlib.suppress(RuntimeError):  # the loop has closed: nobody waits any more
        work[0][1].get_loop().call_soon_threadsafe(resolve)


def _data_version(conn: sa.Connection) -> int:
    """Changes when another connection than this has committed. https://sqlite.org/pragma.html#pragma_data_version"""
    return int(_driver(conn).execute("PRAGMA data_version").fetchone()[0])


def _driver(conn: sa.Connection) -> sqlite3.Connection:
    return conn.connection.dbapi_connection  # type: ignore[return-value]


def _json(value: Any) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except ValueError:  # broken Unicode in what is kept as it came: escaped
        return json.dumps(value)


def _engine(path: Path, begin: str, pool_size: int, busy_ms: int, cache_kb: int, checks: bool = True) -> sa.Engine:
    engine = sa.create_engine(
        f"sqlite+pysqlite:///{path}",
        poolclass=sa.QueuePool,
        pool_size=pool_size,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": busy_ms / 1000},
        query_cache_size=1000,
        hide_parameters=True,  # an error's words go to the log, and readers' texts and marks do not
        json_serializer=_json,
        json_deserializer=msgspec.json.decode,
    )

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"foreign_keys={'ON' if checks else 'OFF'}",
            f"cache_size=-{cache_kb}",
            "temp_store=2",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")

    @sa.event.listens_for(engine, "begin")
    def _on_begin(conn: sa.Connection) -> None:
        conn.exec_driver_sql(begin)

    return engine
