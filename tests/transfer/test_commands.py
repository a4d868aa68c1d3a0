"""The commands that bring in and take out, as an operator types them: receipts, one clear line for each mistake."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from selectolax.lexbor import LexborHTMLParser
from test_run import NOW, new_database

from belowline.cli import main
from belowline.errors import NotFound
from belowline.transfer import run, turns
from belowline.transfer.files import bring_in, receipt_of
from belowline.transfer.receipt_page import fragment

HEAD = '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><link>https://lamp.example/pier</link>'
COMMENT = (
    "<wp:comment><wp:comment_id>{0}</wp:comment_id><wp:comment_author>Mo</wp:comment_author><wp:comment_content>"
    "Words {0}</wp:comment_content><wp:comment_approved>{1}</wp:comment_approved>"
    "<wp:comment_date_gmt>2020-05-04 09:0{0}:00</wp:comment_date_gmt></wp:comment>"
)
SAMPLE = Path(__file__).parent / "samples" / "page-commentlist.html"
STATES = {1: "1", 2: "0", 3: "spam", 4: "trash"}


@pytest.fixture
def wxr(tmp_path: Path) -> Path:
    file = tmp_path / "site.xml"
    item = HEAD + "<title>Pier <b></title>".replace("<b>", "&lt;b&gt;") + "<wp:post_id>7</wp:post_id>"
    file.write_text(item + "".join(COMMENT.format(*one) for one in STATES.items()) + "</item></channel></rss>")
    return file


def belowline(tmp_path: Path, *words: object) -> Any:
    return CliRunner().invoke(main, [*map(str, words), "--data", str(tmp_path / "data")])


def test_the_receipt_accounts_for_every_record(tmp_path: Path, wxr: Path) -> None:
    written = tmp_path / "receipt.json"
    done = belowline(tmp_path, "import", "wordpress", wxr, "--receipt", written)
    assert done.exit_code == 0, done.output
    receipt = json.loads(written.read_text())
    counts = receipt["comments"]
    assert {key: counts[key] for key in ("found", "stored", "published", "held", "spam", "left_out")} == {
        "found": 4, "stored": 3, "published": 1, "held": 1, "spam": 1, "left_out": 1,
    }  # fmt: skip
    assert {"deleted", "orphans", "pingbacks", "already_there"} < counts.keys()
    assert {"stories", "people", "notes", "unknown_urls"} < receipt.keys()
    assert sum(note["left_out"] == "comment" for note in receipt["notes"]) == 1
    shown = belowline(tmp_path, "import", "receipt", receipt["run"])
    assert "4 comments found: 3 brought in" in shown.output
    assert belowline(tmp_path, "import", "runs").output.count("\n") == 1
    undone = belowline(tmp_path, "import", "undo", receipt["run"])
    assert "3 comments, 1 stories" in undone.output


def test_the_receipt_is_a_page_to_show(tmp_path: Path, wxr: Path) -> None:
    page = tmp_path / "receipt.html"
    assert belowline(tmp_path, "import", "wordpress", wxr, "--dry-run", "--receipt", page).exit_code == 0
    html = LexborHTMLParser(page.read_text())
    rows = {row.css_first("th").text(): row.css_first("td").text() for row in html.css("table")[0].css("tr")}
    assert (rows["Comments found"], rows["Brought in"], rows["Left out"]) == ("4", "3", "1")
    assert "nothing was written" in html.text()
    assert "trash" in html.css("table")[1].text()
    assert "script" not in {node.tag for node in html.root.traverse()}  # type: ignore[union-attr]


def test_the_console_previews_brings_in_and_reads_the_receipt(tmp_path: Path, wxr: Path) -> None:
    db = new_database(tmp_path)
    seen: list[int] = []
    preview = bring_in(db, [wxr], run.Order(source="wordpress", now=NOW, dry_run=True))
    done = bring_in(db, [wxr], run.Order(source="wordpress", now=NOW), seen.append, lambda done, _of: seen.append(done))
    assert (preview.comments, preview.run) == (done.comments, None)
    assert seen == [3]
    with db.transaction() as conn:
        again = receipt_of(conn, done.run or 0)
        assert again == done
        assert fragment(again) == fragment(done)
        with pytest.raises(NotFound):
            receipt_of(conn, 99)
    db.close()


def test_what_a_file_says_is_escaped_on_the_receipt(tmp_path: Path) -> None:
    db = new_database(tmp_path)
    file = tmp_path / "x.xml"
    file.write_text(HEAD + COMMENT.format("&lt;script&gt;", "trash") + "</item></channel></rss>")
    assert "<script>" not in fragment(bring_in(db, [file], run.Order(source="wordpress", now=NOW, dry_run=True)))
    db.close()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("import", "undo", 9), "There is no import 9"),
        (("import", "receipt", 9), "There is no receipt of an import 9"),
        (("import", "disqus", "FILE"), "Nothing in these files"),
        (("import", "remark42", "FILE"), "site.xml"),
        (("import", "wordpress", "FILE", "--site", "nope"), "no such site"),
        (("import", "wordpress", "FILE", "--map", "x"), "OLD=NEW"),
        (("import", "wordpress", "FILE", "--resume"), "interrupted"),
        (("import", "wordpress", "FILE", "--strict"), "would be left out"),
        (("import", "wordpress", "nowhere.xml"), "does not exist"),
        (("import", "wordpress", "FILE", "--receipt", "nowhere/r.json"), "Cannot write"),
        (("import", "friendster", "FILE"), "No such command"),
        (("export", "--out", "x", "--story", "nope"), "no such story"),
        (("export", "--out", "x", "--site", "nope"), "no such site"),
        (("export", "--out", "nowhere/x"), "Cannot write"),
        (("export", "--out", "x", "--since", "soon"), "does not match"),
    ],
)
def test_a_mistake_ends_in_one_clear_line(tmp_path: Path, wxr: Path, words: tuple[object, ...], line: str) -> None:
    new_database(tmp_path / "data").close()
    given = [wxr if word == "FILE" else tmp_path / word if str(word).startswith("nowhere") else word for word in words]
    answer = belowline(tmp_path, *given)
    assert answer.exit_code != 0
    said = str(answer.exception) if not isinstance(answer.exception, SystemExit) else answer.output
    assert line in said
    assert "Traceback" not in answer.output


@pytest.mark.parametrize(("option", "rests"), [((), True), (("--polite",), True), (("--hurry",), False)])
def test_an_import_rests_between_its_transactions_unless_it_shall_hurry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...], rests: bool
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(turns, "CHUNK", 1)
    monkeypatch.setattr(turns, "time", SimpleNamespace(sleep=slept.append))  # of this module: other threads sleep too
    result = belowline(tmp_path, "import", "page", SAMPLE, *option)
    assert result.exit_code == 0
    assert bool(slept) == rests


def test_a_receipt_that_cannot_be_written_stops_the_import_before_it_begins(tmp_path: Path) -> None:
    there = tmp_path / "receipt.json"
    there.write_text("an earlier one")
    for nowhere in (tmp_path / "none" / "receipt.json", tmp_path):
        stopped = belowline(tmp_path, "import", "page", SAMPLE, "--receipt", nowhere)
        assert stopped.exit_code == (2 if nowhere == tmp_path else 1)
        assert str(nowhere) in stopped.output
    assert belowline(tmp_path, "import", "runs").output == ""
    assert belowline(tmp_path, "import", "page", tmp_path / "receipt.json", "--receipt", there).exit_code == 1
    assert there.read_text() == "an earlier one"
