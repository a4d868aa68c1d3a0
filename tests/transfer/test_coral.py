import datetime as dt
import zipfile
from pathlib import Path

import pytest

from belowline.errors import Invalid
from belowline.transfer.coral import read
from belowline.transfer.records import CommentRecord, Note, PersonRecord, StoryRecord, VoteRecord

FIXTURES = Path(__file__).parent / "fixtures"


def test_the_csv_without_headers():
    records = list(read(FIXTURES / "coral-csv"))
    people = [(r.name, r.role, r.banned) for r in records if isinstance(r, PersonRecord)]
    assert people == [("Uta", "reader", False), ("Mo", "moderator", False), ("Troll", "reader", True)]
    assert [(r.source_id, r.closed) for r in records if isinstance(r, StoryRecord)] == [("s1", False), ("s2", True)]
    comments = [r for r in records if isinstance(r, CommentRecord)]
    assert [(c.source_id, c.parent_source_id, c.state) for c in comments] == [
        ("k1", None, "published"),
        ("k2", "k1", "held"),
        ("k3", "k1", "deleted"),
        ("k4", None, "published"),
    ]
    assert comments[0].text == 'A "quoted", word'
    assert comments[1].text == "Over\ntwo lines"
    left = [(r.what, r.where) for r in records if isinstance(r, Note)]
    assert left == [("Comment k5", "comments.csv, line 6")]


def test_the_collections_as_json_lines():
    records = list(read(FIXTURES / "coral-mongo"))
    assert [(r.name, r.role, r.banned) for r in records if isinstance(r, PersonRecord)] == [
        ("Ada", "admin", False),
        ("Bo", "reader", True),
    ]
    story = next(r for r in records if isinstance(r, StoryRecord))
    assert (story.title, story.author_name, story.closed) == ("Mist", "Desk", True)
    first, second = (r for r in records if isinstance(r, CommentRecord))
    assert (first.text, first.pinned, first.likes) == ("<b>new</b>", True, 0)
    assert first.edited_at == dt.datetime(2020, 2, 2, 0, 9, tzinfo=dt.UTC)
    assert (second.parent_source_id, second.state) == ("x1", "held")
    assert second.created_at == dt.datetime(2020, 2, 3, tzinfo=dt.UTC)
    assert [(r.comment_source_id, r.person_source_id) for r in records if isinstance(r, VoteRecord)] == [("x1", "m2")]


def test_a_zip_of_them_reads_the_same_and_leaves_nothing_behind(tmp_path: Path):
    path = tmp_path / "coral.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in sorted((FIXTURES / "coral-csv").iterdir()):
            archive.write(member, f"../../out/{member.name}")
    zipped = [r for r in read(path) if isinstance(r, CommentRecord)]
    assert [c.text for c in zipped] == [c.text for c in read(FIXTURES / "coral-csv") if isinstance(c, CommentRecord)]
    assert [p.name for p in tmp_path.iterdir()] == ["coral.zip"]


def test_comments_alone_are_not_enough(tmp_path: Path):
    (tmp_path / "comments.csv").write_text("k1,u1,s1,,hi,,,\n")
    with pytest.raises(Invalid, match="stories"):
        list(read(tmp_path))


def test_a_quote_that_never_closes_is_refused_with_its_line(tmp_path: Path):
    (tmp_path / "stories.csv").write_text("s1,https://a.example/,A,,,,\n")
    (tmp_path / "comments.csv").write_text('k1,u1,s1,,"' + "x\n" * 3_000_000)
    with pytest.raises(Invalid, match=r"comments\.csv, line"):
        list(read(tmp_path))
