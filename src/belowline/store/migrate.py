"""Brings a database to the newest form, after a backup copy."""

import datetime as dt
import sqlite3
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from belowline.errors import Unusable

HERE = Path(__file__).parent / "migrations"


def _config(conn: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = conn
    return config


def newest() -> str:
    """The revision that this version of Belowline works with."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def upgrade(path: Path, now: dt.datetime) -> Path | None:
    """Makes or migrates the database at `path`; returns the backup it made of an older one, if any.

    Raises Unusable for a folder or file that cannot be used, and for a database of a newer Belowline.
    """
    _prepare_folder(path.parent)
    try:
        return _upgrade(path, now)
    except (sqlite3.DatabaseError, sa.exc.DatabaseError) as error:
        raise Unusable(f"Cannot use the database {path}: {getattr(error, 'orig', error)}.") from error


def _prepare_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Unusable(f"Cannot write to the folder {folder}: {error.strerror}.") from error


def _upgrade(path: Path, now: dt.datetime) -> Path | None:
    engine = sa.create_engine(f"sqlite+pysqlite:///{path}")
    try:
        with engine.connect() as conn:
            current = MigrationContext.configure(conn).get_current_revision()
            known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
        if current == newest():
            return None
        if current and current not in known:
            raise Unusable(
                f"The database {path} was made by a newer Belowline (its form is {current}); "
                f"install that version or newer to open it."
            )
        backup = _back_up(path, current, now) if current else None
        with engine.begin() as conn:
            command.upgrade(_config(conn), "head")
        return backup
    finally:
        engine.dispose()


def _back_up(path: Path, revision: str, now: dt.datetime) -> Path:
    """A consistent copy, also while the database is in use."""
    folder = path.parent / "backups"
    folder.mkdir(exist_ok=True)
    target = folder / f"{path.stem}-{revision}-{now:%Y%m%dT%H%M%S}.sqlite3"
    with sqlite3.connect(path) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    source.close()
    copy.close()
    return target
