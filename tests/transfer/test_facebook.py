import datetime as dt
from pathlib import Path

from belowline.transfer.facebook import read
from belowline.transfer.records import CommentRecord, Note, PersonRecord, StoryRecord

FIXTURE = Path(__file__).parent / "fixtures" / "facebook.json"


def test_replies_inside_comments_and_writers_who_are_missing():
    records = list(read(FIXTURE))
    assert [(r.url, r.title) for r in records if isinstance(r, StoryRecord)] == [
        ("https://cove.example/a", "A cove"),
        ("https://cove.example/b", None),
    ]
    comments = [r for r in records if isinstance(r, CommentRecord)]
    assert [(c.source_id, c.parent_source_id, c.author_name, c.state) for c in comments] == [
        ("5_1", None, "Gil", "published"),
        ("5_2", "5_1", None, "published"),
        ("5_3", "5_2", "Gil", "published"),
        ("6_1", None, None, "held"),
    ]
    assert comments[0].likes == 2
    assert comments[0].created_at == dt.datetime(2022, 1, 1, 10, tzinfo=dt.UTC)
    assert [r.source_id for r in records if isinstance(r, PersonRecord)] == ["70"]


def test_a_dump_that_goes_on_elsewhere_says_so():
    notes = [r for r in read(FIXTURE) if isinstance(r, Note)]
    assert [n.what for n in notes] == ["The comments on https://cove.example/a go on."]


def test_replies_nested_without_end_leave_one_record_out(tmp_path: Path):
    path = tmp_path / "deep.json"
    deep = '{"id": "9", "message": "x", "comments": {"data": [' * 20_000 + "]}}" * 20_000
    path.write_text('{"https://a.example/": {"comments": {"data": [' + deep + ', {"id": "1", "message": "ok"}]}}}')
    records = list(read(path))
    assert [r.text for r in records if isinstance(r, CommentRecord)] == ["ok"]
    assert [r.left_out for r in records if isinstance(r, Note)] == ["comment"]
