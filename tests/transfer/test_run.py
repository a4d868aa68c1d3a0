"""Imports into a real database: what is stored, counted, known again, taken back, and what an interruption leaves."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from belowline import clock
from belowline.actions import comments as comment_act
from belowline.actions import sites as site_act
from belowline.actions import stories as story_act
from belowline.errors import Conflict, Invalid, NotFound
from belowline.model.comment import State
from belowline.model.story import Closing
from belowline.store import comments, imports, migrate
from belowline.store.check import wrong_counts
from belowline.store.db import Database
from belowline.store.tables import comment, import_run, pingback, story
from belowline.transfer import run, turns, undo
from belowline.transfer.receipt import MAX_NOTES, Receipt, for_people
from belowline.transfer.records import CommentRecord, Note, PersonRecord, Record, StoryRecord, VoteRecord

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
DAY = dt.datetime(2020, 5, 4, 9, tzinfo=dt.UTC)

PLAIN_STORY = StoryRecord(source_id="s", url="https://lamp.example/pier/", title="The pier reopens", published_at=DAY)


def new_database(folder: Path) -> Database:
    migrate.upgrade(folder / "belowline.sqlite3", NOW)
    database = Database(folder / "belowline.sqlite3")
    with database.transaction() as conn:
        site_act.add(conn, "main", "The Evening Lamp")
    return database


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = new_database(tmp_path)
    yield database
    with database.transaction() as conn:
        assert wrong_counts(conn) == []
    database.close()


def said(key: str, parent: str | None = None, minute: int | None = 0, **more: Any) -> CommentRecord:
    at = None if minute is None else DAY + dt.timedelta(minutes=minute)
    fields = {"story_source_id": "s", "author_name": "Mo Fen", "text": f"Words of {key}.", "created_at": at, **more}
    return CommentRecord(source_id=key, parent_source_id=parent, **fields)


def take(db: Database, *records: Record, **order: Any) -> Receipt:
    receipt = run.take_in(db, records, run.Order(**{"source": "test", "now": NOW, **order}))
    assert receipt.comments.adds_up(), receipt.comments
    return receipt


def rows(db: Database, table: sa.Table = comment) -> dict[str, Any]:
    with db.transaction() as conn:
        return {row.source_id: row for row in conn.execute(sa.select(table).order_by(table.c.id))}


def dump(db: Database) -> list[Any]:
    with db.transaction() as conn:
        tables = (story, comment, pingback)
        return [conn.execute(sa.select(table).order_by(table.c.id)).all() for table in tables]


# --- what is stored ---------------------------------------------------------------------------------


def test_a_story_with_its_discussion(db: Database) -> None:
    receipt = take(
        db, PLAIN_STORY, said("a"), said("b", "a", 1), said("c", "b", 2), said("d", "a", 3), said("e", None, 4)
    )
    assert (receipt.stories, receipt.new_stories) == (1, 1)
    assert (receipt.comments.found, receipt.comments.stored, receipt.comments.published) == (5, 5, 5)
    kept = rows(db)
    assert [kept[key].depth for key in "abcde"] == [0, 1, 2, 1, 0]
    assert {kept[key].root_id for key in "bcd"} == {kept["a"].id}
    assert (kept["a"].reply_count, kept["a"].descendant_count, kept["a"].child_seq) == (2, 3, 2)
    assert [kept[key].child_pos for key in "abcd"] == [0, 1, 1, 2]
    made = rows(db, story)["s"]
    assert (made.slug, made.key, made.comment_count, made.thread_count) == ("the-pier-reopens", PLAIN_STORY.url, 5, 2)


def test_importing_again_changes_nothing(db: Database) -> None:
    file = [PLAIN_STORY, said("a"), said("b", "a", 1), said("p", kind="pingback"), said("t", state="trash")]
    take(db, *file)
    before = dump(db)
    again = take(db, *file)
    assert (again.comments.stored, again.comments.already_there, again.comments.left_out) == (0, 3, 1)
    assert (again.stories, again.new_stories, again.run) == (1, 0, None)
    assert dump(db) == before


def test_a_later_export_adds_only_what_is_new_under_what_is_there(db: Database) -> None:
    take(db, PLAIN_STORY, said("a"), said("b", "a", 1))
    later = take(db, PLAIN_STORY, said("a"), said("b", "a", 1), said("c", "b", 2), said("d", "a", 3))
    assert (later.comments.stored, later.comments.already_there) == (2, 2)
    part = take(db, PLAIN_STORY, said("e", "c", 4))
    assert (part.comments.stored, part.comments.orphans) == (1, 0)
    kept = rows(db)
    assert kept["e"].parent_id == kept["c"].id
    assert kept["a"].descendant_count == 4
    assert [kept[key].child_pos for key in "bd"] == [1, 2]


def test_every_state_is_kept_and_tombstones_stand_over_replies(db: Database) -> None:
    receipt = take(
        db,
        PLAIN_STORY,
        said("gone", state="deleted"),
        said("reply", "gone", 1),
        said("bare", state="deleted", minute=2),
        said("held", state="held", minute=3),
        said("spam", "reply", 4, state="spam"),
        said("trash", state="trash", minute=5),
    )
    c = receipt.comments
    assert (c.found, c.stored, c.published, c.held, c.spam, c.deleted, c.left_out) == (6, 5, 1, 1, 1, 2, 1)
    kept = rows(db)
    assert {key: kept[key].shown for key in kept} == {
        "gone": True, "reply": True, "bare": False, "held": False, "spam": False,
    }  # fmt: skip
    assert rows(db, story)["s"].comment_count == 1
    assert any(note.left_out == "comment" and "trash" in note.what for note in receipt.notes)


def test_pingbacks_are_kept_beside_the_discussion(db: Database) -> None:
    receipt = take(db, PLAIN_STORY, said("a"), said("p", minute=1, kind="pingback", author_url="https://fen.example/x"))
    assert (receipt.comments.stored, receipt.comments.pingbacks, receipt.comments.published) == (2, 1, 1)
    assert list(rows(db)) == ["a"]
    assert rows(db, pingback)["p"].url == "https://fen.example/x"


def test_parents_may_come_later_in_file_and_time(db: Database) -> None:
    take(db, said("c", "b", 0), said("b", "a", 1), said("a", None, 2), PLAIN_STORY)
    kept = rows(db)
    assert (kept["c"].parent_id, kept["b"].parent_id) == (kept["b"].id, kept["a"].id)
    assert [kept[key].depth for key in "abc"] == [0, 1, 2]


def test_replies_to_what_is_missing_stand_at_the_top_and_say_so(db: Database) -> None:
    receipt = take(db, PLAIN_STORY, said("a", "lost"), said("b", "a", 1), said("p", kind="pingback"), said("q", "p", 2))
    assert receipt.comments.orphans == 2
    kept = rows(db)
    assert (kept["a"].orphan, kept["a"].parent_id, kept["b"].orphan) == (True, None, False)
    assert kept["q"].orphan
    assert sum("not here" in note.why for note in receipt.notes) == 2


@pytest.mark.parametrize("length", [1, 2, 7])
def test_rings_of_replies_are_opened(db: Database, length: int) -> None:
    ring = [said(str(n), str((n + 1) % length), n) for n in range(length)]
    receipt = take(db, PLAIN_STORY, *ring, said("hanger", "0", 90))
    assert (receipt.comments.stored, receipt.comments.orphans) == (length + 1, 1)
    assert sum(row.parent_id is None for row in rows(db).values()) == 1
    assert any("itself" in note.why for note in receipt.notes)


def test_lost_dates_keep_the_order_of_the_file(db: Database) -> None:
    take(db, PLAIN_STORY, said("a", minute=None), said("b", minute=5), said("c", minute=None), said("d", minute=7))
    kept = sorted(rows(db).values(), key=lambda row: row.created_at)
    assert [row.source_id for row in kept] == ["a", "b", "c", "d"]
    assert [row.date_lost for row in kept] == [True, False, True, False]
    assert kept[0].created_at == DAY


def test_a_story_without_a_date_stands_under_its_first_comment(db: Database) -> None:
    take(db, StoryRecord(source_id="s"), said("b", minute=5), said("a", minute=2))
    made = rows(db, story)["s"]
    assert made.published_at == DAY + dt.timedelta(minutes=2)
    assert made.title == "Story s"


def test_text_is_made_safe_and_the_original_kept(db: Database) -> None:
    take(
        db,
        PLAIN_STORY,
        said("html", text="<p>One</p><script>alert(1)</script><b onclick=x>two</b>", format="html"),
        said("md", text="*One* <i>raw</i>", format="markdown", minute=1),
        said("text", text="One *star*\nline\n\nTwo <b>", format="text", minute=2),
        said("odd", text="\x00nul \ud800 broken\r\nline", format="text", minute=3, author_name=" Ada\n Quill\x07 "),
    )
    kept = rows(db)
    assert "script" not in kept["html"].html
    assert "<strong>two</strong>" in kept["html"].html
    assert "<script>" in kept["html"].text
    assert "<em>One</em>" in kept["md"].html
    assert kept["text"].html == '<p dir="auto">One *star*<br>\nline</p>\n<p dir="auto">Two &lt;b&gt;</p>'
    assert [kept[key].format for key in ("html", "md", "text")] == ["html", "markdown", "text"]
    assert kept["odd"].text == "nul ? broken\nline"
    assert kept["odd"].author_name == "Ada Quill"


def test_lost_names_stay_lost_and_addresses_are_kept_as_hashes(db: Database) -> None:
    take(db, PLAIN_STORY, said("a", author_name=None, author_email="Ada@Lamp.example"), said("b", author_email=""))
    kept = rows(db)
    assert kept["a"].author_name is None
    assert kept["a"].email_hash
    assert "lamp" not in kept["a"].email_hash
    assert kept["b"].email_hash is None


def test_closed_discussions_stay_closed(db: Database) -> None:
    take(db, StoryRecord(source_id="s", title="Shut", closed=True, published_at=DAY), said("a"))
    assert rows(db, story)["s"].closing == "closed"


# --- which story --------------------------------------------------------------------------------------


def test_pages_of_one_address_are_one_story(db: Database) -> None:
    pages = [
        StoryRecord(source_id="1", url="http://www.lamp.example/pier?utm_source=x", title="Pier"),
        StoryRecord(source_id="2", url="https://lamp.example/pier/", title="Pier again"),
    ]
    both = [said("7", story_source_id="1"), said("7", story_source_id="2", minute=1)]
    receipt = take(db, *pages, *both)
    assert (receipt.stories, receipt.comments.stored) == (1, 2)
    assert set(rows(db)) == {"7", "2/7"}
    assert take(db, *reversed(pages), *both).comments.already_there == 2


def test_a_story_that_was_there_gets_the_comments(db: Database) -> None:
    with db.transaction() as conn:
        there = story_act.add(conn, story_act.NewStory(title="Own", url="https://lamp.example/pier"), NOW)
    receipt = take(db, PLAIN_STORY, said("a"))
    assert (receipt.stories, receipt.new_stories) == (1, 0)
    assert rows(db)["s/a"].story_id == there.id
    assert take(db, PLAIN_STORY, said("a")).comments.already_there == 1


def test_mapped_addresses_find_their_story_and_unknown_ones_get_suggestions(db: Database) -> None:
    with db.transaction() as conn:
        story_act.add(conn, story_act.NewStory(title="Pier", url="https://new.example/2020/pier"), NOW)
    unmapped = take(db, PLAIN_STORY, said("a"), dry_run=True)
    assert unmapped.unknown_urls[0].url == PLAIN_STORY.url
    assert unmapped.unknown_urls[0].suggestions == ["https://new.example/2020/pier"]
    assert "https://new.example/2020/pier" in for_people(unmapped)
    mapped = take(db, PLAIN_STORY, said("a"), maps={"https://lamp.example/": "https://new.example/2020/"})
    assert (mapped.new_stories, mapped.unknown_urls) == (0, [])


def test_comments_of_unknown_stories_are_left_out_and_named(db: Database) -> None:
    receipt = take(db, PLAIN_STORY, said("a"), said("b", story_source_id="elsewhere", where="line 9"))
    assert (receipt.comments.found, receipt.comments.stored, receipt.comments.left_out) == (2, 1, 1)
    assert any("elsewhere" in note.what for note in receipt.notes)


def test_same_titles_get_slugs_of_their_own(db: Database) -> None:
    stories = [StoryRecord(source_id=str(n), title="Weather", published_at=DAY) for n in range(12)]
    assert take(db, *stories).new_stories == 12
    made = rows(db, story)
    assert len({row.slug for row in made.values()}) == 12
    assert len({row.key for row in made.values()}) == 12


def test_repeated_ids_are_told(db: Database) -> None:
    receipt = take(db, PLAIN_STORY, PLAIN_STORY, said("a"), said("a", text="Another."))
    assert (receipt.comments.stored, receipt.comments.left_out) == (1, 1)
    assert rows(db)["a"].text == "Words of a."


# --- the receipt ---------------------------------------------------------------------------------------


def test_everything_of_the_file_is_accounted_for(db: Database) -> None:
    receipt = take(
        db,
        PLAIN_STORY,
        PersonRecord(source_id="p", name="Mo"),
        VoteRecord(comment_source_id="a", story_source_id="s", person_source_id="p", value=1),
        said("a", likes=3, author_url="https://mo.example"),
        Note(what="Comment 9", why="It is cut off.", where="line 80", left_out="comment"),
    )
    assert (receipt.people, receipt.votes.found, receipt.votes.stored) == (1, 1, 1)
    assert (receipt.comments.found, receipt.comments.left_out) == (2, 1)
    whys = " ".join(f"{note.what} {note.why}" for note in receipt.notes)
    assert "3 votes came as numbers" in whys
    assert "web address" in whys
    assert "1 registered writer" in whys
    read = json.loads(receipt.json())
    assert read["comments"]["stored"] == 1
    assert read["notes"][0] == {"what": "Comment 9", "why": "It is cut off.", "where": "line 80", "left_out": "comment"}
    assert "Left out: Comment 9 It is cut off. (line 80)" in for_people(receipt)


def test_a_million_notes_do_not_fill_the_memory(db: Database) -> None:
    receipt = take(db, PLAIN_STORY, *(Note(what=f"n{n}", why="w") for n in range(MAX_NOTES + 5)))
    assert (len(receipt.notes), receipt.more_notes) == (MAX_NOTES, 5)


def test_a_dry_run_says_the_same_and_writes_nothing(db: Database) -> None:
    file = [PLAIN_STORY, said("a", "lost"), said("b", "a", 1), said("t", state="trash"), said("e", text="")]
    before = dump(db)
    dry = take(db, *file, dry_run=True)
    assert dump(db) == before
    wet = take(db, *file)
    assert dry.comments == wet.comments
    assert dry.notes == wet.notes
    assert (dry.run, wet.run) == (None, 1)


# --- what goes wrong ---------------------------------------------------------------------------------


def broken() -> Iterator[Record]:
    yield PLAIN_STORY
    yield said("a")
    raise Invalid("The file breaks at line 12.")


def test_a_broken_file_changes_nothing_unless_its_good_part_is_wanted(db: Database) -> None:
    before = dump(db)
    with pytest.raises(Invalid, match="line 12"):
        run.take_in(db, broken(), run.Order(source="test", now=NOW))
    assert dump(db) == before
    receipt = run.take_in(db, broken(), run.Order(source="test", now=NOW, partial=True))
    assert receipt.comments.stored == 1
    assert any("line 12" in note.why for note in receipt.notes)


def test_a_strict_import_takes_everything_or_nothing(db: Database) -> None:
    before = dump(db)
    with pytest.raises(Invalid, match="trash"):
        take(db, PLAIN_STORY, said("a"), said("t", state="trash"), strict=True)
    assert dump(db) == before
    assert take(db, PLAIN_STORY, said("a"), strict=True).comments.stored == 1


def test_an_unknown_site_is_named(db: Database) -> None:
    with pytest.raises(NotFound, match="main"):
        take(db, PLAIN_STORY, site_key="other")


# --- sizes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backwards", [False, True])
def test_a_chain_of_ten_thousand_replies(db: Database, backwards: bool) -> None:
    chain = [said(str(n), str(n - 1) if n else None, n) for n in range(10_000)]
    receipt = take(db, PLAIN_STORY, *(reversed(chain) if backwards else chain))
    assert (receipt.comments.stored, receipt.comments.orphans) == (10_000, 0)
    kept = rows(db)
    assert (kept["9999"].depth, kept["9999"].root_id) == (9999, kept["0"].id)
    assert kept["0"].descendant_count == 64


def test_many_replies_to_one_comment_over_many_transactions(db: Database) -> None:
    file = [PLAIN_STORY, said("0"), *(said(str(n), "0", n) for n in range(1, 3 * turns.CHUNK))]
    take(db, *file)
    kept = rows(db)
    assert kept["0"].reply_count == 3 * turns.CHUNK - 1
    assert sorted(row.child_pos for row in kept.values()) == list(range(3 * turns.CHUNK))


STATES = ("published", "published", "published", "held", "deleted", "spam")


@st.composite
def files(draw: Callable[..., Any]) -> list[CommentRecord]:
    size = draw(st.integers(1, 25))
    names = st.one_of(st.none(), st.integers(0, size + 2))
    made = []
    for n in range(size):
        parent = draw(names)
        minute = draw(st.one_of(st.none(), st.integers(0, 50)))
        made.append(said(str(n), None if parent is None else str(parent), minute, state=draw(st.sampled_from(STATES))))
    return made


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=files(), cut=st.integers(0, 25))
def test_any_file_in_any_two_parts_leaves_right_counts(
    tmp_path_factory: Any, file: list[CommentRecord], cut: int
) -> None:
    db = new_database(tmp_path_factory.mktemp("any"))
    first = take(db, PLAIN_STORY, *file[:cut])
    with db.transaction() as conn:
        assert wrong_counts(conn) == []
    second = take(db, PLAIN_STORY, *file)
    assert first.comments.stored + second.comments.stored == len(file)
    with db.transaction() as conn:
        assert wrong_counts(conn) == []
        kept = conn.execute(sa.select(comment)).all()
    depths = {row.id: row.depth for row in kept}
    assert all(row.depth == (0 if row.parent_id is None else depths[row.parent_id] + 1) for row in kept)
    db.close()


# --- taking it back ----------------------------------------------------------------------------------


def test_a_run_is_taken_back_whole(db: Database) -> None:
    take(db, PLAIN_STORY, said("a", state="deleted"))
    before = dump(db)
    second = take(db, PLAIN_STORY, said("b", "a", 1), said("c", "b", 2), said("p", kind="pingback"))
    other = StoryRecord(source_id="o", title="Other", published_at=DAY)
    third = take(db, other, said("x", story_source_id="o"))
    assert undo.in_steps(db, third.run or 0, NOW) == (1, 1)
    assert undo.in_steps(db, second.run or 0, NOW) == (0, 2)
    left = dump(db)
    assert [len(table) for table in left] == [len(table) for table in before]
    assert left[0] == before[0]
    assert rows(db)["a"].shown is False
    with pytest.raises(NotFound):
        undo.in_steps(db, third.run or 0, NOW)
    assert take(db, PLAIN_STORY, said("b", "a", 1)).comments.stored == 1


def test_a_run_that_readers_have_answered_stays(db: Database) -> None:
    receipt = take(db, PLAIN_STORY, said("a"))
    with db.transaction() as conn:
        slug = rows_slug(conn)
        story_act.set_discussion(conn, slug, story_act.Discussion(closing=Closing.OPEN), clock.now())
        new = comment_act.NewComment(name="Ivo Reed", text="I was there.", parent=imports.next_ids(conn)[0] - 1)
        comment_act.post(conn, slug, new, comment_act.Caller(), NOW)
    before = dump(db)
    with pytest.raises(Conflict, match="answered"):
        undo.in_steps(db, receipt.run or 0, NOW)
    assert dump(db) == before


def test_what_moderators_did_to_a_run_goes_with_it(db: Database) -> None:
    receipt = take(db, PLAIN_STORY, said("a"))
    with db.transaction() as conn:
        comment_act.decide(conn, imports.next_ids(conn)[0] - 1, State.HELD)
    undo.in_steps(db, receipt.run or 0, NOW)
    assert dump(db) == [[], [], []]


def rows_slug(conn: sa.Connection) -> str:
    return str(conn.execute(sa.select(story.c.slug)).scalar_one())


# --- interruption ------------------------------------------------------------------------------------


def write_long_file(file: Path, size: int) -> None:
    made = {"version": 1, "installation": "elsewhere", "site": "x", "exported_at": "2026-01-01T00:00:00Z"}
    about = {"key": "long", "slug": "long", "title": "Long", "published_at": "2020-05-04T08:00:00Z"}
    with file.open("w") as out:
        for line in ({"type": "belowline", **made}, {"type": "story", **about}):
            print(json.dumps(line), file=out)
        for n in range(size):
            one = {"type": "comment", "story": "long", "id": str(n), "author_name": "Mo Fen", "text": f"Number *{n}*."}
            one["parent"] = str(n * 7 // 11) if n % 3 else None
            one["state"] = "deleted" if n % 5 == 1 else "published"
            print(json.dumps({**one, "created_at": "2020-05-04T09:00:00Z"}), file=out)


RESTING = "from belowline.cli import main; from belowline.transfer import turns, undo; "
RESTING += "turns.REST_S = undo.REST_S = 600; main()"
"""The program, but after its first transaction it rests until it is killed, however late that is."""


def test_an_import_that_is_killed_goes_on_where_it_stopped(tmp_path: Path) -> None:
    size = 8 * turns.CHUNK
    file = tmp_path / "long.jsonl"
    write_long_file(file, size)
    data = tmp_path / "data"
    db = new_database(data)
    words = ["import", "belowline", str(file), "--data", str(data)]
    command = [sys.executable, "-m", "belowline.cli", *words]
    killed = subprocess.Popen([sys.executable, "-c", RESTING, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 120
    while count(db) < turns.CHUNK and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    reached = count(db)
    assert 0 < reached < size
    with db.transaction() as conn:
        assert wrong_counts(conn) == []  # what is there is right as it stands
    resumed = subprocess.run([*command, "--resume"], capture_output=True, text=True, timeout=300, check=False)
    assert resumed.returncode == 0, resumed.stderr
    assert f"{size} brought in, 0 there already, 0 left out" in resumed.stdout
    with db.transaction() as conn:
        assert wrong_counts(conn) == []
        assert count_in(conn) == size
        assert len(imports.runs(conn)) == 1
        assert conn.execute(sa.select(sa.func.count(sa.distinct(comment.c.source_id)))).scalar_one() == size
    again = subprocess.run([*command, "--resume"], capture_output=True, text=True, timeout=300, check=False)
    assert again.returncode == 1
    assert "interrupted" in again.stderr
    db.close()


def count(db: Database) -> int:
    return db.read_now(count_in)


def count_in(conn: sa.Connection) -> int:
    return int(conn.execute(sa.select(sa.func.count()).select_from(comment)).scalar_one())


def test_a_resumed_run_gives_the_receipt_of_the_whole(db: Database) -> None:
    file = [PLAIN_STORY, *(said(str(n), str(n // 2 + 1) if n % 2 else None, n) for n in range(3 * turns.CHUNK))]
    given = {"print": "these files"}

    def stop(done: int, _total: int) -> None:
        if done > turns.CHUNK:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.take_in(db, file, run.Order(source="test", now=NOW, **given), stop)
    assert 0 < count(db) < 3 * turns.CHUNK
    whole = take(db, *file, **given)
    assert whole.comments.stored == whole.comments.published == 3 * turns.CHUNK
    assert (whole.new_stories, whole.run) == (1, 1)
    with db.transaction() as conn:
        assert conn.execute(sa.select(import_run.c.finished_at)).scalars().all() == [NOW]


def test_other_files_and_orders_of_comments_are_found_by_the_page(db: Database) -> None:
    take(db, PLAIN_STORY, said("b", minute=9), said("a", minute=3))
    with db.transaction() as conn:
        (made,) = conn.execute(sa.select(story.c.id)).scalars()
        listed = comments.threads(conn, made, "oldest", None, 10)
    assert [one.text for one in listed] == ["Words of a.", "Words of b."]
