"""Whatever readers and moderators do, in any order: counts are right, and every shown comment is reached once."""

import datetime as dt

import msgspec
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from belowline.actions import sites as site_act
from belowline.actions.stories import NewStory, add
from belowline.model.comment import Comment, State
from belowline.snapshots import discussion
from belowline.snapshots.views import CommentView
from belowline.store import comments, links, sites, stories
from belowline.store.check import wrong_counts
from belowline.store.db import Database
from belowline.store.tables import comment as table
from belowline.store.tables import metadata

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
states = st.sampled_from(list(State))


class Discussion(RuleBasedStateMachine):
    """Each step is one transaction that is rolled back at the end of the example."""

    db: Database
    known = Bundle("known")

    @initialize()
    def begin(self) -> None:
        self.conn = self.db._writer.connect()
        self.transaction = self.conn.begin()
        self.story = add(self.conn, NewStory(title="Tree"), NOW)
        self.count = 0

    def teardown(self) -> None:
        self.transaction.rollback()
        self.conn.close()

    def _add(self, state: State, parent: Comment | None) -> int:
        self.count += 1
        values = {
            "story_id": self.story.id, "author_name": "A", "text": "t", "html": "<p>t</p>", "state": state,
            "orphan": False, "created_at": NOW + dt.timedelta(seconds=self.count), "date_lost": False,
        }  # fmt: skip
        return comments.add(self.conn, values, parent).id

    @rule(target=known, state=states)
    def write(self, state: State) -> int:
        return self._add(state, None)

    @rule(target=known, parent=known, state=states)
    def reply(self, parent: int, state: State) -> int:
        return self._add(state, comments.must(self.conn, parent))

    @rule(one=known, state=states)
    def decide(self, one: int, state: State) -> None:
        comment = comments.must(self.conn, one)
        if comment.state != state:
            comments.set_state(self.conn, comment, state)

    @rule(one=known, parent=st.one_of(st.none(), known))
    def move(self, one: int, parent: int | None) -> None:
        under = None if parent is None else comments.must(self.conn, parent)
        if under is None or (under.state == State.PUBLISHED and not links.answers(self.conn, under.id, one)):
            links.move(self.conn, comments.must(self.conn, one), under)

    @invariant()
    def every_comment_knows_its_place(self) -> None:
        kept = {row.id: row for row in self.conn.execute(sa.select(table))}
        for row in kept.values():
            above = kept[row.parent_id] if row.parent_id else None
            assert row.depth == (above.depth + 1 if above else 0)
            assert row.root_id == ((above.root_id or above.id) if above else None)

    @invariant()
    def counts_are_right(self) -> None:
        assert wrong_counts(self.conn) == []

    @invariant()
    def every_shown_comment_is_reached_once(self) -> None:
        shown = set(self.conn.execute(sa.select(table.c.id).where(table.c.shown)).scalars())
        site = sites.first(self.conn)
        story = stories.get(self.conn, self.story.id)
        assert site
        assert story
        view = discussion.story_view(self.conn, "", site, story, NOW)
        for order in discussion.ORDERS:
            page = discussion.page_view(self.conn, view, order, None, "?after=")
            found = self._reach(page.threads)
            assert sorted(found) == sorted(shown)

    def _reach(self, threads: list[CommentView]) -> list[int]:
        found = []
        for one in threads:
            found.append(one.id)
            below = self._reach(one.replies)
            assert one.more == comments.must(self.conn, one.id).descendant_count - len(below) - self._folded(one)
            found += below
            if one.more:
                found += self._behind_the_fold(one)
        return found

    def _folded(self, one: CommentView) -> int:
        return sum(reply.more + self._folded(reply) for reply in one.replies)

    def _behind_the_fold(self, one: CommentView) -> list[int]:
        """What the permalink page adds to what the page showed of this comment."""
        site, comment = sites.first(self.conn), comments.must(self.conn, one.id)
        story = stories.get(self.conn, self.story.id)
        assert site
        assert story
        view = discussion.story_view(self.conn, "", site, story, NOW)
        page = discussion.permalink_view(self.conn, view, comment, 0, "?after=")
        seen = {reply.id for reply in one.replies}
        return [found for reply in page.threads if reply.id not in seen for found in self._reach([reply])]


def test_any_history_keeps_the_tree_whole(db: Database) -> None:
    Discussion.db = db
    run_state_machine_as_test(
        Discussion,
        settings=settings(max_examples=40, stateful_step_count=30, suppress_health_check=list(HealthCheck)),
    )


def test_a_chain_deeper_than_is_counted(db: Database) -> None:
    with db.transaction() as conn:
        story = add(conn, NewStory(title="Deep"), NOW)
        parent = None
        for n in range(200):
            values = {
                "story_id": story.id, "author_name": "A", "text": str(n), "html": "<p>t</p>", "state": State.PUBLISHED,
                "orphan": False, "created_at": NOW + dt.timedelta(seconds=n), "date_lost": False,
            }  # fmt: skip
            parent = comments.add(conn, values, parent)
        assert wrong_counts(conn) == []
        (top,) = comments.threads(conn, story.id, "newest", None, 10)
        assert top.descendant_count == 64
        views = discussion.grow(conn, [top], None)
        deepest = views[0]
        while deepest.replies:
            (deepest,) = deepest.replies
        assert deepest.more >= 1


def test_the_metadata_is_what_the_migrations_make(db: Database) -> None:
    inspector = sa.inspect(db._reader)
    made = {name: {column["name"] for column in inspector.get_columns(name)} for name in inspector.get_table_names()}
    made.pop("alembic_version")
    assert made == {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}
    indexes = {index["name"] for name in made for index in inspector.get_indexes(name)}
    assert {index.name for table in metadata.sorted_tables for index in table.indexes} <= indexes


def test_reading_a_page_uses_indexes(db: Database) -> None:
    """No request touches what it need not: no table is scanned and nothing is sorted."""
    queries = {
        "newest": "SELECT id FROM comment WHERE story_id = 1 AND parent_id IS NULL AND shown = 1 "
        "AND (created_at, id) < (5, 5) ORDER BY created_at DESC, id DESC LIMIT 51",
        "discussed": "SELECT id FROM comment WHERE story_id = 1 AND parent_id IS NULL AND shown = 1 "
        "ORDER BY descendant_count DESC, id DESC LIMIT 51",
        "children": "SELECT id FROM comment WHERE parent_id = 1 AND child_pos > 3 ORDER BY child_pos LIMIT 51",
        "latest": "SELECT id FROM comment WHERE story_id = 1 AND state = 'published' ORDER BY created_at DESC LIMIT 50",
    }
    with db.transaction() as conn:
        for name, query in queries.items():
            plan = [row[3] for row in conn.exec_driver_sql("EXPLAIN QUERY PLAN " + query)]
            assert all("USING" in step and "SCAN" not in step and "TEMP B-TREE" not in step for step in plan), (
                name,
                plan,
            )


def test_policy_survives_its_way_through_the_database(db: Database) -> None:
    with db.transaction() as conn:
        site = site_act.set_policy(conn, "main", {"close_after_days": "3", "hold_all": "true"}, NOW)
        assert msgspec.structs.asdict(site.policy)["close_after_days"] == 3
        assert sites.get(conn, site.id) == site


def test_a_branch_deeper_than_is_counted_is_moved(db: Database) -> None:
    with db.transaction() as conn:
        story = add(conn, NewStory(title="Deep"), NOW)
        tops = [_plain(conn, story.id, None), _plain(conn, story.id, None)]
        chain = [tops[0]]
        for _ in range(90):
            chain.append(_plain(conn, story.id, chain[-1]))
        links.move(conn, comments.must(conn, chain[30].id), comments.must(conn, tops[1].id))
        assert wrong_counts(conn) == []
        assert comments.must(conn, chain[-1].id).root_id == tops[1].id
        links.move(conn, comments.must(conn, chain[30].id), comments.must(conn, chain[29].id))
        links.move(conn, comments.must(conn, tops[1].id), comments.must(conn, chain[-1].id))
        assert wrong_counts(conn) == []
        assert comments.must(conn, tops[1].id).depth == 91
        links.move(conn, comments.must(conn, chain[1].id), None)
        assert wrong_counts(conn) == []
        assert stories.get(conn, story.id).thread_count == 2  # type: ignore[union-attr]


def _plain(conn: sa.Connection, story_id: int, parent: Comment | None) -> Comment:
    values = {
        "story_id": story_id, "author_name": "A", "text": "t", "html": "<p>t</p>", "state": State.PUBLISHED,
        "orphan": False, "created_at": NOW, "date_lost": False,
    }  # fmt: skip
    return comments.add(conn, values, parent)
