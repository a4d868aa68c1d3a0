import datetime as dt
from pathlib import Path

from belowline.transfer.records import CommentRecord, Note, PersonRecord, StoryRecord, VoteRecord
from belowline.transfer.remark42 import read

FIXTURE = Path(__file__).parent / "fixtures" / "remark42.jsonl"


def test_comments_with_newlines_inside_values_and_lost_parents():
    comments = [r for r in read(FIXTURE) if isinstance(r, CommentRecord)]
    assert [(c.source_id, c.parent_source_id, c.author_name, c.state) for c in comments] == [
        ("r1", None, "Uma", "published"),
        ("r2", "r1", "Udo", "published"),
        ("r3", "nowhere", None, "deleted"),
    ]
    assert (comments[0].text, comments[0].format, comments[0].pinned) == ("Hello", "markdown", True)
    assert comments[0].edited_at == dt.datetime(2019, 7, 1, 8, 5, tzinfo=dt.UTC)
    assert (comments[1].text, comments[1].dislikes) == ("<p>Two\nlines</p>", 3)


def test_pages_people_and_votes():
    records = list(read(FIXTURE))
    stories = {r.url: r.closed for r in records if isinstance(r, StoryRecord)}
    assert stories == {
        "https://dock.example/a": True,
        "https://dock.example/b": False,
        "https://dock.example/silent": True,
    }
    people = {r.source_id: (r.name, r.role, r.banned) for r in records if isinstance(r, PersonRecord)}
    assert people == {"u1": ("Uma", "admin", False), "u2": ("Udo", "reader", True), "u3": (None, "reader", True)}
    votes = [(r.comment_source_id, r.person_source_id, r.value) for r in records if isinstance(r, VoteRecord)]
    assert votes == [("r1", "u2", 1), ("r1", "u9", -1)]


def test_a_cut_backup_gives_what_was_whole(tmp_path: Path):
    path = tmp_path / "cut.jsonl"
    path.write_text(FIXTURE.read_text()[:-40])
    records = list(read(path))
    assert [r.source_id for r in records if isinstance(r, CommentRecord)] == ["r1", "r2"]
    assert [r.what for r in records if isinstance(r, Note)] == ["cut.jsonl ends too early."]
