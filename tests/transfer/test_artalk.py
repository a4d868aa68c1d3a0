import datetime as dt
from pathlib import Path

from belowline.transfer.artalk import read
from belowline.transfer.records import CommentRecord, StoryRecord

FIXTURE = Path(__file__).parent / "fixtures" / "artalk.json"


def test_strings_become_what_they_mean():
    records = list(read(FIXTURE))
    assert [(r.url, r.title) for r in records if isinstance(r, StoryRecord)] == [("https://mast.example/wind", "Wind")]
    first, second, third = (r for r in records if isinstance(r, CommentRecord))
    assert (first.state, first.pinned, first.likes, first.dislikes, first.format) == (
        "published",
        True,
        3,
        1,
        "markdown",
    )
    assert first.created_at == dt.datetime(2021, 6, 1, 6, tzinfo=dt.UTC)
    assert (second.parent_source_id, second.state, second.format, second.author_name) == ("1", "held", "html", "Luv")
    assert second.created_at == dt.datetime(2021, 6, 1, 8, 5, tzinfo=dt.UTC)
    assert (third.parent_source_id, third.author_name, third.created_at) == ("77", None, None)
