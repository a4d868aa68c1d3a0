"""Taking an import back in steps: counts right after each, begun again after it was broken off, readers posting."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_run import DAY, NOW, PLAIN_STORY, RESTING, count, dump, files, new_database, said, take, write_long_file

from belowline import clock
from belowline.actions import comments as comment_act
from belowline.errors import Conflict, NotFound
from belowline.model.story import Closing
from belowline.store import imports, log
from belowline.store.check import wrong_counts
from belowline.store.db import Database
from belowline.store.tables import comment, story
from belowline.transfer import undo
from belowline.transfer.files import bring_in
from belowline.transfer.records import CommentRecord, StoryRecord, VoteRecord
from belowline.transfer.run import Order
from paper import Paper

OTHER = StoryRecord(source_id="o", title="Other", published_at=DAY)


def vote(person: int) -> VoteRecord:
    return VoteRecord(comment_source_id="a", story_source_id="s", person_source_id=str(person), value=1)


def must_be_sound(conn: sa.Connection) -> None:
    assert wrong_counts(conn) == []
    assert conn.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def step_by_step(db: Database, run_id: int) -> int:
    """Takes it back as `in_steps` does, and looks after every step; how many there were."""
    unchecked = Database(db.read_now(lambda conn: Path(conn.engine.url.database or "")), 1, checks=False)
    steps = 0
    with unchecked.transaction() as conn:
        undo.begin(conn, run_id, NOW)
    while whole := unchecked.read_now(lambda conn: list(undo.pieces(conn, run_id))):
        for piece in whole:
            with unchecked.transaction() as conn:
                undo.take(conn, run_id, piece)
                must_be_sound(conn)
            steps += 1
    with unchecked.transaction() as conn:
        undo.finish(conn, run_id, NOW, None)
        must_be_sound(conn)
    unchecked.close()
    return steps


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=files(), cut=st.integers(0, 25), size=st.integers(1, 6))
def test_any_run_goes_in_steps_and_leaves_what_was_there(
    tmp_path_factory: Any, file: list[CommentRecord], cut: int, size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(undo, "STEP", size)
        patch.setattr(undo, "STORIES", 1)
        db = new_database(tmp_path_factory.mktemp("any"))
        orphans = {one.source_id for one in file[:cut]} | {one.parent_source_id for one in file[:cut]}
        later = [one for one in file[cut:] if one.source_id not in orphans]
        take(db, PLAIN_STORY, *file[:cut])
        before = dump(db)
        brought = take(db, PLAIN_STORY, OTHER, *later, said("x", story_source_id="o"))
        assert step_by_step(db, brought.run or 0) >= 2
        told = ("child_seq",)  # the places that replies had are not given out again
        assert [forget(table, told) for table in dump(db)] == [forget(table, told) for table in before]
        db.close()


def forget(rows: list[Any], names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row._mapping.items() if name not in names} for row in rows]


def test_a_long_chain_and_many_answers_go_from_their_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo, "STEP", 50)
    db = new_database(tmp_path)
    chain = [said(f"c{n}", f"c{n - 1}" if n else None, n) for n in range(170)]
    answers = [said(f"a{n}", "c0", n) for n in range(120)]
    brought = take(db, PLAIN_STORY, *chain, *answers)
    assert step_by_step(db, brought.run or 0) == 7
    assert dump(db) == [[], [], []]
    db.close()


def test_votes_on_others_comments_go_and_those_of_others_stay(tmp_path: Path) -> None:
    db = new_database(tmp_path)
    take(
        db,
        PLAIN_STORY,
        said("a"),
        vote(1),
    )
    votes = [vote(n) for n in range(1, 4)]
    later = take(db, PLAIN_STORY, said("a"), said("b", "a", 1), *votes)
    step_by_step(db, later.run or 0)
    with db.transaction() as conn:
        assert conn.execute(sa.select(comment.c.respect_count)).scalars().all() == [1]
    db.close()


def test_what_is_broken_off_is_begun_again_and_told_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo, "STEP", 10)
    monkeypatch.setattr(undo, "REST_S", 0)
    db = new_database(tmp_path)
    run_id = take(db, PLAIN_STORY, *(said(str(n)) for n in range(45))).run or 0

    def stop(done: int, _total: int) -> None:
        if done >= 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo.in_steps(db, run_id, NOW, tell=stop)
    assert 0 < count(db) < 45
    with db.transaction() as conn:
        must_be_sound(conn)
        assert conn.execute(sa.select(story.c.closing)).scalar_one() == Closing.CLOSED
    assert undo.in_steps(db, run_id, NOW, until=time.monotonic() - 1) is None
    assert undo.in_steps(db, run_id, NOW) == (1, 45)
    assert dump(db) == [[], [], []]
    with db.transaction() as conn:
        told = [json.loads(entry.details) for entry in log.entries(conn) if entry.what == "import-undone"]
    assert [(one["stories"], one["comments"]) for one in told] == [(1, 45)]
    with pytest.raises(NotFound):
        undo.in_steps(db, run_id, NOW)
    db.close()


def test_an_answer_that_comes_while_it_lasts_stays_with_what_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo, "STEP", 10)
    monkeypatch.setattr(undo, "REST_S", 0)
    db = new_database(tmp_path)
    take(db, PLAIN_STORY, said("first"))
    with db.transaction() as conn:
        slug = conn.execute(sa.update(story).values(closing=Closing.OPEN).returning(story.c.slug)).scalar_one()
    run_id = take(db, PLAIN_STORY, *(said(str(n)) for n in range(45))).run or 0

    def answer(done: int, _total: int) -> None:
        if done == 20:
            with db.transaction() as conn:
                new = comment_act.NewComment(name="Ivo Reed", text="I was there.", parent=imports.next_ids(conn)[0] - 1)
                comment_act.post(conn, slug, new, comment_act.Caller(), clock.now())

    with pytest.raises(Conflict, match="answered"):
        undo.in_steps(db, run_id, NOW, tell=answer)
    with db.transaction() as conn:
        must_be_sound(conn)
        assert "I was there." in conn.execute(sa.select(comment.c.text)).scalars().all()
    db.close()


def test_an_undo_that_is_killed_while_readers_post_is_finished_by_another(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "data").start()
    own = paper.add_story(title="Our own")
    long_file = tmp_path / "long.jsonl"
    write_long_file(long_file, 8 * undo.STEP)
    db = Database(paper.settings.database)
    bring_in(db, [long_file], Order(source="belowline", now=NOW))
    words = ["import", "undo", "1", "--data", str(tmp_path / "data")]
    whole, sent, deadline = count(db), 0, time.monotonic() + 120
    killed = subprocess.Popen([sys.executable, "-c", RESTING, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        while count(db) - sent == whole and time.monotonic() < deadline and killed.poll() is None:
            paper.post(own, f"Meanwhile {sent}")
            sent += 1
    finally:
        killed.kill()
        killed.communicate()
    assert 0 < count(db) - sent < whole
    with db.transaction() as conn:
        must_be_sound(conn)
    command = [sys.executable, "-m", "belowline.cli", *words]
    again = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while again.poll() is None:
        paper.post(own, f"Later {sent}")
        sent += 1
    out, err = again.communicate()
    assert again.returncode == 0, err
    assert f"{whole:,} comments, 1 stories" in out
    assert count(db) == sent
    with db.transaction() as conn:
        must_be_sound(conn)
    assert f"Meanwhile {0}" in paper.page(f"/stories/{own.slug}?order=oldest&v=now")
    db.close()
    paper.stop()
