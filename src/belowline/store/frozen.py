"""Folders of frozen discussions: which there are, and what each was asked to hold."""

import datetime as dt
from pathlib import Path

import msgspec
import sqlalchemy as sa

from belowline.store.exports import Selection
from belowline.store.tables_frozen import frozen


class Frozen(msgspec.Struct, frozen=True):
    folder: Path
    base_url: str
    chosen: Selection


def note(conn: sa.Connection, folder: Path, base_url: str, chosen: Selection, now: dt.datetime) -> None:
    """Remembers a folder that was written; once more under the same name replaces what it was."""
    conn.execute(sa.delete(frozen).where(frozen.c.folder == str(folder)))
    kept = {"site_id": chosen.site_id, "slug": chosen.slug, "since": chosen.since, "until": chosen.until}
    conn.execute(sa.insert(frozen).values(folder=str(folder), base_url=base_url, written_at=now, **kept))


def of_site(conn: sa.Connection, site_id: int) -> list[Frozen]:
    f = frozen.c
    rows = conn.execute(sa.select(frozen).where(f.site_id == site_id).order_by(f.folder))
    found = []
    for row in rows:
        chosen = Selection(site_id=site_id, slug=row.slug, since=row.since, until=row.until)
        found.append(Frozen(Path(row.folder), row.base_url, chosen))
    return found
