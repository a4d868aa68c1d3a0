import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from belowline.errors import Invalid
from belowline.transfer.isso import read
from belowline.transfer.records import CommentRecord, StoryRecord

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "comments.db"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE threads (id INTEGER PRIMARY KEY, uri TEXT, title TEXT)")
        made.execute(
            "CREATE TABLE comments (tid, id INTEGER PRIMARY KEY, parent, created FLOAT, modified FLOAT, mode,"
            " remote_addr, text, author, email, website, likes, dislikes, voters BLOB, notification)"
        )
        made.execute("INSERT INTO threads VALUES (1, '/fog/', 'Fog'), (2, '/sun/', NULL)")
        rows = [
            (1, 1, None, 1500000000.25, None, 1, "1.2.3.0", "Thick *fog*", "Ola", None, None, 3, 1, b"\x00", 0),
            (
                1,
                2,
                1,
                1500000100.0,
                1500000200.0,
                2,
                "1.2.3.0",
                b"caf\xe9",
                "Per",
                "p@mail.example",
                None,
                0,
                0,
                b"",
                0,
            ),
            (2, 3, None, 1500000300.0, None, 4, "1.2.3.0", "", None, None, None, 0, 0, b"", 0),
        ]
        made.executemany("INSERT INTO comments VALUES (" + ",".join("?" * 15) + ")", rows)
        made.execute("UPDATE comments SET text = CAST(text AS TEXT)")
    return path


def test_the_database(database: Path):
    records = list(read(database))
    assert [(r.url, r.title) for r in records if isinstance(r, StoryRecord)] == [("/fog/", "Fog"), ("/sun/", None)]
    comments = [r for r in records if isinstance(r, CommentRecord)]
    assert [(c.source_id, c.parent_source_id, c.state) for c in comments] == [
        ("1", None, "published"),
        ("2", "1", "held"),
        ("3", None, "deleted"),
    ]
    assert comments[0].created_at == dt.datetime(2017, 7, 14, 2, 40, 0, 250000, tzinfo=dt.UTC)
    assert (comments[0].likes, comments[0].dislikes) == (3, 1)
    assert comments[1].text == "café"
    assert comments[1].edited_at == dt.datetime(2017, 7, 14, 2, 43, 20, tzinfo=dt.UTC)


def test_a_broken_database_is_refused_and_nothing_is_written(database: Path):
    whole = database.read_bytes()
    list(read(database))
    assert database.read_bytes() == whole
    assert [p.name for p in database.parent.iterdir()] == ["comments.db"]
    database.write_bytes(whole[:3000])
    with pytest.raises(Invalid, match=r"comments\.db"):
        list(read(database))


def test_the_generic_json_where_ids_count_anew_in_each_thread():
    records = list(read(FIXTURES / "isso.json"))
    stories = [(r.source_id, r.title) for r in records if isinstance(r, StoryRecord)]
    assert stories == [("/2011/fog/", "Fog & rain"), ("/2011/sun/", "Sun")]
    comments = [(r.story_source_id, r.source_id, r.parent_source_id) for r in records if isinstance(r, CommentRecord)]
    assert comments == [("/2011/fog/", "0", None), ("/2011/fog/", "1", "0"), ("/2011/sun/", "0", None)]
