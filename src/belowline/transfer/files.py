"""Files that somebody names or uploads, brought in: what the command line and the console call.

`bring_in(…, dry_run=True)` is the preview, `undo.in_steps` the way back, `receipt_of` what a run did.
"""

import hashlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.errors import NotFound
from belowline.store import imports
from belowline.store.db import Database
from belowline.transfer import run
from belowline.transfer.intake import Progress
from belowline.transfer.receipt import Receipt
from belowline.transfer.records import Record
from belowline.transfer.sources import SOURCES

_PRINTED = 1 << 20
_TOLD_EVERY = 1000


def bring_in(
    db: Database,
    files: Sequence[Path],
    order: run.Order,
    reading: Callable[[int], None] | None = None,
    progress: Progress | None = None,
) -> Receipt:
    """The receipt. `order.files`, where it is empty, and `order.print` are made here.

    `reading` is told how many records were read, while the site is not touched yet; then `progress`. Raises what the
    source's `read` and `run.take_in` raise.
    """
    names = order.files or ", ".join(file.name for file in files)
    whole = msgspec.structs.replace(order, files=names, print=print_of(files))
    records = itertools.chain.from_iterable(SOURCES[order.source](file) for file in files)
    return run.take_in(db, _told(records, reading) if reading else records, whole, progress)


def _told(records: Iterator[Record], reading: Callable[[int], None]) -> Iterator[Record]:
    for count, record in enumerate(records, 1):
        if count % _TOLD_EVERY == 0:
            reading(count)
        yield record


def print_of(files: Sequence[Path]) -> str:
    """Tells these files from others by their names, sizes and first mebibyte."""
    digest = hashlib.sha256()
    for file in sorted(itertools.chain.from_iterable(f.rglob("*") if f.is_dir() else (f,) for f in files)):
        if file.is_file():
            digest.update(f"{file.name}\0{file.stat().st_size}\0".encode("utf-8", "replace"))
            with file.open("rb") as opened:
                digest.update(opened.read(_PRINTED))
    return digest.hexdigest()


def receipt_of(conn: sa.Connection, run_id: int) -> Receipt:
    """What a run did. Raises NotFound, also for one that was interrupted."""
    found: Any = imports.run(conn, run_id)
    if found is None or found.receipt is None:
        raise NotFound(f"There is no receipt of an import {run_id}; “belowline import runs” lists them.")
    return msgspec.convert(found.receipt, Receipt, strict=False)
