import datetime as dt
from pathlib import Path

import pytest

from belowline.errors import Invalid
from belowline.transfer.commento import read
from belowline.transfer.records import CommentRecord, PersonRecord, StoryRecord

FIXTURES = Path(__file__).parent / "fixtures"


def test_version_1():
    records = list(read(FIXTURES / "commento-v1.json"))
    people = [r for r in records if isinstance(r, PersonRecord)]
    assert [(p.name, p.email, p.url, p.role) for p in people] == [("Pia", "pia@quay.example", None, "moderator")]
    stories = [r.url for r in records if isinstance(r, StoryRecord)]
    assert stories == ["https://quay.example/news/a", "https://quay.example/news/b"]
    comments = [r for r in records if isinstance(r, CommentRecord)]
    assert [(c.state, c.author_name, c.parent_source_id) for c in comments] == [
        ("published", None, None),
        ("held", "Pia", "c1"),
        ("deleted", "Pia", "zzz"),
        ("spam", None, None),
    ]
    assert [(c.likes, c.dislikes) for c in comments] == [(0, 2), (4, 0), (0, 0), (0, 0)]
    assert comments[1].text == ""
    assert comments[2].created_at is None


def test_version_3():
    records = list(read(FIXTURES / "comentario-v3.json"))
    stories = [(r.url, r.closed) for r in records if isinstance(r, StoryRecord)]
    assert stories == [("https://quay.example/tides", True), ("/empty", False)]
    comments = [r for r in records if isinstance(r, CommentRecord)]
    assert [(c.state, c.author_name, c.format) for c in comments] == [
        ("published", "Wen", "markdown"),
        ("held", "Passer-by", "html"),
        ("deleted", "Wen", "markdown"),
    ]
    assert comments[0].created_at == dt.datetime(2023, 2, 1, 12, tzinfo=dt.UTC)
    assert comments[0].pinned


def test_another_version_is_refused(tmp_path: Path):
    path = tmp_path / "x.json"
    path.write_text('{"version": 9, "comments": []}')
    with pytest.raises(Invalid, match="version"):
        list(read(path))
