"""The commands of the duties: the log proved, decisions for the transparency database, trusted flaggers."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from click.testing import CliRunner, Result

from belowline.actions import comments as comment_act
from belowline.actions import logbook
from belowline.cli import main
from belowline.model.comment import State
from belowline.rules import heads
from belowline.rules.dsa import FIELDS, Statement, faults
from belowline.store import log
from belowline.store.tables_moderation import decision as decision_table
from belowline.store.tables_moderation import log as log_table
from members import enrol, write
from paper import Paper


def run(paper: Paper, *args: object) -> Result:
    return CliRunner().invoke(main, [*(str(arg) for arg in args), "--data", paper.settings.data])


def decided(paper: Paper, comment_id: int | None, action: str, **values: Any) -> int:
    """A row as the desk writes it."""

    def work(conn: sa.Connection) -> int:
        if comment_id and action in ("remove", "spam"):
            comment_act.decide(conn, comment_id, State.REMOVED if action == "remove" else State.SPAM)
        given = {
            "site_id": 1,
            "comment_id": comment_id,
            "action": action,
            "ground": "rules",
            "reason": "insults",
            "found_by": "moderator",
            "decided_at": paper.clock(),
            **values,
        }
        return int(conn.execute(sa.insert(decision_table).values(**given).returning(decision_table.c.id)).scalar_one())

    return int(write(paper, work))


def test_a_log_that_was_changed_cut_or_written_anew_is_found(own_paper: Paper, tmp_path: Path) -> None:
    paper = own_paper
    assert paper.client.get("/log/head").status_code == 404 or paper.read(log.head) is not None
    for number in range(5):
        write(paper, log.append, paper.clock(), "decision", {"number": number}, None, 1)
    kept = tmp_path / "head.txt"
    kept.write_text(run(paper, "log", "head", "--bare").stdout)
    published = paper.client.get("/log/head").json()
    assert heads.check(published["signed"], published["key"]).hash == published["hash"]
    assert "The head is in it" in run(paper, "log", "verify", "--head", kept).stdout
    (tmp_path / "head.json").write_text(json.dumps(published))
    assert run(paper, "log", "verify", "--head", tmp_path / "head.json").exit_code == 0
    forged = tmp_path / "forged.txt"
    forged.write_text(kept.read_text()[:-9] + "AAAAAAAA")
    assert "no head of this log" in run(paper, "log", "verify", "--head", forged).stderr
    newest = paper.read(log.head)
    write(paper, lambda conn: conn.execute(sa.delete(log_table).where(log_table.c.id == newest.id)))
    assert run(paper, "log", "verify").exit_code == 0  # what was cut off at the end only a head tells
    cut = run(paper, "log", "verify", "--head", kept)
    assert (cut.exit_code, f"Row {newest.id} is missing" in cut.stderr) == (1, True)
    write(paper, log.append, paper.clock(), "decision", {"number": "other"}, None, 1)
    anew = run(paper, "log", "verify", "--head", kept)
    assert (anew.exit_code, "written anew" in anew.stderr) == (1, True)
    changed = sa.update(log_table).where(log_table.c.id == newest.id - 2).values(details='{"number":99}')
    write(paper, lambda conn: conn.execute(changed))
    found = run(paper, "log", "verify")
    assert found.exit_code == 1
    assert f"Row {newest.id - 2} does not follow" in found.stderr


def test_a_head_is_signed_by_a_key_that_is_made_once(own_paper: Paper) -> None:
    write(own_paper, log.append, own_paper.clock(), "policy", {}, None, 1)
    first = own_paper.client.get("/log/head").json()
    write(own_paper, logbook.make_key)
    assert own_paper.client.get("/log/head").json()["key"] == first["key"]
    assert "d" not in first["key"]


def test_decisions_are_exported_as_the_database_takes_them(own_paper: Paper) -> None:
    paper = own_paper
    ada = enrol(paper, "Ada Morn")
    story = paper.add_story(lang="de-AT")
    sent = [ada.post(story, f"My name is Ada Morn, {n}") for n in range(4)]
    person = {"person_id": ada.person.id}
    decided(paper, sent[0], "remove", state_before="held", state_after="removed", found_by="machine", **person)
    decided(paper, sent[1], "spam", found_by="report", reason="spam", explanation="Ada Morn again", **person)
    decided(paper, sent[2], "remove", ground="law", reason="incitement", found_by="notice", **person)
    decided(paper, None, "ban", **person)
    decided(paper, sent[3], "publish", ground="none", reason="")
    decided(paper, sent[3], "remove", undone_at=paper.clock())
    result = run(paper, "dsa", "export", "main")
    assert result.exit_code == 0, result.stderr
    (line,) = result.stdout.strip().splitlines()
    records = json.loads(line)["statements"]
    assert [one["puid"] for one in records] == ["main-1", "main-2", "main-3", "main-4"]
    for one in records:
        assert faults(Statement(**{k: tuple(v) if isinstance(v, list) else v for k, v in one.items()})) == []
    first, second, third, fourth = records
    assert first["automated_detection"] == "Yes"
    assert first["automated_decision"] == "AUTOMATED_DECISION_PARTIALLY"
    assert first["content_language"] == "DE"
    assert first["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_REMOVED"]
    assert len(first["territorial_scope"]) == 27
    assert second["source_type"] == "SOURCE_TYPE_OTHER_NOTIFICATION"
    assert second["automated_decision"] == "AUTOMATED_DECISION_NOT_AUTOMATED"
    assert third["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
    assert third["source_type"] == "SOURCE_ARTICLE_16"
    assert third["category_specification"] == ["KEYWORD_HATE_SPEECH"]
    assert fourth["decision_account"] == "DECISION_ACCOUNT_SUSPENDED"
    assert "Ada" not in line
    rows = list(csv.reader(io.StringIO(run(paper, "dsa", "export", "main", "--format", "csv").stdout)))
    assert rows[0] == list(FIELDS)
    assert len(rows) == 5
    assert json.loads(rows[1][rows[0].index("decision_visibility")]) == first["decision_visibility"]
    assert run(paper, "dsa", "export", "main", "--until", "2020-01-01", "--since", "2019-01-01").stdout == ""


def test_what_the_database_would_refuse_is_left_out_and_named(own_paper: Paper) -> None:
    own_paper.set_policy(countries=["US"])
    decided(own_paper, own_paper.post(own_paper.add_story(), "Text"), "remove")
    result = run(own_paper, "dsa", "export", "main")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "main-1: territorial_scope: US is not one of its values" in result.stderr


def test_trusted_flaggers_are_named_and_ended(own_paper: Paper) -> None:
    assert "1\tHotline\tdesk@hotline.example" in run(
        own_paper, "dsa", "flagger", "Hotline", "--email", "desk@hotline.example"
    ).stdout  # fmt: skip
    assert run(own_paper, "dsa", "flagger", "Nobody").exit_code == 1
    assert "ended" in run(own_paper, "dsa", "flagger", "--end", 1).stdout
    assert run(own_paper, "dsa", "flagger", "--end", 1).exit_code == 1
