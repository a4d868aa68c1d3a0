"""The invented newspaper shows what a discussion can hold; these are the things it must go on showing."""

import datetime as dt
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from belowline.actions import demo
from belowline.demo.sample import PICTURES, Sample, SampleComment, SampleStory, load
from belowline.store import corrections, log, migrate, queues, sites, verdicts
from belowline.store.check import wrong_counts
from belowline.store.db import Database

RTL = {"R", "AL"}


@pytest.fixture(scope="module")
def sample() -> Sample:
    return load()


@pytest.fixture(scope="module")
def heated(sample: Sample) -> SampleStory:
    return max(sample.stories, key=lambda story: len(story.comments))


def scripts(text: str) -> set[str]:
    return {unicodedata.name(char, "?").split()[0] for char in text if char.isalpha()}


def depths(story: SampleStory) -> list[int]:
    found: dict[str | None, int] = {None: -1}
    for comment in story.comments:
        found[comment.ref] = found[comment.parent] + 1
    return list(found.values())[1:]


def plain(markdown: str) -> str:
    return " ".join(re.sub(r"[*_>]", "", markdown).split())


def quotes(text: str) -> list[str]:
    return [plain(block) for block in re.findall(r"(?m)(?:^> .*\n?)+", text)]


def test_it_is_a_whole_paper(sample: Sample) -> None:
    assert sample.site_key == "harbour-courier"
    assert len(sample.stories) == 8
    assert len({story.slug for story in sample.stories}) == 8
    assert len({story.picture for story in sample.stories}) == 8
    assert {"en", "ar", "de"} <= {story.lang for story in sample.stories}
    for story in sample.stories:
        assert 350 <= len(story.body.split()) <= 700, story.slug
        assert "\n## " in story.body
        assert re.fullmatch(r"[a-z0-9-]+", story.slug)
        said = (story.title, story.deck, story.picture_alt, story.picture_caption, story.picture_credit)
        assert all(said), story.slug
        assert story.author_name
        assert story.author_about


def test_how_many_speak(sample: Sample, heated: SampleStory) -> None:
    counts = [len(story.comments) for story in sample.stories]
    assert len(heated.comments) == 123
    assert counts.count(0) == 1
    assert all(3 <= count <= 25 for count in counts if count not in (0, 123))


def test_discussions_are_open_closed_by_hand_and_closed_by_age(sample: Sample) -> None:
    aged = [s for s in sample.stories if s.close_after_days and s.close_after_days * 24 < s.hours_ago]
    assert {story.closing for story in sample.stories} == {"auto", "open", "closed"}
    assert [story.closing for story in aged] == ["auto"]
    assert aged[0].comments


def test_threads_are_deep_and_wide(heated: SampleStory) -> None:
    assert max(depths(heated)) >= 12
    assert Counter(comment.parent for comment in heated.comments if comment.parent).most_common(1)[0][1] >= 15


def test_replies_come_after_what_they_answer(sample: Sample) -> None:
    for story in sample.stories:
        minutes = {comment.ref: comment.minutes_after for comment in story.comments}
        for comment in story.comments:
            assert comment.minutes_after <= story.hours_ago * 60
            if comment.parent:
                assert minutes[comment.parent] < comment.minutes_after, (story.slug, comment.ref)


def test_residents_write_in_many_scripts_and_both_directions(heated: SampleStory) -> None:
    found = set().union(*(scripts(comment.text) for comment in heated.comments))
    assert {"LATIN", "ARABIC", "HEBREW", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN"} <= found
    assert {"DEVANAGARI", "CJK", "HIRAGANA"} <= found
    first = [next(unicodedata.bidirectional(c) for c in comment.text if c.isalpha()) for comment in heated.comments]
    assert {"L", *RTL} <= set(first)


def test_a_text_in_another_script_says_its_language(sample: Sample) -> None:
    for story in sample.stories:
        for comment in story.comments:
            if "LATIN" not in scripts(comment.text):
                assert comment.lang, (story.slug, comment.ref)
            if comment.lang not in (None, "de", "tr"):
                assert scripts(comment.text) - {"LATIN"}, (story.slug, comment.ref)


def test_quotes_are_true(sample: Sample) -> None:
    quoted = 0
    for story in sample.stories:
        said = plain(story.body)
        for comment in story.comments:
            for quote in quotes(comment.text):
                assert quote in said, (story.slug, comment.ref)
                quoted += 1
            said += " " + plain(comment.text)
    assert quoted >= 8


def test_comments_use_what_markdown_offers(heated: SampleStory) -> None:
    texts = [comment.text for comment in heated.comments]
    for pattern in (r"\[[^]]+\]\(https://", r"\*\*\S", r"(?m)^- ", r"(?m)^1\. ", r"`[^`]+`", r"(?m)^> "):
        assert any(re.search(pattern, text) for text in texts), pattern
    assert sum(any(unicodedata.category(char) == "So" for char in text) for text in texts) >= 5
    lengths = [len(text) for text in texts]
    assert min(lengths) < 40
    assert max(lengths) > 600


def test_links_lead_nowhere_real(sample: Sample) -> None:
    texts = [story.body for story in sample.stories] + [c.text for story in sample.stories for c in story.comments]
    hosts = {host for text in texts for host in re.findall(r"https?://([^/\s)]+)", text)}
    assert hosts == {"example.org", "example.com"}


def test_tombstones_have_replies(heated: SampleStory) -> None:
    states = Counter(comment.state for comment in heated.comments)
    assert states == {"published": 120, "held": 1, "deleted": 1, "removed": 1}
    for state in ("deleted", "removed"):
        stone = next(comment for comment in heated.comments if comment.state == state)
        replies = [comment for comment in heated.comments if comment.parent == stone.ref]
        assert replies
        assert all(reply.state == "published" for reply in replies)


def test_pictures_are_small_and_only_pictures(sample: Sample) -> None:
    svg = "{http://www.w3.org/2000/svg}"
    for story in sample.stories:
        source = (PICTURES / story.picture).read_bytes()
        root = ET.fromstring(source)
        tags = {element.tag.removeprefix(svg) for element in root.iter()}
        names = {name for element in root.iter() for name in element.attrib}
        assert len(source) <= 6 * 1024, story.picture
        assert root.get("viewBox") == "0 0 1200 800"
        assert not tags & {"script", "foreignObject", "image", "style", "a", "text", "animate", "set"}, story.picture
        assert not [name for name in names if name.startswith("on")]
        assert all(e.get("href", "#").startswith("#") for e in root.iter())


def story_of(sample: Sample, *comments: SampleComment) -> bytes:
    story = msgspec.structs.replace(sample.stories[-1], comments=[])
    return msgspec.json.encode({**msgspec.structs.asdict(story), "comments": comments})


@pytest.mark.parametrize(
    ("second", "says"),
    [
        ({"ref": "a"}, "two comments are called a"),
        ({"parent": "z"}, "b answers z"),
        ({"minutes_after": 1}, "the time of b"),
        ({"minutes_after": 10**6}, "the time of b"),
    ],
)
def test_what_could_not_have_been_written_is_refused(sample: Sample, second: dict[str, str], says: str) -> None:
    first = SampleComment(ref="a", author="Ada", text="First.", minutes_after=5)
    reply = SampleComment(ref="b", author="Ben", text="Second.", parent="a", minutes_after=6)
    assert msgspec.json.decode(story_of(sample, first, reply), type=SampleStory).comments == [first, reply]
    broken = msgspec.structs.replace(reply, **second)
    with pytest.raises(msgspec.ValidationError, match=says):
        msgspec.json.decode(story_of(sample, first, broken), type=SampleStory)


def test_the_desk_has_something_to_do(tmp_path: Path) -> None:
    now = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    migrate.upgrade(tmp_path / "belowline.sqlite3", now)
    database = Database(tmp_path / "belowline.sqlite3")
    with database.transaction() as conn:
        assert demo.fill_if_empty(conn, "http://127.0.0.1:1", now, desk=True)
        site = sites.first(conn)
        assert site
        waits = queues.counts(conn, site.id)
        held = queues.page(conn, site.id, "held", None, 20)
        found = {one.author_name: verdicts.of_comment(conn, one.id)[-1].evidence for one in held}
        assert (waits["held"], waits["reported"], waits["spam"]) == (4, 1, 1)
        assert all(any(step.reason for step in evidence) for evidence in found.values()), "each says why it waits"
        assert corrections.count_waiting(conn, site.id) == 1
        assert log.first_wrong(conn) is None
        assert wrong_counts(conn) == []
    database.close()
