"""The command that works on an uploaded file; the server starts it, as a process of its own."""

import gc

import click

from belowline.clock import now
from belowline.settings import load
from belowline.store.db import Database
from belowline.transfer import uploads


@click.command("go-on")
@click.argument("upload", type=int, metavar="UPLOAD")
@click.option("--data", metavar="FOLDER", help="Folder of the database (default: data).")
def go_on(upload: int, data: str | None) -> None:
    """Do what the desk asked for an uploaded file, or go on with it. The server does this by itself."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    uploads.be_modest()
    settings = load(data=data)
    db = Database(settings.database, 2)
    try:
        uploads.work(db, settings.data, upload, now)
    finally:
        db.close()


if __name__ == "__main__":
    go_on()
