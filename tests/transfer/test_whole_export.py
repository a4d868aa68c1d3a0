"""What Belowline's own lines tell of people: named without power, restricted as they were, known by an address."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from test_export import DAY, NOW, bring, export, new_database, whole

from belowline.cli import main
from belowline.model.person import Role
from belowline.store import people, sanctions, sites, votes
from belowline.store.db import Database
from belowline.store.tables import comment, story
from belowline.store.tables_moderation import sanction
from belowline.store.tables_people import person
from belowline.store.tables_taking_part import vote
from belowline.transfer import run, undo
from belowline.transfer.records import CommentRecord, StoryRecord
from belowline.transfer.rows import email_hash


@pytest.fixture
def old(tmp_path: Path) -> Any:
    """One comment by a banned and suspended moderator, with their vote, another's and a guest's."""
    db = new_database(tmp_path / "old")
    records = [
        StoryRecord(source_id="s", title="The pier", published_at=DAY),
        CommentRecord(source_id="1", story_source_id="s", author_name="Ann", text="So.", created_at=DAY),
    ]
    run.take_in(db, records, run.Order(source="test", now=NOW))
    with db.transaction() as conn:
        ann = people.add(conn, "Ann", "ann@lamp.example", NOW)
        bo = people.add(conn, "Bo", None, NOW)
        first = sites.first(conn)
        assert first
        people.set_role(conn, ann.id, first.id, Role.MODERATOR)
        shared = {"site_id": first.id, "person_id": ann.id, "made_at": NOW, "reason": "For shouting."}
        sanctions.add(conn, kind="ban", **shared)
        sanctions.add(conn, kind="suspend", until=NOW + dt.timedelta(days=9), **shared)
        sanctions.add(conn, kind="hold", until=NOW - dt.timedelta(days=9), **shared)
        sanctions.add(conn, kind="warn", **shared)
        conn.execute(sa.update(comment).values(person_id=ann.id))
        story_id, id_ = conn.execute(sa.select(comment.c.story_id, comment.c.id)).one()
        for reader in (f"p{ann.id}", f"p{bo.id}", "gx"):
            of = {"reader": reader, "story_id": story_id, "comment_id": id_, "value": 1, "cast_at": NOW}
            conn.execute(sa.insert(vote).values(**of))
        votes.add_counts(conn, id_, 3, 0)
    yield db
    db.close()


@pytest.fixture
def new(tmp_path: Path) -> Any:
    db = new_database(tmp_path / "new")
    yield db
    db.close()


def lines(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def imposed(db: Database) -> list[Any]:
    s = sanction.c
    with db.transaction() as conn:
        found = sa.select(s.kind, s.reason, s.until, s.person_id).where(s.lifted_at.is_(None)).order_by(s.id)
        return [tuple(row) for row in conn.execute(found)]


def numbers(db: Database) -> tuple[int, int]:
    """(respect, of it only a number)"""
    with db.transaction() as conn:
        found = conn.execute(sa.select(comment.c.respect_count, comment.c.respect_imported)).one()
        return found[0], found[1]


def test_addresses_stay_behind_unless_they_are_asked_for(old: Database, new: Database, tmp_path: Path) -> None:
    file = export(old, "belowline", tmp_path / "without.jsonl")
    assert "lamp.example" not in file.read_text()
    (ann,) = (line for line in lines(file) if line["type"] == "person")
    assert (ann["name"], ann["role"], [one["kind"] for one in ann["restrictions"]]) == (
        "Ann",
        "moderator",
        ["ban", "suspend"],
    )
    receipt = bring(new, "belowline", file)
    assert imposed(new) == []
    assert any("was a moderator there" in note.what for note in receipt.notes)
    assert sum("no address" in note.why for note in receipt.notes) == 2
    with new.transaction() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(person)).scalar_one() == 0


def test_with_addresses_comments_can_be_claimed_and_sanctions_last(
    old: Database, new: Database, tmp_path: Path
) -> None:
    file = export(old, "belowline", tmp_path / "with.jsonl", with_addresses=True)
    receipt = bring(new, "belowline", file)
    assert (receipt.bans, receipt.restrictions, receipt.run) == (1, 1, 1)
    until = NOW + dt.timedelta(days=9)
    assert imposed(new) == [("ban", "For shouting.", None, None), ("suspend", "For shouting.", until, None)]
    with new.transaction() as conn:
        mark = email_hash("ann@lamp.example", sites.signing_secret(conn))
        assert mark
        assert people.unclaimed(conn, [mark], []) == 1
    assert bring(new, "belowline", file).run is None
    assert bring(old, "belowline", file).run is None
    assert len(imposed(new)) == 2
    undo.in_steps(new, 1, NOW)
    assert (imposed(new), whole(new)) == ([], [])


def test_votes_that_came_as_numbers_are_not_counted_again_by_name(old: Database, new: Database, tmp_path: Path) -> None:
    file = export(old, "belowline", tmp_path / "now.jsonl")
    header, *rest = lines(file)
    before = [{**header, "version": 1}, *(line for line in rest if line["type"] in ("story", "comment"))]
    first = tmp_path / "first.jsonl"
    first.write_text("".join(json.dumps(line) + "\n" for line in before))
    bring(new, "belowline", first)
    assert numbers(new) == (3, 3)
    receipt = bring(new, "belowline", file)
    assert (receipt.votes.found, receipt.votes.already_there, receipt.run) == (2, 2, None)
    assert numbers(new) == (3, 3)
    other = new_database(tmp_path / "other")
    assert bring(other, "belowline", file).votes.stored == 2
    assert numbers(other) == (3, 1)
    other.close()


def test_what_moved_on_and_comes_home_counts_no_vote_twice(old: Database, new: Database, tmp_path: Path) -> None:
    bring(new, "belowline", export(old, "belowline", tmp_path / "there.jsonl"))
    before = whole(old)
    receipt = bring(old, "belowline", export(new, "belowline", tmp_path / "back.jsonl"))
    assert (receipt.votes.found, receipt.votes.already_there, receipt.run) == (2, 2, None)
    assert (whole(old), numbers(old)) == (before, (3, 0))


def test_only_belowlines_own_lines_take_addresses(old: Database, tmp_path: Path) -> None:
    with old.transaction() as conn:
        slug = conn.execute(sa.select(story.c.slug)).scalar_one()
    asked = ["export", "--data", str(tmp_path / "old"), "--story", slug, "--with-addresses", "--out"]
    done = CliRunner().invoke(main, [*asked, str(tmp_path / "x.jsonl")])
    assert done.exit_code == 0, done.output
    assert "ann@lamp.example" in (tmp_path / "x.jsonl").read_text()
    refused = CliRunner().invoke(main, [*asked, str(tmp_path / "x.xml"), "--format", "wxr"])
    assert refused.exit_code == 1
    assert not (tmp_path / "x.xml").exists()
