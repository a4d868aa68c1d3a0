"""What goes wrong at the command line is one sentence on standard error and exit status 1."""

import sys
from typing import Any

import click
import sqlalchemy as sa

from belowline.errors import Problem

_OF_THE_DISK = ("disk is full", "disk I/O", "readonly", "locked", "unable to open")


class Commands(click.Group):
    """Turns what can go wrong into that sentence; what should not be able to keeps its traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Problem as problem:
            said = problem.message
        except (OSError, sa.exc.OperationalError) as error:  # a folder for a file, a full disk, a lock that is kept
            if not (said := _of_the_machine(error)):
                raise
        click.echo(f"belowline: {said}", err=True)
        sys.exit(1)


def _of_the_machine(error: OSError | sa.exc.OperationalError) -> str:
    """What the system or the disk refused, as a sentence; empty where it is not the machine's doing."""
    if isinstance(error, OSError):
        where = f" {error.filename}" if error.filename else ""
        return f"Cannot go on{where and ' with' + where}: {error.strerror or error}."
    refused = str(error.orig)
    if not any(one in refused for one in _OF_THE_DISK):
        return ""
    return f"The database cannot be written: {refused}. What was answered or told as done until now is kept."
