"""Saved pages: which records come of them, exactly, and that hostile files end in one clear sentence."""

import datetime as dt
from pathlib import Path

import pytest

from belowline.errors import Invalid, TooLarge
from belowline.transfer import page
from belowline.transfer.records import CommentRecord, Note, StoryRecord

SAMPLES = Path(__file__).parent / "samples"
REAL = Path(__file__).parents[2].parent / "shared/pages/closed-thread.txt"


def parts(path: Path) -> tuple[StoryRecord, list[CommentRecord], list[Note]]:
    story, *rest = list(page.read(path))
    assert isinstance(story, StoryRecord)
    comments = [record for record in rest if isinstance(record, CommentRecord)]
    notes = [record for record in rest if isinstance(record, Note)]
    assert [*comments, *notes] == rest
    assert all(comment.story_source_id == story.source_id for comment in comments)
    return story, comments, notes


def written(tmp_path: Path, data: str | bytes, name: str = "page.html") -> Path:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def rows(comments: list[CommentRecord]) -> list[tuple[str, str | None, str | None, str | None, str]]:
    """(id, parent, name, time, text)"""
    return [
        (c.source_id, c.parent_source_id, c.author_name, c.created_at and f"{c.created_at:%Y-%m-%d %H:%M}", c.text)
        for c in comments
    ]


@pytest.mark.skipif(not REAL.exists(), reason="the shared page closed-thread.txt is not beside this checkout")
def test_the_real_page_gives_its_story_and_thirty_comments() -> None:
    lines = REAL.read_text().splitlines()
    story, comments, notes = parts(REAL)
    assert (story.deck, story.title, story.picture_credit) == (lines[1], lines[1], "Google maps")
    assert story.body.split("\n\n") == [line for line in lines[2:24] if line]
    assert story.previous_title == lines[26].removeprefix("Previous article")
    assert story.next_title == lines[27].removeprefix("Next article")
    assert (story.author_about, story.closed) == (lines[28], True)
    assert story.author_name == lines[28].split(" is ")[0]
    assert [c.source_id for c in comments] == [f"n{n}" for n in range(1, 31)]
    assert {(c.author_name, c.created_at, c.parent_source_id) for c in comments} == {(None, None, None)}
    assert [i for i, c in enumerate(comments, 1) if len(c.text.split("\n\n")) > 1] == [
        3,
        6,
        10,
        14,
        18,
        21,
        22,
        24,
        25,
        29,
    ]
    assert [len(c.text.split("\n\n")) for c in comments if c.source_id in {"n3", "n6", "n24"}] == [4, 5, 7]
    assert "\n" not in comments[23].text.replace("\n\n", "")
    assert comments[24].text.count("\n") == 12
    numbered = "".join(f"{n}.{c.text}" for n, c in enumerate(comments, 1))
    assert "".join(numbered.split()) == "".join("".join(lines[30:180]).split())
    assert not [c for c in comments if "Loading" in c.text or "are closed" in c.text]
    assert {"“Comments are closed.”", "“Loading Facebook Comments ...”"} <= {note.what for note in notes}
    assert [note.what for note in notes if note.what.startswith("30 of 30")]


def test_numbered_comments_with_names_dates_and_an_indented_reply() -> None:
    story, comments, notes = parts(SAMPLES / "page-numbered-names.txt")
    assert story.title == "The ferry that would not sail"
    assert story.deck == "Why a small harbour waits for its third boat in two years"
    assert (story.author_name, story.picture_credit, story.closed) == ("Ines Marlow", "Tove Lind", False)
    assert story.published_at == dt.datetime(2014, 3, 2, tzinfo=dt.UTC)
    assert "1. the gearbox\n2. the insurance\n3. the weather" in story.body
    assert rows(comments) == [
        (
            "n1",
            None,
            "Anna K.",
            "2014-03-03 17:12",
            "I waited from nine. My mother says:\nthere was a sign on the pier.",
        ),
        ("n2", "n1", "Bertil", "2014-03-03 18:02", "There was no sign."),
        ("n3", None, "Chidi Okafor", "2014-03-04 00:05", "My list is shorter:\n1. money\n2. money"),
        ("n4", None, "Dao", "2014-03-04 08:30", "Thank you for writing this."),
    ]
    assert {"“Reply” (4 times)", "“Leave a Reply”", "“Share this:”", "4 times were kept as UTC."} <= {
        n.what for n in notes
    }


def test_heads_of_several_shapes_and_a_hard_wrapped_story() -> None:
    story, comments, _ = parts(SAMPLES / "page-heads.txt")
    assert (story.url, story.deck) == ("https://lowtide.example/2015/05/the-last-orchard", None)
    assert story.body.startswith(
        "Every spring the blossom on Mill Lane drew people from the whole valley, and every spring there"
    )
    assert len(story.body.split("\n\n")) == 2
    assert "\n" not in story.body.replace("\n\n", "")
    assert (story.previous_title, story.next_title, story.closed) == ("Rain at last", "A bridge with no road", True)
    assert (story.author_name, story.author_about) == ("Peter Quill", "Peter Quill writes about land and water.")
    assert rows(comments) == [
        ("n1", None, "Rosa Lindqvist", "2015-05-06 08:15", "Keep them.\n\nWhat does the parish say?"),
        ("n2", "n1", "Omar", "2015-05-03 17:45", "The parish says nothing."),
        ("n3", None, "Wen", "2015-05-12 09:00", "They say:\nnothing at all."),
    ]


def test_comments_that_only_reply_lines_end() -> None:
    story, comments, _ = parts(SAMPLES / "page-reply-lines.txt")
    assert story.title == "Night buses return in June"
    assert [c.text for c in comments] == [
        "At last. I have walked that hill for two winters.\n\nAnd in the rain.", "Who pays for it?", "We all do.",
    ]  # fmt: skip


def test_indented_replies_and_a_headline_that_is_lost() -> None:
    story, comments, notes = parts(SAMPLES / "page-indented.txt")
    assert story.title == story.deck == "Letters from a lighthouse, found in a biscuit tin"
    assert any("lost its headline" in note.why for note in notes)
    assert [(c.source_id, c.parent_source_id, c.author_name) for c in comments] == [
        ("n1", None, "Anna"), ("n2", "n1", "Ben"), ("n3", "n2", "Anna"), ("n4", None, "Cleo"),
    ]  # fmt: skip


def test_nested_commentlist_with_a_pingback_and_a_held_comment() -> None:
    story, comments, notes = parts(SAMPLES / "page-commentlist.html")
    assert (story.title, story.deck, story.author_name) == ("Bread day", "A bakery opens its door", "Mina Oduya")
    assert (story.picture_caption, story.picture_credit, story.picture_alt) == ("The first loaf", "J. Berg", "A loaf")
    assert (story.previous_title, story.next_title, story.closed) == ("Flour week", "Salt", True)
    assert story.body == "<p>The queue began at <em>five</em>.</p><p>By eight it was over.</p>"
    assert rows(comments)[:3] == [
        ("11", None, "Anna", "2013-02-01 09:30", "<p>Is there rye?</p><p>And <b>spelt</b>?</p>"),
        ("12", "11", "Bo", "2013-02-01 10:00", "<p>There is rye.</p>"),
        ("14", "12", "Anna", "2013-02-02 07:00", "<p>Good.</p>"),
    ]
    assert [(c.state, c.kind) for c in comments[2:]] == [("held", "comment"), ("published", "pingback")]
    assert comments[3].author_url == "https://crumbs.example/links"
    assert {"Share buttons.", "“Comments are closed.”"} <= {note.what for note in notes}


@pytest.mark.parametrize(
    ("name", "title", "expected"),
    [
        ("page-article-body.html", "Snow on the hill", [
            ("5", None, "Ида", "2016-01-01 09:00", "<p>Красиво.</p>"),
            ("6", "5", "Jon", "2016-01-01 10:30", "<blockquote><cite>Ида</cite> Красиво</blockquote><p>Yes.</p>"),
        ]),
        ("page-microdata.html", "Two kites", [
            ("7", None, "Lu", "2020-02-02 02:02", "Red won."), ("8", "7", "Max", None, "Blue did."),
        ]),
        ("page-json-ld.html", "Frogs", [
            ("a1", None, "Pia", "2021-03-01 01:00", "Loud!"), ("a2", "a1", "Quin", None, "<p>Very.</p>"),
        ]),
        ("page-hatom.html", "Old maps", [
            ("3", None, "Sol", "2009-09-09 09:09", "<p>Whose drawer?</p>"), ("4", "3", "Tam", None, "<p>Mine.</p>"),
        ]),
        ("page-blocks.html", "Block by block", [
            ("5", None, "Rosa", "2023-05-01 10:00", "<p>Nice blocks.</p><p>As <cite>Rosa Holm</cite> said.</p>"),
            ("6", "5", "Bo", "2023-05-02 10:00", "<p>Very.</p><ul><li>red</li><li>blue</li></ul>"),
            ("7", None, "Cy", "2023-05-03 10:00", "<p>Held one.</p>"),
        ]),
        ("page-pubdate.html", "Newspaper news", [
            ("8", None, "Vera", "2014-03-03 09:12", "<p>1. First point.</p><p>2. Second point.</p>"),
            ("9", None, "Walt", "2014-03-04 09:12", "<p>No.</p>"),
        ]),
        ("page-datetime.html", "Blogger's boat", [
            ("1234567890123456789", None, "Sue", "2012-02-02 03:03", "Nice<br>boat."),
            ("222", "1234567890123456789", "Ben", "2012-02-02 04:03", "Thanks."),
        ]),
        ("page-boxed-replies.html", "The new quay", [
            ("12", None, "Mara", None, "<p>Good stones.</p>"),
            ("15", "12", "Nils", None, "<p>They are slippery.</p>"),
            ("16", "15", "Mara", None, "<p>Only when wet.</p>"),
            ("17", "12", "Olga", None, "<p>Who paid?</p>"),
            ("13", None, "Per", None, "<p>And the boats?</p>"),
            ("18", "13", "Nils", None, "<p>They came back.</p>"),
        ]),
        ("page-boxed-replies-older.html", "The old quay", [
            ("22", None, "Mara", "2012-03-05 08:10", "<p>Old stones.</p>"),
            ("25", "22", "Nils", "2012-03-05 09:10", "<p>Slippery stones.</p>"),
            ("23", None, "Per", "2012-03-06 08:10", "<p>No boats.</p>"),
        ]),
        ("page-widgets.html", "Market square", [
            ("100", None, "Uma", "2014-03-03 17:12", "<p>Where to?</p>"), ("101", "100", "Vic", None, "<p>The quay.</p>"),  # noqa: E501
        ]),
    ],
)  # fmt: skip
def test_html_pages(name: str, title: str, expected: list[tuple[str, str | None, str | None, str | None, str]]) -> None:
    story, comments, _ = parts(SAMPLES / name)
    assert story.title == title
    assert story.body
    assert rows(comments) == expected


def test_a_block_theme_tells_its_author_and_that_there_are_more_pages_of_comments() -> None:
    story, _, notes = parts(SAMPLES / "page-blocks.html")
    assert (story.author_name, story.author_about) == ("Ines Marlow", "Ines builds.")
    assert "Links to older or newer comments." in {note.what for note in notes}


def test_a_name_that_only_the_text_cites_is_not_the_writers(tmp_path: Path) -> None:
    quote = "</p><blockquote><cite>Hanna</cite> A line.</blockquote><p>As <cite>Otto</cite> said."
    assert parts(written(tmp_path, ONE.format(quote)))[1][0].author_name is None


def test_a_page_that_is_all_in_one_form_keeps_its_story(tmp_path: Path) -> None:
    assert parts(written(tmp_path, f"<form>{ONE.format('hi')}</form>"))[0].body == "<p>Body.</p>"


def test_reading_twice_gives_the_same_ids() -> None:
    for path in sorted(SAMPLES.glob("page-*")):
        assert list(page.read(path)) == list(page.read(path))


ONE = "<h1>Story</h1><article><p>Body.</p></article><ol><li class=comment id=comment-1><p>{}</p></li></ol>"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "windows-1252"])
def test_encodings(tmp_path: Path, codec: str) -> None:
    _, comments, notes = parts(written(tmp_path, ONE.format("Café – naïve").encode(codec)))
    assert comments[0].text == "<p>Café – naïve</p>"
    assert bool([n for n in notes if "windows-1252" in n.what]) == (codec == "windows-1252")


def test_deep_long_and_broken_pages(tmp_path: Path) -> None:
    deep = written(tmp_path, "<div>" * 10_000 + ONE.format("still here"))
    assert parts(deep)[1][0].text == "<p>still here</p>"
    chain = "<h1>Story</h1><p>x</p>" + "".join(f"<ol><li class=comment id=comment-{n}><p>c{n}</p>" for n in range(3000))
    comments = parts(written(tmp_path, chain))[1]
    assert [c.parent_source_id for c in comments[1:]] == [str(n) for n in range(2999)]
    _, comments, notes = parts(written(tmp_path, ONE.format("a\x00b" + "y" * 5_000_000)))
    assert len(comments[0].text) == 5_000_009
    assert any("NUL" in note.what for note in notes)
    line = "T\n\nBody text of the story.\n\n2 comments\n\n1. " + "z " * 2_500_000 + "\n\n2. two\n"
    assert len(parts(written(tmp_path, line, "page.txt"))[1]) == 2


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"%PDF-1.7 ...", "a.html", "PDF"),
        (bytes(range(256)) * 40, "a.txt", "binary"),
        (b" \n", "a.txt", "empty"),
        (b"<html><h1>Title</h1><p>No one spoke.</p></html>", "a.html", "No comments"),
        (b"A story.\n\nAnd no one spoke.\n", "a.txt", "No comments"),
        (b"1. one\n\n2. two\n", "a.txt", "No story"),
        (b"<ol><li class=comment><p>hi</p></li></ol>", "a.html", "No story"),
        (b"<?xml version='1.0'?><rss></rss>", "a.xml", "export or feed"),
    ],
)
def test_what_is_no_page_is_refused_with_a_sentence(tmp_path: Path, data: bytes, name: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        list(page.read(written(tmp_path, data, name)))


def test_a_file_over_64_mb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.html"
    with path.open("wb") as file:
        file.truncate(page.MAX_BYTES + 1)
    with pytest.raises(TooLarge, match="64 MB"):
        list(page.read(path))
