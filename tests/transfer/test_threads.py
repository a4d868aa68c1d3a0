"""Lists that had lost who answers whom: what an import finds again, keeps, tells and leaves alone."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from test_page import REAL
from test_run import DAY, NOW, PLAIN_STORY, dump, new_database, rows, said, take

from belowline.store import comments
from belowline.store.check import wrong_counts
from belowline.store.db import Database
from belowline.store.tables import comment
from belowline.transfer import page, run, threads

TALK = [
    said("1", author_name="Ada Quill", text="The council voted on the ferry behind closed doors again."),
    said("2", None, 1, author_name="Ivo Reed", text="I was there and the doors stood open all evening long."),
    said("3", None, 2, author_name="Ada Quill", text="Ivo, which evening was that?"),
    said("4", None, 3, author_name="Mo Fen", text="“the doors stood open all evening long” is not what I saw."),
    said("5", None, 4, author_name=None, text="Nothing here."),
]


@pytest.fixture
def db(tmp_path: Path) -> Any:
    database = new_database(tmp_path)
    yield database
    with database.transaction() as conn:
        assert wrong_counts(conn) == []
    database.close()


def parents(db: Database) -> dict[str, str | None]:
    kept = rows(db)
    names = {row.id: key for key, row in kept.items()}
    return {key: names.get(row.parent_id) for key, row in kept.items()}


def found(db: Database, key: str) -> Any:
    id_ = rows(db)[key].id
    with db.transaction() as conn:
        return comments.must(conn, id_).found


def test_a_saved_page_gets_its_replies_back_with_reasons(db: Database) -> None:
    receipt = take(db, PLAIN_STORY, *TALK, source="page")
    assert parents(db) == {"1": None, "2": None, "3": "2", "4": "2", "5": None}
    named, quoted = found(db, "3").link, found(db, "4").link
    assert (named.reason, quoted.reason) == ("named", "quoted")
    assert 0.5 < named.confidence < 1
    assert rows(db)["1"].found == "{}"
    assert rows(db)["2"].reply_count == 2
    assert "Comment 3 probably answers 2." in [note.what for note in receipt.notes]
    assert any(note.what.startswith("2 of 5 comments of the story s") for note in receipt.notes)
    before = dump(db)
    assert take(db, PLAIN_STORY, *TALK, source="page").comments.already_there == 5
    assert dump(db) == before


def test_a_list_with_the_newest_first_is_read_from_its_end(db: Database) -> None:
    take(db, PLAIN_STORY, *reversed(TALK), source="page")
    assert parents(db) == {"1": None, "2": None, "3": "2", "4": "2", "5": None}


def test_a_later_copy_of_the_page_brings_replies_to_what_is_there(db: Database) -> None:
    take(db, PLAIN_STORY, *TALK[:2], source="page")
    take(db, PLAIN_STORY, *TALK, source="page")
    assert parents(db) == {"1": None, "2": None, "3": "2", "4": "2", "5": None}


def test_without_threading_all_stand_at_top_level_but_can_be_corrected(db: Database) -> None:
    take(db, PLAIN_STORY, *TALK, source="page", threading=False)
    assert set(parents(db).values()) == {None}
    assert {row.found for row in rows(db).values()} == {"{}"}


def test_what_a_source_says_itself_is_never_guessed(db: Database) -> None:
    take(db, PLAIN_STORY, *TALK, said("6", "5", 5), source="page")
    take(db, PLAIN_STORY, *TALK, source="wordpress")
    assert {row.found for row in rows(db).values()} == {None}
    assert {key for key, above in parents(db).items() if above} == {"6"}


def test_other_sources_are_looked_at_when_it_is_asked_for(db: Database) -> None:
    take(db, PLAIN_STORY, *TALK, source="wordpress", threading=True)
    assert parents(db)["3"] == "2"


def test_a_lost_name_is_given_back_as_a_guess_only(db: Database) -> None:
    filler = [
        "Harbour dues rose.", "Rain fell all Monday.", "Markets open late.", "My bicycle was stolen.", "Choirs sing.",
        "Goats escaped.", "Tulips bloomed early.", "Trams stopped.",
    ]  # fmt: skip
    texts = [
        *filler,
        "Lighthouse keepers counted seventeen wrecked trawlers near Gull Rock.",
        "Ms Varga, who says that keepers counted seventeen wrecked trawlers near Gull Rock?",
    ]
    page = [said(str(n), None, None, author_name=None, text=text) for n, text in enumerate(texts)]
    receipt = take(db, PLAIN_STORY, *page, source="page")
    kept = rows(db)
    assert {row.author_name for row in kept.values()} == {None}
    assert (found(db, "8").name.name, found(db, "8").name.calls) == ("Varga", 1)
    assert (parents(db)["9"], found(db, "9").link.lost, found(db, "9").link.said) == ("8", True, "Varga")
    assert any("perhaps by Varga" in note.what for note in receipt.notes)


@pytest.mark.skipif(not REAL.exists(), reason="the shared page closed-thread.txt is not beside this checkout")
def test_the_real_page_nests_where_a_lost_name_is_called_and_nowhere_else(db: Database) -> None:
    receipt = run.take_in(db, page.read(REAL), run.Order(source="page", now=NOW))
    assert (receipt.comments.stored, receipt.comments.orphans) == (30, 0)
    assert {key: above for key, above in parents(db).items() if above} == {"n22": "n18", "n23": "n21", "n27": "n21"}
    assert {row.author_name for row in rows(db).values()} == {None}
    kept = sorted(rows(db).values(), key=lambda row: row.created_at)
    assert [row.source_id for row in kept] == [f"n{n}" for n in range(1, 31)]


def test_a_very_long_list_is_told_and_left(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "MOST", 4)
    receipt = take(db, PLAIN_STORY, *TALK, source="page")
    assert set(parents(db).values()) == {None}
    assert any("Too many" in note.why for note in receipt.notes)


def test_dates_that_fall_are_told_from_dates_that_are_mixed() -> None:
    times = [DAY + dt.timedelta(minutes=n) for n in (0, 5, 9)]
    flats = [threads.Flat("A", "t", at) for at in times]
    assert threads.newest_first(flats[::-1])
    assert not threads.newest_first(flats)
    assert not threads.newest_first([flats[1], flats[0], flats[2]])
    assert not threads.newest_first([threads.Flat("A", "t")] * 3)


def test_the_whole_is_one_statement_away(db: Database) -> None:
    """What was found can be asked for by moderators: it is JSON beside the comment."""
    take(db, PLAIN_STORY, *TALK, source="page")
    with db.transaction() as conn:
        named = sa.func.json_extract(comment.c.found, "$.link.reason") == "named"
        assert conn.execute(sa.select(sa.func.count()).where(named)).scalar_one() == 1
