"""Votes, bans, roles, edits and addresses of other systems: counted exactly, once, and taken back whole."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_export import bring, export
from test_run import DAY, NOW, PLAIN_STORY, dump, new_database, rows, said, take

from belowline.actions import people as people_act
from belowline.actions import stories as story_act
from belowline.actions import votes as vote_act
from belowline.actions.people import Caller
from belowline.model.person import Proof, Role
from belowline.model.story import Closing
from belowline.store import log, people, sanctions, sites, verdicts
from belowline.store.check import wrong_counts
from belowline.store.db import Database
from belowline.store.tables import comment, story
from belowline.store.tables_moderation import sanction
from belowline.store.tables_taking_part import vote
from belowline.transfer import coral, run, undo
from belowline.transfer.records import Earlier, PersonRecord, VoteRecord
from belowline.transfer.rows import email_hash


@pytest.fixture
def db(tmp_path: Path) -> Any:
    database = new_database(tmp_path)
    yield database
    with database.transaction() as conn:
        assert wrong_counts(conn) == []
    database.close()


def voted(key: str, person: str, value: Any = 1) -> VoteRecord:
    return VoteRecord(comment_source_id=key, story_source_id="s", person_source_id=person, value=value)


def respect(db: Database) -> dict[str, tuple[int, int]]:
    return {key: (row.respect_count, row.down_count) for key, row in rows(db).items()}


def votes_kept(db: Database) -> list[Any]:
    with db.transaction() as conn:
        return list(conn.execute(sa.select(vote).order_by(vote.c.reader, vote.c.comment_id)))


# --- votes -------------------------------------------------------------------------------------------


def test_votes_of_readers_count_once(db: Database) -> None:
    file = [PLAIN_STORY, voted("a", "p"), said("a"), said("b", "a", 1), voted("a", "q"), voted("b", "p", -1)]
    receipt = take(db, *file, voted("a", "p"), voted("gone", "p"))
    assert (receipt.votes.found, receipt.votes.stored, receipt.votes.left_out) == (5, 3, 2)
    assert respect(db) == {"a": (2, 0), "b": (0, 1)}
    before = dump(db), votes_kept(db)
    again = take(db, *file)
    assert (again.votes.stored, again.votes.already_there, again.run) == (0, 3, None)
    assert (dump(db), votes_kept(db)) == before


def test_a_later_export_adds_its_new_votes_and_undo_takes_them_back(db: Database) -> None:
    take(db, PLAIN_STORY, said("a"), voted("a", "p"))
    before = dump(db), votes_kept(db)
    later = take(db, PLAIN_STORY, said("a"), voted("a", "p"), voted("a", "q"), voted("a", "r", -1))
    assert (later.votes.stored, later.votes.already_there) == (2, 1)
    assert respect(db) == {"a": (2, 1)}
    undo.in_steps(db, later.run or 0, NOW)
    assert (dump(db), votes_kept(db)) == before


def test_numbers_without_voters_stay_and_readers_vote_on_top(db: Database) -> None:
    receipt = take(db, PLAIN_STORY, said("a", likes=40, dislikes=3), said("b", None, 1, likes=2**40))
    assert respect(db)["a"] == (40, 3)
    assert respect(db)["b"][0] == 2**31 - 1
    assert any("came as numbers" in note.what for note in receipt.notes)
    with db.transaction() as conn:
        slug = conn.execute(sa.select(story.c.slug)).scalar_one()
        story_act.set_discussion(conn, slug, story_act.Discussion(closing=Closing.OPEN), NOW)
        id_ = conn.execute(sa.select(comment.c.id).where(comment.c.source_id == "a")).scalar_one()
        for mark in ("x", "y"):
            vote_act.cast(conn, id_, vote_act.NewVote("respect"), Caller(guest=mark), NOW)
        vote_act.cast(conn, id_, vote_act.NewVote("none"), Caller(guest="x"), NOW)
        assert wrong_counts(conn) == []
    assert respect(db)["a"] == (41, 3)
    assert take(db, PLAIN_STORY, said("a", likes=50, dislikes=3)).comments.already_there == 1
    assert respect(db)["a"] == (41, 3)


def test_a_dry_run_counts_votes_and_bans_and_writes_none(db: Database) -> None:
    banned = PersonRecord(source_id="p", name="Mo", email="mo@lamp.example", banned=True)
    dry = take(db, PLAIN_STORY, banned, said("a"), voted("a", "p"), dry_run=True)
    assert (dry.votes.stored, dry.bans, votes_kept(db)) == (1, 1, [])
    with db.transaction() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(sanction)).scalar_one() == 0


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cast=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4), st.sampled_from([1, -1])), max_size=25),
    cut=st.integers(0, 25),
    likes=st.lists(st.integers(0, 9), min_size=6, max_size=6),
)
def test_any_votes_in_any_two_parts_are_counted_exactly(
    tmp_path_factory: Any, cast: list[tuple[int, int, Any]], cut: int, likes: list[int]
) -> None:
    db = new_database(tmp_path_factory.mktemp("votes"))
    file = [PLAIN_STORY, *(said(str(n), str(n - 1) if n % 2 else None, n, likes=likes[n]) for n in range(6))]
    given = [voted(str(on), f"p{who}", value) for on, who, value in cast]
    for part in (given[:cut], given):
        receipt = take(db, *file, *part)
        assert receipt.votes.found == sum((receipt.votes.stored, receipt.votes.already_there, receipt.votes.left_out))
        with db.transaction() as conn:
            assert wrong_counts(conn) == []
    assert len(votes_kept(db)) == len({(on, who) for on, who, _ in cast})
    db.close()


def test_an_interrupted_import_tells_its_votes_as_a_whole(db: Database) -> None:
    file = [
        PLAIN_STORY,
        *(said(str(n), None, n) for n in range(9000)),
        *(voted(str(n), "p") for n in range(0, 9000, 9)),
    ]

    def stop(done: int, _total: int) -> None:
        if done > 5000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.take_in(db, file, run.Order(source="test", now=NOW, print="these"), stop)
    whole = take(db, *file, print="these")
    assert (whole.votes.stored, whole.votes.already_there, len(votes_kept(db))) == (1000, 0, 1000)


# --- people ------------------------------------------------------------------------------------------


def person(key: str, **more: Any) -> PersonRecord:
    return PersonRecord(source_id=key, name=f"Name {key}", email=f"{key}@lamp.example", **more)


def test_who_was_banned_is_banned_here_by_address(db: Database) -> None:
    with db.transaction() as conn:
        site = sites.first(conn)
        assert site
        mark = email_hash("worker@lamp.example", sites.signing_secret(conn)) or ""
        proof = Proof("email", "", mark, "Nia Vale", site_id=site.id, role=Role.STAFF)
        works_here = people_act.enter(conn, proof, NOW)
        people.set_role(conn, works_here.id, site.id, Role.STAFF)
    file = [
        PLAIN_STORY, said("a", person_source_id="p"), person("p", banned=True), person("worker", banned=True),
        PersonRecord(source_id="q", name="No Address", banned=True),
    ]  # fmt: skip
    receipt = take(db, *file)
    assert receipt.bans == 1
    whys = {note.what: note.why for note in receipt.notes}
    assert "cannot write" in whys["Name p was banned there."]
    assert "no address" in whys["No Address was banned there."]
    assert "work here" in whys["Name worker was banned there."]
    with db.transaction() as conn:
        mark = email_hash("p@lamp.example", sites.signing_secret(conn)) or ""
        (made,) = sanctions.of(conn, site.id, None, None, mark)
        assert (made.kind, made.site_id, made.made_by, made.until) == ("ban", site.id, None, None)
        assert any(entry.what == "sanction" for entry in conn.execute(sa.select(log.log)))
    assert take(db, *file).bans == 0
    undo.in_steps(db, receipt.run or 0, NOW)
    with db.transaction() as conn:
        (made,) = sanctions.of(conn, site.id, None, None, mark)
        assert not made.lasts(NOW + dt.timedelta(days=1))


def test_roles_are_told_and_give_no_power(db: Database) -> None:
    receipt = take(db, PLAIN_STORY, said("a"), person("p", role="moderator"), person("q", role="admin"), person("r"))
    told = [note.what for note in receipt.notes if "was a" in note.what]
    assert told == ["Name p was a moderator there.", "Name q was an admin there."]
    with db.transaction() as conn:
        assert people.staff_names(conn, 1) == ()


def test_addresses_that_stand_with_people_make_comments_claimable(db: Database) -> None:
    nobody = said("b", None, 1, person_source_id="q")
    own = said("c", None, 2, author_email="other@lamp.example", person_source_id="p")
    take(db, PLAIN_STORY, said("a", person_source_id="p"), nobody, own, person("p"), PersonRecord(source_id="q"))
    kept = rows(db)
    with db.transaction() as conn:
        key = sites.signing_secret(conn)
        assert people.unclaimed(conn, [email_hash("p@lamp.example", key) or ""], []) == 1
    assert kept["a"].email_hash == email_hash("p@lamp.example", key)
    assert kept["b"].email_hash is None
    assert kept["c"].email_hash == email_hash("other@lamp.example", key)


# --- edits -------------------------------------------------------------------------------------------


def test_earlier_versions_come_along_and_move_on(db: Database, tmp_path: Path) -> None:
    before = (Earlier("First\x00 words.", DAY), Earlier("Second words.", DAY + dt.timedelta(minutes=1)))
    take(db, PLAIN_STORY, said("a", earlier=before, likes=7), said("b", None, 1))
    other = new_database(tmp_path / "other")
    bring(other, "belowline", export(db, "belowline", tmp_path / "site.jsonl"))
    for each in (db, other):
        id_ = rows(each)["a"].id
        with each.transaction() as conn:
            assert verdicts.revisions(conn, id_) == [("First words.", DAY), ("Second words.", before[1].at)]
        assert respect(each)["a"] == (7, 0)
    other.close()


def test_coral_keeps_its_revisions() -> None:
    made = [{"body": "one", "createdAt": "2020-05-04T09:00:00Z"}, {"body": "lost"}, {"body": "now"}]
    assert coral._earlier(made) == (Earlier("one", DAY),)
    assert coral._earlier([]) == ()
