import datetime as dt
from pathlib import Path

import pytest

from belowline.errors import Invalid
from belowline.transfer.records import CommentRecord, Note, PersonRecord, StoryRecord
from belowline.transfer.wordpress import read

FIXTURE = Path(__file__).parent / "fixtures" / "wordpress.xml"
START = '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><link>https://a.example/1</link>'
COMMENT = (
    "<wp:comment><wp:comment_id>{0}</wp:comment_id><wp:comment_author>A</wp:comment_author>"
    "<wp:comment_date_gmt>2020-01-01 00:00:{0:02}</wp:comment_date_gmt>"
    "<wp:comment_content>{1}</wp:comment_content><wp:comment_approved>1</wp:comment_approved></wp:comment>"
)


def comments(path: Path, story: str | None = None) -> list[CommentRecord]:
    found = [r for r in read(path) if isinstance(r, CommentRecord)]
    return [r for r in found if story in (None, r.story_source_id)]


def test_pages_with_comments_are_stories_and_private_ones_keep_their_text():
    stories = [r for r in read(FIXTURE) if isinstance(r, StoryRecord)]
    assert [(s.source_id, s.url) for s in stories] == [
        ("40", "https://harbour.example/ferry/"),
        ("https://harbour.example/?p=41", "https://harbour.example/?p=41"),
    ]
    assert stories[0].closed
    assert stories[0].author_name == "Ines Duarte"
    assert stories[0].published_at == dt.datetime(2014, 3, 3, 9, tzinfo=dt.UTC)
    assert stories[0].body == "<p>First paragraph.</p>\n<p>Second&nbsp;paragraph.</p>"
    assert stories[1].body == ""
    assert any("private" in r.what for r in read(FIXTURE) if isinstance(r, Note))


def test_states_kinds_and_parents_are_kept():
    told = {c.source_id: (c.state, c.kind, c.parent_source_id) for c in comments(FIXTURE, "40")}
    assert told["1"] == ("published", "comment", None)
    assert told["2"] == ("held", "comment", "1")
    assert told["3"] == ("held", "comment", None)
    assert told["4"] == ("published", "pingback", None)
    assert told["5"][0] == "spam"
    assert told["6"][0] == "trash"
    assert told["7"] == ("published", "comment", "999")
    assert comments(FIXTURE)[-1].state == "held"


def test_gmt_beats_local_time_and_the_item_tells_the_offset():
    when = {c.source_id: c.created_at for c in comments(FIXTURE, "40")}
    assert when["1"] == dt.datetime(2014, 3, 3, 10, 30, tzinfo=dt.UTC)
    assert when["2"] == dt.datetime(2014, 3, 3, 11, 0, tzinfo=dt.UTC)
    assert when["3"] == when["9"] == dt.datetime(2014, 3, 3, 9, 0, tzinfo=dt.UTC)


def test_padding_goes_newlines_become_paragraphs_and_meta_is_never_read():
    first = comments(FIXTURE)[0]
    assert first.author_name == "Padded Name"
    assert first.text == "<p>Two euros more!<br>\nEvery day.</p>\n<p>That adds up.</p>"
    assert "stdClass" not in repr(list(read(FIXTURE)))


def test_an_id_that_stands_twice_in_a_page_is_told_and_nobody_is_lost():
    sevens = [c for c in comments(FIXTURE, "40") if c.source_id.startswith("7")]
    assert [c.author_name for c in sevens] == ["Ines", "Somebody else"]
    again = [c.source_id for c in comments(FIXTURE, "40")]
    assert again == [c.source_id for c in comments(FIXTURE, "40")], "the id it is given must not change between imports"
    notes = [r for r in read(FIXTURE) if isinstance(r, Note)]
    assert [n.where for n in notes if n.left_out] == ["line 49", "line 55"]


def test_registered_writers_are_people():
    people = [r for r in read(FIXTURE) if isinstance(r, PersonRecord)]
    assert [(p.source_id, p.name, p.email) for p in people] == [("3", "Ines Duarte", "ines@harbour.example")]
    assert [c.person_source_id for c in comments(FIXTURE) if c.person_source_id] == ["3"]


@pytest.mark.parametrize("space", ["http://wordpress.org/export/1.0/", "https://wordpress.org/export/1.1/"])
def test_any_prefix_bound_to_the_namespace_will_do(tmp_path: Path, space: str):
    path = tmp_path / "a.xml"
    whole = START + COMMENT.format(1, "Hi") + "</item></channel></rss>"
    path.write_text(
        whole.replace("wp:", "w:").replace("xmlns:wp", "xmlns:w").replace("http://wordpress.org/export/1.2/", space)
    )
    assert [c.text for c in comments(path)] == ["Hi"]


def test_a_file_that_breaks_off_gives_what_was_whole(tmp_path: Path):
    path = tmp_path / "a.xml"
    path.write_text(START + COMMENT.format(1, "whole") + COMMENT.format(2, "broken")[:90])
    records = list(read(path))
    assert [r.text for r in records if isinstance(r, CommentRecord)] == ["whole"]
    assert [r.url for r in records if isinstance(r, StoryRecord)] == ["https://a.example/1"]
    assert any("too early" in r.what for r in records if isinstance(r, Note))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
    ],
)
def test_entity_bombs_and_external_entities_are_refused_with_their_line(tmp_path: Path, doctype: str):
    path = tmp_path / "a.xml"
    path.write_text(
        "<?xml version='1.0'?>\n" + doctype + START + COMMENT.format(1, "&b;&x;") + "</item></channel></rss>"
    )
    with pytest.raises(Invalid, match="line 2"):
        list(read(path))


def test_what_is_not_xml_says_where(tmp_path: Path):
    path = tmp_path / "a.xml"
    path.write_text(START + "\n<b></c></item></channel></rss>")
    with pytest.raises(Invalid, match="line 2"):
        list(read(path))


def test_elements_without_end_are_refused(tmp_path: Path):
    path = tmp_path / "a.xml"
    path.write_text(START + "<x>" * 100_000)
    with pytest.raises(Invalid, match="deep"):
        list(read(path))


def test_a_five_megabyte_comment_is_left_out_and_said_so(tmp_path: Path):
    path = tmp_path / "a.xml"
    path.write_text(START + COMMENT.format(1, "x" * 5_000_000) + COMMENT.format(2, "ok") + "</item></channel></rss>")
    records = list(read(path))
    assert [r.text for r in records if isinstance(r, CommentRecord)] == ["ok"]
    assert [r.what for r in records if isinstance(r, Note) and r.left_out] == ["Comment 1"]


def test_control_characters_bad_bytes_and_other_encodings(tmp_path: Path):
    path = tmp_path / "a.xml"
    whole = START + COMMENT.format(1, "caf\u00e9\x0b &#8; &hellip;\x00") + "</item></channel></rss>"
    path.write_bytes(whole.encode("latin-1"))
    records = list(read(path))
    assert [r.text for r in records if isinstance(r, CommentRecord)] == ["café  …"]
    assert any("not utf-8" in r.what for r in records if isinstance(r, Note))
    path.write_bytes(whole.encode("utf-16"))
    assert [c.text for c in comments(path)] == ["café  …"]
    path.write_bytes(b'<?xml version="1.0" encoding="windows-1252"?>' + whole.encode("latin-1"))
    assert [r for r in read(path) if isinstance(r, Note)] == []
