"""The data folder, as every command takes it, and the database in it."""

from typing import Any

import click

from belowline.clock import now
from belowline.settings import Settings, load
from belowline.store import migrate
from belowline.store.db import Database


def folder(command: Any) -> Any:
    return click.option("--data", metavar="FOLDER", help="Folder of the database (default: data).")(command)


def opened(settings: Settings) -> Database:
    """The database, made or migrated first. Raises Unusable."""
    migrate.upgrade(settings.database, now())
    return Database(settings.database, settings.readers)


def opened_in(data: str | None) -> Database:
    """The same by what `--data` says. Raises Unusable."""
    return opened(load(data=data))
