"""Files made to break an import: each ends in one sentence or in its good part, and nothing else is changed.

Bombs, broken archives and encodings of single readers stand in test_streams.py, entities in test_wordpress.py, rings
and chains in test_run.py.
"""

import contextlib
import json
import resource
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from test_run import NOW, PLAIN_STORY, dump, new_database, rows, said, take

from belowline.errors import Invalid, Problem
from belowline.snapshots import export_html
from belowline.store import sites
from belowline.store.check import wrong_counts
from belowline.store.db import Database
from belowline.store.exports import Selection
from belowline.store.tables import comment
from belowline.transfer import run
from belowline.transfer.files import bring_in
from belowline.transfer.receipt import Receipt


@pytest.fixture
def db(tmp_path: Path) -> Any:
    database = new_database(tmp_path)
    yield database
    with database.transaction() as conn:
        assert wrong_counts(conn) == []
    database.close()


def bring(db: Database, source: str, file: Path, **order: Any) -> Receipt:
    receipt = bring_in(db, [file], run.Order(source=source, now=NOW, **order))
    assert receipt.comments.adds_up()
    return receipt


def artrans(file: Path, *records: dict[str, Any]) -> Path:
    same = {"page_key": "https://lamp.example/pier", "nick": "Mo", "content": "Words.", "rid": "0"}
    made = [
        {**same, "id": str(n), "created_at": "2020-05-04 09:00:00 +0000", **one} for n, one in enumerate(records, 1)
    ]
    file.write_text(json.dumps(made))
    return file


DATES = (
    "0000-00-00 00:00:00", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "10000-01-01T00:00:00Z", "99999999999999999999", "-1",
    "2020-02-31T00:00:00Z", "soon", "",
)  # fmt: skip


def test_dates_from_before_and_after_all_time(db: Database, tmp_path: Path) -> None:
    file = artrans(tmp_path / "dates.json", *({"created_at": at} for at in DATES))
    assert bring(db, "artalk", file).comments.stored == len(DATES)
    kept = rows(db).values()
    assert any(row.date_lost for row in kept)
    assert all(1 <= row.created_at.year <= 9999 for row in kept)
    with db.transaction() as conn:
        first = sites.first(conn)
        assert first
        export_html.to_folder(conn, Selection(site_id=first.id), "https://talk.example", NOW, tmp_path / "out")


def test_html_that_is_all_script_leaves_nothing_to_run(db: Database) -> None:
    evil = "<script>alert(1)</script><style>*{}</style><iframe src=x></iframe>"
    blogger = [
        said("a", text=evil * 50, format="html"),
        said("b", None, 1, text="<svg onload=x>" * 2000, format="html"),
    ]
    receipt = take(db, PLAIN_STORY, *blogger)
    assert receipt.comments.stored == 2
    assert {row.html for row in rows(db).values()} == {""}
    assert sum("is empty" in note.what for note in receipt.notes) == 2


def test_a_line_of_five_megabytes(db: Database, tmp_path: Path) -> None:
    long = "word " * 1_000_000
    file = artrans(tmp_path / "long.json", {"content": long}, {"content": "Short."})
    receipt = bring(db, "artalk", file)
    assert receipt.comments.found == 2
    assert receipt.comments.stored + receipt.comments.left_out == 2
    assert "Short." in {row.text for row in rows(db).values()}


def test_a_hundred_thousand_replies_to_one_comment(db: Database) -> None:
    """A million take ten times as long: cost and memory grow with the number alone (33 bytes a comment)."""
    many = 100_000
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    file = (said(str(n), "0" if n else None, None, text="Yes.") for n in range(many))
    receipt = run.take_in(db, [PLAIN_STORY, *file], run.Order(source="test", now=NOW))
    assert receipt.comments.stored == many
    assert time.process_time() - start < 300
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 * 1024
    with db.transaction() as conn:
        assert conn.execute(sa.select(comment.c.reply_count).order_by(comment.c.id).limit(1)).scalar_one() == many - 1


@pytest.mark.parametrize("name", ["../../evil.json", "/etc/evil.json", "..\\evil.json", "a/../../evil.json"])
def test_names_in_a_zip_lead_nowhere(db: Database, tmp_path: Path, name: str) -> None:
    file, here = tmp_path / "in" / "slip.zip", set(tmp_path.rglob("*"))
    file.parent.mkdir()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, json.dumps([{"id": "1", "content": "x", "page_key": "/p", "nick": "Mo"}]))
    with contextlib.suppress(Problem):
        bring(db, "artalk", file)
    assert {path.name for path in set(tmp_path.rglob("*")) - here} <= {"in", "slip.zip", *DATABASE}
    assert not (tmp_path.parent / "evil.json").exists()


DATABASE = {"belowline.sqlite3-wal", "belowline.sqlite3-shm"}


def test_one_file_in_two_encodings_ends_whole_or_in_a_sentence(db: Database, tmp_path: Path) -> None:
    file = artrans(tmp_path / "mixed.json", {"content": "Café A"}, {"content": "BBBB"})
    file.write_bytes(file.read_bytes().replace(b"BBBB", b"Caf\xe9"))
    before, said_so = dump(db), ""
    try:
        assert bring(db, "artalk", file).comments.stored == 2
    except Invalid as problem:
        said_so = problem.message
    assert said_so == "" or ("mixed.json" in said_so and dump(db) == before)


def test_a_strict_import_of_a_cut_file_leaves_the_site_as_it_was(db: Database, tmp_path: Path) -> None:
    take(db, PLAIN_STORY, said("a"))
    before = dump(db)
    cut = artrans(tmp_path / "cut.json", {}, {}, {})
    cut.write_text(cut.read_text()[:-40])
    with pytest.raises(Invalid, match=r"cut\.json"):
        bring(db, "artalk", cut, strict=True)
    assert dump(db) == before
    receipt = bring(db, "artalk", cut)
    assert receipt.comments.stored == 2
    assert "cut.json ends too early." in {note.what for note in receipt.notes}
