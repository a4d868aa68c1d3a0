"""What all pieces of one import share."""

import datetime as dt

import msgspec


class Context(msgspec.Struct, frozen=True):
    source: str
    run_id: int | None
    now: dt.datetime
    dry_run: bool
