"""The ways out: a line for each format that is one file. (The folder of pages is snapshots/export_html.py.)"""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import sqlalchemy as sa

from belowline.errors import Unusable
from belowline.store.exports import Selection
from belowline.transfer import export_annotations, export_belowline, export_disqus, export_wxr


class Place(msgspec.Struct, frozen=True):
    """Where and when it is exported."""

    base_url: str
    """Origin of this server, for the addresses of stories that have no other."""
    now: dt.datetime


Write = Callable[[sa.Connection, Selection, str, dt.datetime], Iterator[bytes]]
"""(connection, what, base_url, now) → pieces of the file."""

FORMATS: dict[str, Write] = {
    "belowline": export_belowline.write,
    "wxr": export_wxr.write,
    "disqus": export_disqus.write,
    "annotations": export_annotations.write,
}


def to_file(
    conn: sa.Connection,
    format: str,
    chosen: Selection,
    place: Place,
    file: Path,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Writes the file, whole or not at all; its size in bytes, of which `progress` is told. Raises Unusable."""
    part = file.with_name(file.name + ".part")
    size = 0
    try:
        with part.open("wb") as out:
            for piece in FORMATS[format](conn, chosen, place.base_url, place.now):
                size += out.write(piece)
                if progress:
                    progress(size)
        os.replace(part, file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Unusable(f"Cannot write {file}: {error.strerror}.") from error
    return size
