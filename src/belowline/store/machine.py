"""What the machine refuses a database: room on the disk, a file, a lock that another process keeps."""

import sqlite3
from typing import NoReturn

import sqlalchemy as sa

from belowline.errors import NOT_SAVED, Unavailable

_REFUSALS = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
RETRY_S = 30  # after so long whoever was refused may ask again

Refusal = sa.exc.OperationalError | sqlite3.OperationalError
"""As it comes: through SQLAlchemy, or from the driver where we call it ourselves."""


def refused(error: Refusal) -> str:
    """What the machine refused, in SQLite's words; empty where the error is of another kind."""
    said = _driver_s(error)
    return str(said) if getattr(said, "sqlite_errorcode", 0) & 0xFF in _REFUSALS else ""  # 0xFF: not where it was


def refuse(error: Refusal) -> NoReturn:
    """Raises what whoever asked is told; any other error as it is."""
    if not refused(error):
        raise error
    raise Unavailable(NOT_SAVED, code="not-saved", retry_after=RETRY_S) from _driver_s(error)


def _driver_s(error: Refusal) -> BaseException:
    return (error.orig or error) if isinstance(error, sa.exc.OperationalError) else error
