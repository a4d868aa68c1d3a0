import datetime as dt
from pathlib import Path

from belowline.transfer.records import CommentRecord, Note, PersonRecord, StoryRecord
from belowline.transfer.waline import read

FIXTURES = Path(__file__).parent / "fixtures"


def test_waline_with_its_tables():
    records = list(read(FIXTURES / "waline.json"))
    comments = [r for r in records if isinstance(r, CommentRecord)]
    assert [(c.source_id, c.parent_source_id, c.state) for c in comments] == [
        ("w1", None, "published"),
        ("w2", "w1", "held"),
        ("w3", None, "spam"),
        ("w4", "w2", "published"),
    ]
    assert [c.created_at for c in comments] == [
        dt.datetime(2022, 4, 15, 5, 20, tzinfo=dt.UTC),
        dt.datetime(2022, 4, 15, 6, tzinfo=dt.UTC),
        dt.datetime(2022, 4, 15, 7, tzinfo=dt.UTC),
        dt.datetime(2022, 4, 15, 8, tzinfo=dt.UTC),
    ]
    assert [(r.name, r.role) for r in records if isinstance(r, PersonRecord)] == [("Per", "admin")]
    assert [r.source_id for r in records if isinstance(r, StoryRecord)] == ["/fog/", "/sun/"]


def test_the_link_to_the_answered_one_is_taken_off():
    texts = {r.source_id: r.text for r in read(FIXTURES / "waline.json") if isinstance(r, CommentRecord)}
    assert texts["w2"] == "Indeed"
    assert texts["w4"] == "<p>aye</p>"


def test_twikoo_lines_with_an_id_in_two_hands():
    records = list(read(FIXTURES / "twikoo.jsonl"))
    comments = [r for r in records if isinstance(r, CommentRecord)]
    assert [c.author_name for c in comments] == ["Io", "Bea", "Other"]
    assert len({c.source_id for c in comments}) == 3
    assert comments[1].created_at == dt.datetime(2021, 2, 4, 6, 49, 47, tzinfo=dt.UTC)
    assert comments[1].state == "spam"
    assert [r.where for r in records if isinstance(r, Note)] == ["line 3"]
    assert [r.url for r in records if isinstance(r, StoryRecord)] == ["https://sea.example/p"]


def test_valine_in_leancloud_s_wrapping():
    comments = [r for r in read(FIXTURES / "valine.json") if isinstance(r, CommentRecord)]
    assert [(c.source_id, c.text) for c in comments] == [("v1", "hi")]
    assert comments[0].created_at == dt.datetime(2021, 10, 26, 13, 0, 38, 196000, tzinfo=dt.UTC)
