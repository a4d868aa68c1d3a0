"""What goes wrong at the command line is one sentence on standard error and exit status 1."""

import sqlite3
import sys
from typing import Any

import click
import sqlalchemy as sa

from belowline.errors import Problem
from belowline.store import machine


class Commands(click.Group):
    """Turns what can go wrong into that sentence; what should not be able to keeps its traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Problem as problem:
            said = problem.message
        except OSError as error:  # a folder for a file, a full disk
            where = f" with {error.filename}" if error.filename else ""
            said = f"Cannot go on{where}: {error.strerror or error}."
        except (sa.exc.OperationalError, sqlite3.OperationalError) as error:  # a full disk, a lock that is kept
            if not (refused := machine.refused(error)):
                raise
            said = f"The database cannot be written: {refused}. What was answered or told as done until now is kept."
        click.echo(f"belowline: {said}", err=True)
        sys.exit(1)
