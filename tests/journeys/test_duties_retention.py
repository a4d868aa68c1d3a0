"""What is kept for how long: texts, evidence, reports, notifiers; and what a legal hold keeps."""

import asyncio
import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from belowline.actions import notices as notice_act
from belowline.actions import retention as act
from belowline.actions.notices import NewNotice
from belowline.actions.people import Caller
from belowline.cli import main
from belowline.errors import Conflict, NotFound
from belowline.jobs import retain
from belowline.model.comment import Comment, State
from belowline.model.decision import Action, Decision
from belowline.model.site import Policy
from belowline.store import comments, notices, reasons, reports, retention, verdicts
from belowline.store.holds import What
from belowline.store.jobs import Job
from members import browser, enrol, write
from paper import Paper


def forget(paper: Paper, days: int) -> None:
    """The daily job, so many days later."""
    paper.clock.ahead += dt.timedelta(days=days)
    tools = paper.house.jobs.tools
    asyncio.run_coroutine_threadsafe(retain.run(tools, Job(0, "retain", {}, 1)), paper._loop).result(30)


def decide(paper: Paper, comment: int, state: str) -> None:
    answer = paper.client.put(f"/api/v1/comments/{comment}/state", json={"state": state}, headers=paper.operator)
    assert answer.status_code == 200, answer.text


def removed(paper: Paper) -> list[Decision]:
    return list(paper.read(reasons.of_site, 1, (Action.REMOVE,), dt.datetime(2020, 1, 1, tzinfo=dt.UTC), paper.clock()))


def kept_by(rule: str) -> act.Kept:
    return next(one for one in act.KEPT if one.rule == rule)


def kept(paper: Paper, comment: int) -> Comment:
    found = paper.read(comments.get, comment)
    assert found
    return found


def test_removed_texts_are_forgotten_after_their_term(own_paper: Paper) -> None:
    paper = own_paper
    story = paper.add_story()
    removed, stands, parent = (paper.post(story, text) for text in ("Gone", "Stands", "A parent"))
    reply = paper.post(story, "A reply", parent=parent)
    for one in (removed, parent):
        decide(paper, one, "removed")
    forget(paper, 364)
    assert kept(paper, removed).text == "Gone"
    forget(paper, 2)
    for one in (removed, parent):
        assert (kept(paper, one).text, kept(paper, one).html, kept(paper, one).author_name) == ("", "", None)
        assert paper.read(comments.marks, one) == (None, None)
    assert (kept(paper, stands).text, kept(paper, reply).text) == ("Stands", "A reply")
    assert "A reply" in paper.page(f"/stories/{story.slug}")
    paper.set_policy(keep_removed_days=0)
    decide(paper, stands, "removed")
    forget(paper, 3000)
    assert kept(paper, stands).text == "Stands"


def test_a_run_that_has_begun_forgets_nothing_that_became_due_by_older_rules(
    own_paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper, read = own_paper, act.all_policies
    comment = paper.post(paper.add_story(), "Kept for ever, as it is decided in a moment")
    decide(paper, comment, "removed")

    def all_policies(conn: sa.Connection) -> list[tuple[int, Policy]]:
        found = read(conn)
        paper.set_policy(keep_removed_days=0)
        paper.clock.ahead += dt.timedelta(days=3000)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(act, "all_policies", all_policies)
        forget(paper, 1)
    assert kept(paper, comment).text


@pytest.mark.parametrize("what", list(What))
def test_what_is_under_hold_is_kept(own_paper: Paper, what: What) -> None:
    paper = own_paper
    ada = enrol(paper, "Ada Morn")
    story, other = paper.add_story(), paper.add_story()
    comment, free = ada.post(story, "Evidence"), paper.post(other, "Nothing of it")
    for one in (comment, free):
        decide(paper, one, "removed")
    subject = {What.COMMENT: comment, What.PERSON: ada.person.id, What.STORY: story.id}[what]
    made = write(paper, act.hold, what, subject, "A court asked for it.", None, paper.clock())
    with pytest.raises(Conflict):
        write(paper, act.hold, what, subject, "Again", None, paper.clock())
    forget(paper, 400)
    assert (kept(paper, comment).text, kept(paper, free).text) == ("Evidence", "")
    assert paper.read(verdicts.of_comment, comment) != []
    assert paper.read(verdicts.of_comment, free) == []
    write(paper, act.lift, made, None, paper.clock())
    with pytest.raises(NotFound):
        write(paper, act.lift, made, None, paper.clock())
    forget(paper, 1)
    assert kept(paper, comment).text == ""


def test_evidence_edits_reports_and_notifiers_have_their_own_terms(own_paper: Paper) -> None:
    paper = own_paper
    comment = paper.post(paper.add_story(), "It stands")
    report: dict[str, Any] = {"reason": "It incites hatred"}
    paper.client.post(f"/api/v1/comments/{comment}/reports", json=report)
    new = NewNotice(f"/comments/{comment}", "insult", "It is one", "Nell", "nell@n.example", good_faith=True)
    given = write(paper, notice_act.give, new, Caller(), paper.clock())
    write(paper, verdicts.add_revision, comment, "It stood", paper.clock())
    forget(paper, 200)
    assert len(paper.read(reports.of_comment, comment)) == 1  # nobody has answered it
    decide(paper, comment, "published")
    write(paper, lambda conn: notices.change(conn, given.notice.id, decided_at=paper.clock(), outcome="kept"))
    forget(paper, 181)
    assert paper.read(reports.of_comment, comment) == []
    assert paper.read(verdicts.revisions, comment) == []
    assert paper.read(notices.get, given.notice.id).email == "nell@n.example"
    forget(paper, 185)
    found = paper.read(notices.get, given.notice.id)
    assert (found.name, found.email, found.outcome) == (None, None, "kept")
    assert kept(paper, comment).text == "It stands"


def test_a_held_comment_that_nobody_decides_on_is_removed_and_its_writer_told(own_paper: Paper) -> None:
    paper = own_paper
    guest = browser(paper)
    story = paper.add_story()
    sent = guest.post(f"/stories/{story.slug}/comments", data={"name": "Gus", "text": "Am I seen?", "key": "k"})
    comment = int(sent.headers["location"].split("/")[2])
    decide(paper, comment, "held")
    forget(paper, 100)
    assert kept(paper, comment).state == State.HELD
    paper.set_policy(keep_held_days=90)
    forget(paper, 1)
    assert kept(paper, comment).state == State.REMOVED
    page = guest.get("/me/decisions").text
    assert "Your comment was removed." in page
    (made,) = removed(paper)
    said = guest.get(f"/decisions/{made.id}").text
    assert "A program decided, without a person." in said
    assert "Nobody has decided on it in time." in said
    forget(paper, 1)
    assert len(removed(paper)) == 1


def test_two_runs_at_once_remove_once_and_answer_who_reported(own_paper: Paper) -> None:
    paper = own_paper
    comment = paper.post(paper.add_story(), "Held, and reported")
    told = paper.client.post(f"/api/v1/comments/{comment}/reports", json={"reason": "It incites hatred"})
    assert told.status_code == 201, told.text
    decide(paper, comment, "held")
    over = paper.clock() + dt.timedelta(days=1)
    found = [paper.read(retention.held_due.found, 1, over, 0, 10) for _ in range(2)]
    assert found == [[comment], [comment]]
    for ids in found:
        write(paper, act.forget, kept_by("keep_held_days"), 1, over, ids, paper.clock())
    assert len(removed(paper)) == 1
    assert [one.outcome for one in paper.read(reports.of_comment, comment)] == ["removed"]
    paper.assert_counts_are_right()


def test_what_somebody_decides_while_the_daily_job_looks_stands(own_paper: Paper) -> None:
    paper = own_paper
    story = paper.add_story()
    held, wanted, back = (paper.post(story, text) for text in ("Waits", "A court wants it", "Removed by mistake"))
    decide(paper, held, "held")
    for one in (wanted, back):
        decide(paper, one, "removed")
    over = paper.clock() + dt.timedelta(days=1)
    held_ids = paper.read(retention.held_due.found, 1, over, 0, 10)
    text_ids = paper.read(retention.texts_due.found, 1, over, 0, 10)
    assert (held_ids, text_ids) == ([held], [wanted, back])
    decide(paper, held, "published")
    decide(paper, back, "published")
    write(paper, act.hold, What.COMMENT, wanted, "A court asked for it.", None, paper.clock())
    write(paper, act.forget, kept_by("keep_held_days"), 1, over, held_ids, paper.clock())
    write(paper, act.forget, kept_by("keep_removed_days"), 1, over, text_ids, paper.clock())
    assert [kept(paper, one).state for one in (held, wanted, back)] == ["published", "removed", "published"]
    assert all(kept(paper, one).text for one in (held, wanted, back))
    paper.assert_counts_are_right()


def test_the_commands_hold_and_lift(own_paper: Paper) -> None:
    comment = own_paper.post(own_paper.add_story(), "Something")

    def run(*args: object) -> Any:
        return CliRunner().invoke(main, ["hold", *(str(arg) for arg in args), "--data", own_paper.settings.data])

    assert run("comment", 999, "Why").exit_code == 1
    assert run("comment", comment).exit_code == 1
    assert f"comment {comment}" in run("comment", comment, "A court asked for it.").stdout
    assert run("--lift", 1).stdout == ""


def test_looking_for_old_texts_reads_an_index(own_paper: Paper) -> None:
    def plan(conn: sa.Connection) -> str:
        seen: list[str] = []
        sa.event.listen(conn, "before_cursor_execute", lambda *args: seen.append(str(args[2])))
        retention.texts_due.found(conn, 1, own_paper.clock(), 0, 10)
        explained = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {seen[0]}", (0,) * seen[0].count("?"))
        return "\n".join(str(row[3]) for row in explained)

    assert "comment_unpublished" in write(own_paper, plan)
