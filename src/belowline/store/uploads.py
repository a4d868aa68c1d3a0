"""Uploaded files, and how far the work on each has come."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.model.upload import Stage, Upload, Wish
from belowline.store.tables import import_run
from belowline.store.tables_uploads import upload

_u = upload.c
_COLUMNS = [_u[name] for name in Upload.__struct_fields__]


def _of_row(row: Any) -> Upload:
    values = dict(row._mapping)
    return Upload(**values | {"wish": Wish(values["wish"]), "stage": Stage(values["stage"])})


def add(conn: sa.Connection, **values: Any) -> Upload:
    """A file that arrives."""
    first = {"wish": str(Wish.PREVIEW), "stage": str(Stage.ARRIVING)}
    return _of_row(conn.execute(sa.insert(upload).values(**values, **first).returning(*_COLUMNS)).one())


def get(conn: sa.Connection, upload_id: int) -> Upload | None:
    row = conn.execute(sa.select(*_COLUMNS).where(_u.id == upload_id)).first()
    return None if row is None else _of_row(row)


def of_site(conn: sa.Connection, site_id: int) -> list[Upload]:
    """Those that wait for somebody or are worked on, newest first."""
    open_ = _u.stage.in_([str(Stage.WORKING), str(Stage.PREVIEWED), str(Stage.FAILED)])
    found = sa.select(*_COLUMNS).where(_u.site_id == site_id, open_).order_by(_u.id.desc())
    return [_of_row(row) for row in conn.execute(found)]


def job_key(upload_id: int) -> str:
    """One job looks after an upload (jobs/upload.py): more of them would count its tries more than once."""
    return f"upload:{upload_id}"


def wish(conn: sa.Connection, upload_id: int, wished: Wish) -> None:
    values = {"wish": str(wished), "stage": str(Stage.WORKING), "error": "", "tries": 0}
    conn.execute(sa.update(upload).where(_u.id == upload_id).values(**values))


def set_order(conn: sa.Connection, upload_id: int, maps: dict[str, str], threading: bool | None) -> None:
    conn.execute(sa.update(upload).where(_u.id == upload_id).values(maps=maps, threading=threading))


def tried(conn: sa.Connection, upload_id: int) -> None:
    conn.execute(sa.update(upload).where(_u.id == upload_id).values(tries=_u.tries + 1))


def done(conn: sa.Connection, upload_id: int, stage: Stage, receipt: Any, run_id: int | None) -> None:
    values = {"stage": str(stage), "receipt": receipt, "run_id": run_id, "error": ""}
    conn.execute(sa.update(upload).where(_u.id == upload_id).values(**values))


def failed(conn: sa.Connection, upload_id: int, error: str) -> None:
    conn.execute(sa.update(upload).where(_u.id == upload_id).values(stage=str(Stage.FAILED), error=error))


def drop(conn: sa.Connection, upload_id: int) -> None:
    conn.execute(sa.delete(upload).where(_u.id == upload_id))


def forget(conn: sa.Connection, before: dt.datetime, limit: int) -> int:
    """A term of jobs/forget.py; what is being worked on stays until that is over."""
    old = sa.select(_u.id).where(_u.made_at < before, _u.stage != str(Stage.WORKING)).limit(limit)
    return conn.execute(sa.delete(upload).where(_u.id.in_(old))).rowcount


def ids(conn: sa.Connection) -> set[int]:
    return set(conn.execute(sa.select(_u.id)).scalars())


# --- the imports of a site ------------------------------------------------------------------------


def runs(conn: sa.Connection, site_id: int, limit: int) -> list[sa.Row[Any]]:
    """Newest first, without what lies only in their receipts' notes."""
    r = import_run.c
    counts = r.receipt["comments"]
    columns = (
        r.id,
        r.source,
        r.files,
        r.started_at,
        r.finished_at,
        r.undo_begun_at,
        r.undone_at,
        counts.label("comments"),
    )
    return list(conn.execute(sa.select(*columns).where(r.site_id == site_id).order_by(r.id.desc()).limit(limit)))
