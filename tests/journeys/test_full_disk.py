"""A full disk: what cannot be stored is said so, what can be read is served, and it goes on when there is room.

The disk is full for one process alone, by the largest file that the system lets it write; `room` gives it back.
"""

import contextlib
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from belowline import logs
from belowline.actions import sites as site_act
from belowline.actions.stories import NewStory, add
from belowline.clock import now
from belowline.model.site import Policy
from belowline.model.story import Story
from belowline.store import migrate
from belowline.store.db import Database
from journeys.test_crash import Program
from paper import UNHURRIED

pytestmark = pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system has no prlimit")

TEXT = "Words that somebody has thought about, and would not like to lose."


def room(process: "subprocess.Popen[Any]", size: int = resource.RLIM_INFINITY) -> None:
    """The largest file that it may write from now on."""
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def belowline(*arguments: object, size: int = resource.RLIM_INFINITY) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "belowline.cli", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    room(process, size)
    return process


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    migrate.upgrade(tmp_path / "data/belowline.sqlite3", now())
    return tmp_path / "data"


@pytest.fixture
def story(data: Path) -> Story:
    db = Database(data / "belowline.sqlite3")
    with db.transaction() as conn:
        site_act.add(conn, "main", "The Evening Lamp", "en", Policy(**UNHURRIED))
        made = add(conn, NewStory(title="A harbour at night"), now())
    db.close()
    return made


@pytest.fixture
def serving(data: Path, story: Story) -> Iterator[Program]:  # noqa: ARG001
    program = Program(data)
    yield program
    program.kill(signal.SIGTERM)


def texts(data: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(data / "belowline.sqlite3")) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [text for (text,) in conn.execute("SELECT text FROM comment")]


def test_posts_are_refused_with_a_sentence_and_taken_again_when_there_is_room(
    data: Path, story: Story, serving: Program
) -> None:
    process, client = serving.process, serving.client()
    path = f"/stories/{story.slug}/comments"
    kept = [f"Before the disk was full. {TEXT}"]
    assert client.post(f"/api/v1{path}", json={"name": "Ada", "text": kept[0]}).status_code == 201
    room(process, (data / "belowline.sqlite3-wal").stat().st_size)
    for n in range(2000):  # SQLite begins its log anew now and then: for a while there is room in it
        refused = client.post(f"/api/v1{path}", json={"name": "Ada", "text": f"{n}. {TEXT}"})
        if refused.status_code != 201:
            break
        kept.append(f"{n}. {TEXT}")
    assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
    assert refused.json()["code"] == "not-saved"
    assert "not saved" in refused.json()["detail"]
    assert int(refused.headers["retry-after"]) > 0

    page = client.post(path, data={"name": "Bo", "text": TEXT, "key": "shared"})
    assert page.status_code == 503
    assert "was not saved" in page.text
    assert TEXT in page.text
    assert client.get(f"/stories/{story.slug}").status_code == 200
    assert client.get(f"/stories/{story.slug}?order=oldest").status_code == 200
    assert texts(data) == kept

    room(process)
    assert client.post(path, data={"name": "Bo", "text": TEXT, "key": "shared"}).status_code == 303
    assert client.post(f"/api/v1{path}", json={"name": "Ada", "text": f"At last. {TEXT}"}).status_code == 201
    assert texts(data) == [*kept, TEXT, f"At last. {TEXT}"]
    assert process.poll() is None
    client.close()


def sentence(process: "subprocess.Popen[str]") -> str:
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    (line,) = said.strip().splitlines()
    assert line.startswith("belowline: ")
    return line


def as_in(revision: str, database: Path) -> None:
    """A database in an older form."""
    code = (
        "import sys, sqlalchemy as sa; from alembic import command; from belowline.store import revisions\n"
        "with sa.create_engine('sqlite+pysqlite:///' + sys.argv[1]).begin() as conn: "
        "command.upgrade(revisions.config(conn), sys.argv[2])"
    )
    subprocess.run([sys.executable, "-c", code, str(database), revision], check=True, capture_output=True)


@pytest.mark.parametrize("spare", [-100_000, 20_000])
def test_a_migration_is_whole_or_not_at_all(tmp_path: Path, spare: int) -> None:
    """The disk is full before the copy is made, and in the middle of the change."""
    database = tmp_path / "belowline.sqlite3"
    as_in("0004", database)
    assert "as it was" in sentence(belowline("migrate", "--data", tmp_path, size=database.stat().st_size + spare))
    with contextlib.closing(sqlite3.connect(database)) as conn:
        assert conn.execute("SELECT version_num FROM alembic_version").fetchall() == [("0004",)]
        assert not conn.execute("SELECT 1 FROM pragma_table_info('comment') WHERE name = 'found'").fetchall()
    copies = [copy.name for copy in (tmp_path / "backups").iterdir()]
    assert all(name.endswith(".sqlite3") for name in copies)
    assert len(copies) == (spare > 0)
    done = belowline("migrate", "--data", tmp_path)
    assert migrate.newest() in done.communicate(timeout=120)[0]


def test_a_line_of_the_log_that_cannot_be_written_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stderr", full)
        logs._Lines().msg("request failed")
        monkeypatch.undo()
        with contextlib.suppress(OSError):
            full.close()
