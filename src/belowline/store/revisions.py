"""Runs Alembic. Loaded only where a database must change (store/migrate.py): it takes 8 MB of a server's memory."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from belowline.store.migrate import HERE


def config(conn: sa.Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(HERE).replace("%", "%%"))
    made.attributes["connection"] = conn
    return made


def to_newest(conn: sa.Connection) -> None:
    """Every revision that the database lacks, in the caller's transaction."""
    command.upgrade(config(conn), "head")
