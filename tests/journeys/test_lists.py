"""A site's lists: put in whole, in force at once, compiled once, refused with the line that is wrong."""

import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from belowline import cli
from belowline.actions import lists as act
from belowline.errors import Invalid
from belowline.model.evidence import Found
from belowline.moderation.words import Matcher, Several, read_terms
from belowline.store import log
from members import write
from paper import Paper


def put(paper: Paper, kind: act.Kind, lines: list[str], lang: str = "") -> None:
    write(paper, act.put, "main", kind, lang, lines, paper.clock())


def state(paper: Paper, text: str, lang: str | None = None) -> str:
    answer = paper.send(paper.add_story(**({"lang": lang} if lang else {})), text)
    return str(answer.json()["comment"]["state"]) if answer.status_code == 201 else str(answer.json()["code"])


def test_words_are_in_force_at_once_by_severity_and_language(own_paper: Paper) -> None:
    assert state(own_paper, "What a scallywag.") == "published"
    put(own_paper, "words", ["# ours", "", "scallywag\t3", "blackguard\t4", "rascal\t1"])
    assert state(own_paper, "What a scallywag.") == "held"
    assert state(own_paper, "What a sc@llyw4g.") == "held"
    assert state(own_paper, "What a blackguard.") == "refused"
    assert state(own_paper, "What a rascal.") == "published"
    put(own_paper, "words", ["lump*\t3"], "de-CH")
    assert state(own_paper, "Lumpenpack!", "de") == "held"
    assert state(own_paper, "Lumpenpack!", "fr") == "published"
    put(own_paper, "words", [])
    assert state(own_paper, "What a scallywag.") == "published"
    assert state(own_paper, "Lumpenpack!", "de") == "held"


def test_domains_that_are_blocked_or_free(own_paper: Paper) -> None:
    own_paper.set_policy(classifier=False)  # nothing but links reads as advertising
    put(own_paper, "blocked", ["bad.example", "Bücher.Example."])
    put(own_paper, "allowed", ["good.example"])
    assert state(own_paper, "See https://www.bad.example/lamp") == "refused"
    assert state(own_paper, "See https://xn--bcher-kva.example/lamp") == "refused"
    assert state(own_paper, " ".join(f"https://n{n}.good.example/" for n in range(6))) == "published"
    assert state(own_paper, " ".join(f"https://n{n}.other.example/" for n in range(6))) == "held"


@pytest.mark.parametrize(
    ("kind", "lang", "lines"),
    [
        ("words", "", ["fine", "bad\t5"]),
        ("words", "", ["bad\tx"]),
        ("words", "", ["!!!"]),
        ("words", "", ["*"]),
        ("words", "", ["x" * 101]),
        ("words", "no such tag!", ["fine"]),
        ("words", "", ["x\u0301" * 40] * 200_001),
        ("blocked", "", ["https://bad.example/"]),
        ("blocked", "", ["localhost"]),
        ("blocked", "", ["a" * 70 + ".example"]),
        ("blocked", "de", ["bad.example"]),
    ],
)
def test_lists_that_are_refused(paper: Paper, kind: act.Kind, lang: str, lines: list[str]) -> None:
    with pytest.raises(Invalid) as error:
        put(paper, kind, lines, lang)
    assert error.value.fields
    assert paper.read(act.listed, "main") == []


def test_a_list_of_a_hundred_thousand_is_compiled_once(own_paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    made = Matcher.__init__

    def counting(self: Matcher, terms: object) -> None:
        compiled.append(threading.current_thread().name)
        made(self, terms)  # type: ignore[arg-type]

    put(own_paper, "words", ["rascal\t3"])
    assert state(own_paper, "A rascal, number 0.") == "held"
    monkeypatch.setattr(Matcher, "__init__", counting)
    put(own_paper, "words", [f"mischief{n}\t3" for n in range(100_000)])
    until = time.monotonic() + 60
    while state(own_paper, f"Of mischief77777 nothing more, says {time.monotonic_ns()}.") != "held":
        assert time.monotonic() < until
    assert [state(own_paper, f"Thought {n}") for n in range(10)] == ["published"] * 10
    assert state(own_paper, "A rascal, number 1.") == "published"
    assert len(compiled) == 1
    assert compiled != ["writer"]  # nobody's post waits for it


def test_the_list_before_counts_until_a_long_one_is_ready(own_paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    put(own_paper, "words", ["rascal\t3"])
    assert state(own_paper, "A rascal, number 0.") == "held"
    made, may_go = Matcher.__init__, threading.Event()

    def waiting(self: Matcher, terms: object) -> None:
        may_go.wait(60)
        made(self, terms)  # type: ignore[arg-type]

    monkeypatch.setattr(Matcher, "__init__", waiting)
    put(own_paper, "words", [f"nuisance{n}\t3" for n in range(3_000)])
    assert state(own_paper, "A rascal, number 1.") == "held"
    assert state(own_paper, "A nuisance7.") == "published"
    may_go.set()
    until = time.monotonic() + 60
    while state(own_paper, f"A nuisance7, says {time.monotonic_ns()}.") != "held":
        assert time.monotonic() < until


def test_lists_side_by_side_find_what_each_finds() -> None:
    both = Several([Matcher(read_terms(lines)) for lines in (["rascal\t1", "knave"], ["rascal\t3", "lump*"])])
    assert both.find("A rascal, a knave, two lumps, a rascal!") == [
        Found("rascal", 3, 2),
        Found("knave", 2, 1),
        Found("lump*", 2, 1),
    ]
    assert both.find("Nothing at all.") == []


def test_hostile_comments_are_judged_or_held_never_lost(own_paper: Paper) -> None:
    put(own_paper, "words", ["scallywag\t3", "*troll*", "白痴\t3"])
    story = own_paper.add_story()
    for text in ("a" + "\u0301\u0323" * 4_999, "s c a l l y w a g " * 500, "白" * 10_000, "> " * 5_000, "((((" * 2_500):
        assert own_paper.send(story, text).status_code in (201, 422)
    assert state(own_paper, "s\u200bc\u0430llywag") == "held"


def test_every_change_stands_in_the_log(own_paper: Paper) -> None:
    put(own_paper, "words", ["rascal"])
    entry = own_paper.read(log.head)
    assert entry.what == "policy"
    assert '"list":"words"' in entry.details


def test_the_command_puts_shows_and_tries(own_paper: Paper, tmp_path: Path) -> None:
    own_paper.post(own_paper.add_story(), "What a scallywag.")
    file = tmp_path / "words.txt"
    file.write_text("scallywag\t3\n", "utf-8")
    data = ["--data", own_paper.settings.data]
    run = CliRunner()
    tried = run.invoke(cli.main, ["replay", "main", "--words", str(file), *data])
    assert "1 comments judged, 1 would fare otherwise" in tried.output
    assert "publish → hold" in tried.output
    assert "There is no list." in run.invoke(cli.main, ["site", "words", "main", *data]).output
    assert "1 lines" in run.invoke(cli.main, ["site", "words", "main", str(file), *data]).output
    file.write_text("scallywag\tten\n", "utf-8")
    wrong = run.invoke(cli.main, ["site", "words", "main", str(file), *data])
    assert wrong.exit_code == 1
    assert "Line 1" in wrong.output
    shared = run.invoke(cli.main, ["site", "share", "main", "5", *data])
    assert "classifier_hold_from=" in shared.output
