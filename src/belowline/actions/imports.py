"""The imports of a site, at the desk: what there was, and files that are uploaded for one."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.actions.desk import Desk
from belowline.errors import Conflict, Invalid, NotFound
from belowline.model.upload import Stage, Upload, Wish
from belowline.store import imports, jobs, uploads

RUNS = 200
MAX_NAME = 120


def listed(conn: sa.Connection, desk: Desk) -> tuple[list[sa.Row[Any]], list[Upload]]:
    """The newest runs of the site, and the uploads that no run has come of yet."""
    return uploads.runs(conn, desk.site.id, RUNS), uploads.of_site(conn, desk.site.id)


def access_run(conn: sa.Connection, run_id: int, desk: Desk) -> Any:
    """A run of the desk's site. Raises NotFound."""
    found = imports.run(conn, run_id)
    if found is None or found.site_id != desk.site.id:
        raise NotFound("There is no such import here.", code="unknown-run")
    return found


def access_upload(conn: sa.Connection, upload_id: int, desk: Desk) -> Upload:
    """An upload to the desk's site. Raises NotFound."""
    found = uploads.get(conn, upload_id)
    if found is None or found.site_id != desk.site.id or found.stage == Stage.ARRIVING:
        raise NotFound("There is no such upload here; after a week they are deleted.", code="unknown-upload")
    return found


def receive(conn: sa.Connection, desk: Desk, name: str, now: dt.datetime, /, **values: Any) -> Upload:
    """A file begins to arrive."""
    shown = "".join(ch if ch.isprintable() else " " for ch in name[-MAX_NAME:]).strip() or "a file without a name"
    return uploads.add(conn, site_id=desk.site.id, made_by=desk.person.id, made_at=now, file=shown, **values)


def arrived(conn: sa.Connection, upload_id: int, now: dt.datetime) -> None:
    """It is there: its preview is made."""
    _wish(conn, upload_id, Wish.PREVIEW, now)


def order(conn: sa.Connection, upload_id: int, wish: Wish, desk: Desk, now: dt.datetime) -> None:
    """Begins an import, or another preview; or goes on with what failed. Raises NotFound and Conflict."""
    one = access_upload(conn, upload_id, desk)
    if one.stage == Stage.WORKING:
        raise Conflict("This file is being worked on already.", code="at-work")
    if one.stage == Stage.DONE:
        raise Conflict("This file is brought in already. To bring in more of it, upload it again.", code="brought-in")
    if wish != Wish.PREVIEW and one.receipt is None:
        raise Conflict("Look at the preview before you bring it in.", code="no-preview")
    _wish(conn, upload_id, wish, now)


def preview_again(
    conn: sa.Connection, upload_id: int, maps: dict[str, str], threading: bool | None, desk: Desk, now: dt.datetime
) -> None:
    """Raises as `order`."""
    order(conn, upload_id, Wish.PREVIEW, desk, now)
    uploads.set_order(conn, upload_id, maps, threading)


def drop(conn: sa.Connection, upload_id: int, desk: Desk) -> None:
    """Forgets an upload; what it became stays. Raises NotFound and Conflict."""
    if access_upload(conn, upload_id, desk).stage == Stage.WORKING:
        raise Conflict("This file is being worked on.", code="at-work")
    uploads.drop(conn, upload_id)


def maps_of(text: str) -> dict[str, str]:
    """Lines of OLD=NEW. Raises Invalid."""
    maps = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        old, sign, new = line.partition("=http") if "=http" in line else line.partition("=")
        if not sign or not old.strip():
            raise Invalid(f"“{line[:80]}” is not OLD=NEW.", fields={"maps": "One OLD=NEW a line."})
        maps[old.strip()] = ("http" if sign == "=http" else "") + new.strip()
    return maps


def _wish(conn: sa.Connection, upload_id: int, wish: Wish, now: dt.datetime) -> None:
    uploads.wish(conn, upload_id, wish)
    jobs.add_alone(conn, "upload", {"upload": upload_id}, now, uploads.job_key(upload_id))
