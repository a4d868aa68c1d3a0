"""In and out: the same discussions exported, brought into a fresh site, and brought into Isso; in processor time."""

import resource
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from belowline.actions import sites as site_act
from belowline.clock import now
from belowline.store import migrate
from belowline.store.db import Database
from belowline.store.exports import Selection
from belowline.transfer import export
from belowline.transfer.files import bring_in
from belowline.transfer.run import Order
from benchmarks import isso

FORMATS = {"wxr": "wordpress", "belowline": "belowline"}
"""Each way out, and the importer that reads it."""

_MEMORY = Path("/dev/shm")
_INSISTED = (
    b"<wp:comment_author_email></wp:comment_author_email><wp:comment_author_url></wp:comment_author_url>"
    b"<wp:comment_author_IP>10.0.0.1</wp:comment_author_IP>"
)
"""What WordPress writes and Isso does not do without."""


class Moved(NamedTuple):
    """Comments a second."""

    out: float
    back: float
    isso: float | None = None
    """Its own importer on the same file."""


def measure(data: Path, folder: Path, venv: Path | None) -> dict[str, Moved]:
    """By format. `data`: where the discussions are; `venv`: where Isso is installed, if it is."""
    db = Database(data / "belowline.sqlite3")
    found = {}
    for name, source in FORMATS.items():
        file = folder / f"moved.{'xml' if name == 'wxr' else 'zip'}"
        started = time.process_time()
        db.read_now(export.to_file, name, Selection(site_id=1), export.Place("http://bench.example", now()), file)
        out = time.process_time() - started
        count, back = _bring_in(folder / name, file, source)
        theirs = _into_isso(venv, folder, file, count) if venv and name == "wxr" else None
        found[name] = Moved(count / out, count / back, theirs)
    db.close()
    return found


def _bring_in(folder: Path, file: Path, source: str) -> tuple[int, float]:
    """(comments, seconds)"""
    folder.mkdir()
    migrate.upgrade(folder / "belowline.sqlite3", now())
    db = Database(folder / "belowline.sqlite3")
    with db.transaction() as conn:
        site_act.add(conn, "main", "The Measured Mile")
    started = time.process_time()
    receipt = bring_in(db, [file], Order(source=source, now=now()))
    took = time.process_time() - started
    db.close()
    if receipt.comments.stored != receipt.comments.found:
        raise RuntimeError(f"{source}: {receipt.comments}")
    return receipt.comments.stored, took


def _into_isso(venv: Path, folder: Path, file: Path, count: int) -> float:
    """Its database in memory: it waits for the disk after each comment, which its processor time does not show."""
    whole = folder / "moved-for-isso.xml"
    whole.write_bytes(file.read_bytes().replace(b"<wp:comment>", b"<wp:comment>" + _INSISTED))
    with tempfile.TemporaryDirectory(prefix="isso-", dir=_MEMORY if _MEMORY.is_dir() else folder) as place:
        config, database = folder / "isso-import.cfg", Path(place) / "isso.sqlite3"
        config.write_text(f"[general]\ndbpath = {database}\nhost = http://127.0.0.1/\n")
        before = _of_children()
        command = [str(venv / "bin" / "isso"), "-c", str(config), "import", "-t", "wordpress", str(whole)]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        took = _of_children() - before
        if isso.count(database) != count:
            raise RuntimeError("Isso has not taken all comments in")
    return count / took


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
