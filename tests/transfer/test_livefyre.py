import datetime as dt
from pathlib import Path

from belowline.transfer.livefyre import read
from belowline.transfer.records import CommentRecord, PersonRecord, StoryRecord, VoteRecord

FIXTURE = Path(__file__).parent / "fixtures" / "livefyre"


def test_pages_with_their_own_fields_after_their_comments():
    records = list(read(FIXTURE))
    stories = [(r.source_id, r.url, r.closed) for r in records if isinstance(r, StoryRecord)]
    assert stories == [("p1", "https://reef.example/a", True), ("p2", "https://reef.example/b", False)]
    comments = [r for r in records if isinstance(r, CommentRecord)]
    assert [(c.story_source_id, c.source_id, c.parent_source_id, c.state) for c in comments] == [
        ("p1", "1", None, "published"),
        ("p1", "2", "1", "deleted"),
        ("p2", "1", "55", "held"),
    ]
    assert comments[0].created_at == dt.datetime(2013, 1, 1, 10, tzinfo=dt.UTC)


def test_writers_by_the_file_of_users_and_likes_by_name():
    records = list(read(FIXTURE))
    assert [r.name for r in records if isinstance(r, PersonRecord)] == ["Jo B", "Al C"]
    assert [r.author_name for r in records if isinstance(r, CommentRecord)] == ["Jo B", "Al C", "Guest"]
    assert [r.person_source_id for r in records if isinstance(r, VoteRecord)] == ["8", "8x"]
