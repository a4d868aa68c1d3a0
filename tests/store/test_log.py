"""The newsroom's log: what was changed, removed or slipped in is found."""

import datetime as dt

import pytest
import sqlalchemy as sa

from belowline.store import log
from belowline.store.db import Database
from belowline.store.tables_moderation import log as table

NOON = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def kept(db: Database) -> Database:
    with db.transaction() as conn:
        for number in range(5):
            log.append(conn, NOON + dt.timedelta(minutes=number), "decision", {"comment": number}, 7, 1)
    return db


def test_an_untouched_log_holds(kept: Database) -> None:
    with kept.transaction() as conn:
        assert log.first_wrong(conn) is None
        assert [entry.id for entry in log.entries(conn)] == [1, 2, 3, 4, 5]
        head = log.head(conn)
    assert head is not None
    assert head.id == 5


@pytest.mark.parametrize(
    ("change", "at"),
    [
        (sa.update(table).where(table.c.id == 3).values(details='{"comment":9}'), 3),
        (sa.update(table).where(table.c.id == 3).values(actor_id=None), 3),
        (sa.update(table).where(table.c.id == 2).values(hash="f" * 64), 2),
        (sa.delete(table).where(table.c.id == 4), 4),
        (sa.update(table).where(table.c.id == 1).values(at=NOON + dt.timedelta(days=1)), 1),
    ],
)
def test_whatever_is_touched_is_found(kept: Database, change: sa.Executable, at: int) -> None:
    with kept.transaction() as conn:
        conn.execute(change)
        found = log.first_wrong(conn)
    assert found is not None
    assert found[0] == at
