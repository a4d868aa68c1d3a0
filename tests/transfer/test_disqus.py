import datetime as dt
from pathlib import Path

from belowline.transfer.disqus import read
from belowline.transfer.records import CommentRecord, Note, PersonRecord, StoryRecord

FIXTURE = Path(__file__).parent / "fixtures" / "disqus.xml"


def test_threads_are_kept_apart_though_two_have_one_page():
    stories = [r for r in read(FIXTURE) if isinstance(r, StoryRecord)]
    assert [(s.source_id, s.url, s.title, s.closed) for s in stories] == [
        ("501", "https://harbour.example/lights/", "Lights on the pier", True),
        ("502", "http://harbour.example/lights", "Lights on the pier", False),
        ("503", "https://harbour.example/gone", "Gone", True),
    ]


def test_posts_with_states_parents_and_missing_flags():
    posts = {r.source_id: r for r in read(FIXTURE) if isinstance(r, CommentRecord)}
    assert {k: p.state for k, p in posts.items()} == {
        "1": "deleted",
        "2": "published",
        "3": "published",
        "4": "spam",
        "6": "held",
    }
    assert posts["1"].author_name == "Maro Lind"
    assert posts["1"].created_at == dt.datetime(2018, 5, 1, 9, tzinfo=dt.UTC)
    assert posts["2"].parent_source_id == "1"
    assert posts["2"].author_email == "kit@mail.example"
    assert posts["3"].author_email is None


def test_a_post_of_an_unknown_thread_is_told():
    notes = [r for r in read(FIXTURE) if isinstance(r, Note) and r.left_out == "comment"]
    assert [(n.what, n.where) for n in notes] == [("Comment 5", "line 34, 5")]
    assert "999" in notes[0].why


def test_accounts_come_once():
    assert [r.source_id for r in read(FIXTURE) if isinstance(r, PersonRecord)] == ["kit9"]


def test_a_repeated_post_is_told_and_left_out(tmp_path: Path):
    text = FIXTURE.read_text()
    start, end = text.index('  <post dsq:id="2">'), text.index('  <post dsq:id="3">')
    path = tmp_path / "twice.xml"
    path.write_text(text[:end] + text[start:])
    records = list(read(path))
    assert len([r for r in records if isinstance(r, CommentRecord)]) == 5
    repeated = [r for r in records if isinstance(r, Note) and "more than once" in r.what]
    assert [n.left_out for n in repeated] == ["comment"]
