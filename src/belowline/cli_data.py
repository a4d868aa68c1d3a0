"""The commands on readers' data: erasures that a restored backup has undone are done again."""

from pathlib import Path

import click
import sqlalchemy as sa

from belowline.actions import erasure
from belowline.cli_folder import folder
from belowline.clock import now
from belowline.settings import load
from belowline.store import erasure_list, migrate
from belowline.store.db import Database


def replay(db: Database, folder: Path) -> int:
    """Erases again whoever the list names and a backup has brought back; how many. Quick where there is nobody."""
    entries = erasure_list.read(folder)
    with db.transaction() as conn:
        again = erasure.replay(conn, entries, now()) if entries else []
    for number in again:
        _finish(db, folder, number)
    return len(again)


def _finish(db: Database, folder: Path, number: int) -> None:
    with db.transaction() as conn:
        entry = erasure.entry(conn, number, now())
    if entry:
        erasure_list.note(folder, entry)
    more = True
    while more:
        with db.transaction() as conn:
            more = _step(conn, number)


def _step(conn: sa.Connection, number: int) -> bool:
    return erasure.step(conn, number, now()).more


@click.group("erasures")
def erasures() -> None:
    """The list of erased readers, which a restored backup does not undo."""


@erasures.command("replay")
@folder
def replay_(data: str | None) -> None:
    """Erase again whoever a restored backup has brought back; `serve` does it at every start."""
    settings = load(data=data)
    migrate.upgrade(settings.database, now())
    db = Database(settings.database, settings.readers)
    click.echo(f"Erased again: {replay(db, Path(settings.data))}.")
    db.close()
