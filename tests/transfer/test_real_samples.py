"""Exports of real sites, where they are at hand (they are not part of the project)."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from belowline.transfer import (
    artalk,
    blogger,
    commento,
    coral,
    disqus,
    facebook,
    isso,
    livefyre,
    remark42,
    waline,
    wordpress,
)
from belowline.transfer.records import CommentRecord, Note, PersonRecord, Record, StoryRecord

SAMPLES = Path(__file__).parents[3] / "shared" / "interchange" / "samples"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real sample exports are not beside this checkout")

Read = Callable[[Path], Iterator[Record]]


@pytest.mark.parametrize(
    ("name", "read", "stories", "comments", "replies", "people"),
    [
        ("disqus-two-threads.xml", disqus.read, 2, 7, 1, 2),
        ("disqus-single.xml.gz", disqus.read, 1, 1, 0, 1),
        ("wxr-1.0.xml", wordpress.read, 2, 8, 3, 0),
        ("wxr-https-namespace.xml", wordpress.read, 2, 2, 0, 0),
        ("wxr-serialised-meta.xml", wordpress.read, 1, 1, 0, 0),
        ("commento-v1.json", commento.read, 2, 3, 1, 2),
        ("comentario-v3.json.gz", commento.read, 1, 1, 0, 1),
        ("remark42-backup.jsonl", remark42.read, 2, 2, 1, 2),
        ("isso-generic.json", isso.read, 2, 2, 0, 0),
        ("livefyre", livefyre.read, 1, 1, 0, 2),
        ("coral-csv", coral.read, 2, 4, 2, 3),
        ("blogger-takeout.xml", blogger.read, 1, 1, 0, 0),
        ("blogger-legacy.xml", blogger.read, 1, 1, 0, 0),
        ("valine.json", waline.read, 1, 2, 1, 0),
        ("twikoo.jsonl", waline.read, 1, 7, 0, 0),
        ("valine-as-artrans.json", artalk.read, 1, 2, 1, 0),
        ("twikoo-as-artrans.json", artalk.read, 1, 7, 0, 0),
        ("facebook-graph.json", facebook.read, 1, 3, 1, 2),
    ],
)
def test_the_numbers(name: str, read: Read, stories: int, comments: int, replies: int, people: int):
    records = list(read(SAMPLES / name))
    found = [r for r in records if isinstance(r, CommentRecord)]
    assert len([r for r in records if isinstance(r, StoryRecord)]) == stories
    assert len(found) == comments
    assert len({(c.story_source_id, c.source_id) for c in found}) == comments
    assert len([c for c in found if c.parent_source_id]) == replies
    assert len([r for r in records if isinstance(r, PersonRecord)]) == people


def comments(read: Read, name: str) -> dict[str, CommentRecord]:
    return {c.source_id: c for c in read(SAMPLES / name) if isinstance(c, CommentRecord)}


def utc(written: str) -> dt.datetime:
    return dt.datetime.fromisoformat(written)


def test_disqus():
    posts = comments(disqus.read, "disqus-two-threads.xml")
    assert Counter(p.state for p in posts.values()) == {"published": 5, "deleted": 1, "spam": 1}
    assert posts["100006"].state == "deleted"
    assert posts["100003"].parent_source_id == "100002"
    assert len({p.author_email for p in posts.values()}) == 7
    single = comments(disqus.read, "disqus-single.xml.gz")["040506"]
    assert (single.created_at, single.author_email) == (utc("2023-11-12T21:57:50Z"), None)


def test_wordpress():
    found = [c for c in wordpress.read(SAMPLES / "wxr-1.0.xml") if isinstance(c, CommentRecord)]
    assert Counter(c.story_source_id for c in found) == {"18": 7, "http://example.tld/?p=4": 1}
    assert [c.story_source_id for c in found if c.source_id == "11"] == ["18", "http://example.tld/?p=4"]
    by_id = {c.source_id: c for c in found if c.story_source_id == "18"}
    assert [by_id[key].parent_source_id for key in ("7", "8", "9")] == ["6", "7", "7"]
    assert by_id["10"].created_at == utc("2022-06-06T02:13:14Z")
    dates = {c.created_at for c in comments(wordpress.read, "wxr-https-namespace.xml").values()}
    assert dates == {utc("2007-09-04T00:49:28Z")}
    assert comments(wordpress.read, "wxr-serialised-meta.xml")["1"].created_at == utc("2020-01-05T12:50:15Z")


def test_the_others():
    (comentario,) = comments(commento.read, "comentario-v3.json.gz").values()
    assert (comentario.created_at, comentario.state) == (utc("2023-11-14T20:15:12Z"), "published")
    (livefyre_one,) = comments(livefyre.read, "livefyre").values()
    assert livefyre_one.created_at == utc("2014-03-04T18:34:13Z")
    remark = list(remark42.read(SAMPLES / "remark42-backup.jsonl"))
    assert [r.parent_source_id for r in remark if isinstance(r, CommentRecord)] == [None, "1234"]
    assert {r.source_id: r.banned for r in remark if isinstance(r, PersonRecord)} == {"user1": False, "user2": True}
    assert [r.url for r in remark if isinstance(r, StoryRecord) and r.closed] == ["https://radio-t.com"]
    corals = list(coral.read(SAMPLES / "coral-csv"))
    assert [r.what for r in corals if isinstance(r, Note) and r.left_out == "comment"] == ["Comment c5"]
    assert [r.closed for r in corals if isinstance(r, StoryRecord)] == [False, True]
    assert [(r.banned, r.role) for r in corals if isinstance(r, PersonRecord)] == [
        (False, "reader"),
        (False, "moderator"),
        (True, "reader"),
    ]
    assert [c.author_name for c in comments(facebook.read, "facebook-graph.json").values()] == ["Ann", "Bob", None]


@pytest.mark.parametrize(
    ("own", "artrans"), [("valine.json", "valine-as-artrans.json"), ("twikoo.jsonl", "twikoo-as-artrans.json")]
)
def test_two_ways_to_the_same(own: str, artrans: str):
    one = [c for c in waline.read(SAMPLES / own) if isinstance(c, CommentRecord)]
    other = [c for c in artalk.read(SAMPLES / artrans) if isinstance(c, CommentRecord)]
    assert [(c.parent_source_id, c.author_name, c.text) for c in one] == [
        (c.parent_source_id, c.author_name, c.text) for c in other
    ]
