"""Isso 0.14 from PyPI, in a virtual environment of its own, on the same comments."""

import contextlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from benchmarks import fill, load, servers

VERSION = "0.14.0"
_CONFIG = """[general]
dbpath = {database}
host = http://127.0.0.1:{port}/
[server]
listen = http://127.0.0.1:{port}
[guard]
enabled = false
"""
_NO_VOTES = bytes(256)  # the form in which Isso keeps who has voted


def install(folder: Path) -> str | None:
    """None, or the sentence that says why there is no Isso to compare with. With gevent, which it uses if there."""
    pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True, timeout=120)
        subprocess.run([*pip, f"isso=={VERSION}", "gevent"], check=True, capture_output=True, timeout=240)
    except (OSError, subprocess.SubprocessError) as error:
        return f"Isso {VERSION} could not be installed here ({type(error).__name__}), so it is left out."
    return None


@contextlib.contextmanager
def serving(venv: Path, data: Path) -> Iterator[int]:
    """Its port."""
    port = servers.free_port()
    data.mkdir(exist_ok=True)
    config = data / "isso.cfg"
    config.write_text(_CONFIG.format(database=data / "isso.sqlite3", port=port))
    with servers.running([str(venv / "bin" / "isso"), "-c", str(config), "run"], port):
        yield port


def discussion(data: Path, uri: str, count: int) -> None:
    """The comments of fill.discussion; Isso keeps one level of replies, so all answer their thread's top."""
    with sqlite3.connect(data / "isso.sqlite3") as driver:
        thread = driver.execute("INSERT INTO threads (uri, title) VALUES (?, ?)", (uri, uri)).lastrowid
        first = driver.execute("SELECT coalesce(max(id), 0) + 1 FROM comments").fetchone()[0]
        rows = [
            (
                thread,
                first + number,
                None if parent is None else first + top,
                1_700_000_000.0 + number,
                f"10.0.{number % 250}.0",
                fill.texts()[number % fill.TEXTS],
                f"Reader {number * 7919 % 1000}",
                _NO_VOTES,
            )
            for number, (top, parent, *_) in enumerate(fill.threads(count, fill.MIXED))
        ]
        driver.executemany(
            "INSERT INTO comments (tid, id, parent, created, mode, remote_addr, text, author, voters) "
            "VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?)",
            rows,
        )
    driver.close()


def count(database: Path) -> int:
    """Comments in it."""
    with contextlib.closing(sqlite3.connect(database)) as driver:
        return int(driver.execute("SELECT count(*) FROM comments").fetchone()[0])


def read_path(uri: str) -> str:
    """All top comments and up to five replies of each."""
    return f"/?uri={quote(uri, safe='')}&nested_limit=5"


def post_request(uri: str, text: str) -> bytes:
    body = json.dumps({"author": "Reader", "text": text, "email": None, "website": None, "parent": None}).encode()
    return load.post(f"/new?uri={quote(uri, safe='')}", body)


def counts_request(uris: list[str]) -> bytes:
    return load.post("/count", json.dumps(uris).encode())
