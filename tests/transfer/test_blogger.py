import datetime as dt
from pathlib import Path

from belowline.transfer.blogger import read
from belowline.transfer.records import CommentRecord, Note, StoryRecord

FIXTURES = Path(__file__).parent / "fixtures"


def test_the_old_export():
    records = list(read(FIXTURES / "blogger-legacy.xml"))
    stories = [r for r in records if isinstance(r, StoryRecord)]
    assert [(s.url, s.body) for s in stories] == [("https://oven.example/2012/04/bread.html", "<p>Flour.</p>")]
    comments = [r for r in records if isinstance(r, CommentRecord)]
    assert [(c.source_id, c.parent_source_id) for c in comments] == [("900", None), ("901", "900"), ("902", None)]
    assert {c.story_source_id for c in comments} == {stories[0].source_id}
    assert comments[0].created_at == dt.datetime(2012, 4, 2, 8, tzinfo=dt.UTC)
    assert comments[2].created_at is None
    assert all(c.author_email is None for c in comments)


def test_drafts_stay_private_and_are_told():
    notes = [r for r in read(FIXTURES / "blogger-legacy.xml") if isinstance(r, Note)]
    assert [n.left_out for n in notes] == ["story", "comment"]
    assert "Half baked" in notes[0].what


def test_the_export_of_takeout_whatever_its_prefix():
    records = list(read(FIXTURES / "blogger-takeout.xml"))
    assert [r.url for r in records if isinstance(r, StoryRecord)] == ["/2020/01/rye.html"]
    told = [(r.source_id, r.parent_source_id, r.state) for r in records if isinstance(r, CommentRecord)]
    assert told == [("10", None, "published"), ("11", "10", "spam")]
