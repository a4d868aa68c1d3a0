"""Uploaded files: where each lies, who works on it, and the work itself, in a process of its own.

    data/uploads/<number>/upload.xml    the file, under a name of ours
                          lock          held by whoever works on it; the system lets go of it when they die
                          progress      how far they are, as JSON

Who dies in the middle has written nothing, or whole transactions: the next one to take the lock goes on.
"""

import contextlib
import datetime as dt
import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import structlog

from belowline.clock import Clock
from belowline.errors import Invalid, Problem
from belowline.model.upload import Stage, Upload, Wish
from belowline.store import sites, uploads
from belowline.store.db import Database
from belowline.transfer import run
from belowline.transfer.files import bring_in
from belowline.transfer.receipt import Receipt

KINDS = {".csv", ".db", ".gz", ".htm", ".html", ".json", ".jsonl", ".ndjson", ".sqlite", ".txt", ".xhtml", ".xml"}
KINDS |= {".sqlite3", ".wxr", ".zip"}
"""Endings that a stored file may keep; everything else of its name is for people only."""
FULL = "The disk is full. Make room, or ask the operator to, then try again."
BROKEN = "Something went wrong on our side; the server's log says what."
STAYS = "What was brought in until then stays, and “Try again” goes on from there."
TOLD_EVERY_S = 0.5

log = structlog.get_logger()


class Progress(msgspec.Struct, frozen=True):
    step: str
    """reading, checking (what would be lost), importing."""
    done: int = 0
    total: int = 0
    """0: not known."""
    process: int = 0
    """Who does it."""


# --- its place ------------------------------------------------------------------------------------


def folder(data: str, number: int) -> Path:
    return Path(data) / "uploads" / str(number)


def place(name: str) -> str:
    """What a file is called in its folder: of the given name only the endings that we know."""
    endings = [one.lower() for one in Path(name[-40:]).suffixes[-2:]]
    return "upload" + "".join(one for one in endings if one in KINDS)


def remove(data: str, number: int) -> None:
    shutil.rmtree(folder(data, number), ignore_errors=True)


def there(data: str) -> set[int]:
    """The numbers of the folders."""
    try:
        return {int(one.name) for one in (Path(data) / "uploads").iterdir() if one.name.isdecimal()}
    except FileNotFoundError:
        return set()


# --- who works on it ------------------------------------------------------------------------------


@contextlib.contextmanager
def alone(where: Path) -> Iterator[bool]:
    """Whether nobody else works in this folder; nobody will while this lasts."""
    with (where / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def worked_on(where: Path) -> bool:
    if not where.is_dir():
        return False
    with alone(where) as free:
        return not free


def progress(where: Path) -> Progress | None:
    try:
        return msgspec.json.decode((where / "progress").read_bytes(), type=Progress)
    except (OSError, msgspec.MsgspecError):
        return None


class _Teller:
    def __init__(self, where: Path) -> None:
        self._where, self._next = where, 0.0

    def tell(self, step: str, done: int = 0, total: int = 0) -> None:
        if done and done != total and time.monotonic() < self._next:
            return
        self._next = time.monotonic() + TOLD_EVERY_S
        with contextlib.suppress(OSError):  # the disk is full: the work itself will say so
            (self._where / "progress.new").write_bytes(msgspec.json.encode(Progress(step, done, total, os.getpid())))
            (self._where / "progress.new").rename(self._where / "progress")


# --- the work -------------------------------------------------------------------------------------


def work(db: Database, data: str, number: int, clock: Clock) -> None:
    """Does what was wished for the upload, unless somebody does already. Problems end on the upload's page."""
    where = folder(data, number)
    if not where.is_dir():
        return
    for _ in range(20):  # who only looks whether anybody works holds the lock for a moment
        with alone(where) as free:
            if free:
                _work(db, where, number, clock)
                return
        time.sleep(0.05)


def _work(db: Database, where: Path, number: int, clock: Clock) -> None:
    one = db.read_now(uploads.get, number)
    if one is None or one.stage != Stage.WORKING:
        return
    for left in where.glob("belowline-import-*"):  # by one who died
        shutil.rmtree(left, ignore_errors=True)
    try:
        receipt = _done(db, where, one, clock())
    except Problem as problem:
        _say(db, number, problem.message)
    except Exception as error:
        log.exception("upload failed", upload=number)
        said = FULL if _is_full(error) else BROKEN
        _say(db, number, said if one.wish == Wish.PREVIEW else f"{said} {STAYS}")
    else:
        stage = Stage.PREVIEWED if one.wish == Wish.PREVIEW else Stage.DONE
        with db.transaction() as conn:
            uploads.done(conn, number, stage, receipt.builtins(), receipt.run)


def _say(db: Database, number: int, error: str) -> None:
    with db.transaction() as conn:
        uploads.failed(conn, number, error)


def _is_full(error: Exception) -> bool:
    return getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in str(error)


def _done(db: Database, where: Path, one: Upload, now: dt.datetime) -> Receipt:
    teller = _Teller(where)
    site = db.read_now(sites.get, one.site_id)
    order = run.Order(
        source=one.source,
        site_key=site.key,
        now=now,
        maps=one.maps,
        files=one.file,
        threading=one.threading,
        actor=one.made_by,
        polite=True,
        scratch=where,
    )
    if one.wish == Wish.PREVIEW:
        seen = _take(db, where, one, msgspec.structs.replace(order, dry_run=True, partial=True), teller, "checking")
        if not (seen.comments.found or seen.stories or seen.people):  # it broke before anything good
            raise Invalid(" ".join(note.why for note in seen.notes[:3]))
        return seen
    if one.wish == Wish.WHOLE:  # one transaction for all would keep readers waiting: so first see that nothing is lost
        _take(db, where, one, msgspec.structs.replace(order, dry_run=True, strict=True), teller, "checking")
    partial = one.wish == Wish.GOOD_PART
    return _take(db, where, one, msgspec.structs.replace(order, partial=partial), teller, "importing")


def _take(db: Database, where: Path, one: Upload, order: run.Order, teller: _Teller, step: str) -> Receipt:
    teller.tell("reading")
    return bring_in(
        db,
        [where / one.place],
        order,
        lambda count: teller.tell("reading", count),
        lambda done, total: teller.tell(step, done, total),
    )


def be_modest() -> None:
    """Who serves readers goes first."""
    with contextlib.suppress(OSError):
        os.nice(10)
