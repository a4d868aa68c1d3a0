"""Brings a database to the newest form, after a backup copy."""

import contextlib
import datetime as dt
import importlib.util
import shutil
import sqlite3
import sys
from pathlib import Path
from types import ModuleType

import sqlalchemy as sa

from belowline.errors import Unusable

HERE = Path(__file__).parent / "migrations"
SPARE = 1 << 20  # bytes: a disk with less is as good as full


def _later(name: str) -> ModuleType:
    """A module that is loaded when it is first used."""
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(name)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_revisions = _later("belowline.store.revisions")


def _known() -> list[str]:
    """All revisions, oldest first: a revision's file begins with its number (tests/store proves it)."""
    return sorted(file.name.partition("_")[0] for file in (HERE / "versions").glob("[0-9]*.py"))


def newest() -> str:
    """The revision that this version of Belowline works with."""
    return _known()[-1]


def _current(conn: sa.Connection) -> str | None:
    """The database's revision; None for an empty one."""
    if not sa.inspect(conn).has_table("alembic_version"):
        return None
    found = conn.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def upgrade(path: Path, now: dt.datetime) -> Path | None:
    """Makes or migrates the database at `path`; returns the backup it made of an older one, if any.

    Raises Unusable for a folder or file that cannot be used, and for a database of a newer Belowline.
    """
    _prepare_folder(path.parent)
    try:
        return _upgrade(path, now)
    except (sqlite3.DatabaseError, sa.exc.DatabaseError) as error:
        why = str(getattr(error, "orig", error))
        if shutil.disk_usage(path.parent).free < SPARE:  # SQLite calls it an I/O error where its index finds no room
            why = f"{why}; the disk is full"
        raise Unusable(f"Cannot use the database {path}: {why}. It is as it was.") from error


def _prepare_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Unusable(f"Cannot write to the folder {folder}: {error.strerror}.") from error


def _upgrade(path: Path, now: dt.datetime) -> Path | None:
    engine = _engine(path)
    try:
        with engine.connect() as conn:
            if _current(conn) == newest():
                return None
        with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as conn:  # who else would do it waits here
            current = _current(conn)
            if current and current not in _known():
                raise Unusable(
                    f"The database {path} was made by a newer Belowline (its form is {current}); "
                    f"install that version or newer to open it."
                )
            backup = _back_up(path, current, now) if current and current != newest() else None
            _revisions.to_newest(conn)
        return backup
    finally:
        engine.dispose()


def _engine(path: Path) -> sa.Engine:
    """All revisions are one transaction. The driver of itself would begin one only before the first row that changes,
    so that a full disk left tables of two forms, which no version opens."""
    engine = sa.create_engine(f"sqlite+pysqlite:///{path}")

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def _on_begin(conn: sa.Connection) -> None:
        conn.exec_driver_sql(conn.get_execution_options().get("begin", "BEGIN"))

    return engine


def _back_up(path: Path, revision: str, now: dt.datetime) -> Path:
    """A consistent copy, also while the database is in use; a whole one or none."""
    folder = path.parent / "backups"
    folder.mkdir(exist_ok=True)
    target = folder / f"{path.stem}-{revision}-{now:%Y%m%dT%H%M%S}.sqlite3"
    part = target.with_suffix(".part")
    try:
        with contextlib.closing(sqlite3.connect(path)) as source, contextlib.closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
        part.rename(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return target
