"""A real database file with one site and a story, for tests of what is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from belowline import clock
from belowline.actions import sites as site_act
from belowline.actions.stories import NewStory, add
from belowline.model.story import Story
from belowline.store import migrate
from belowline.store.db import Database


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    migrate.upgrade(tmp_path / "belowline.sqlite3", clock.now())
    database = Database(tmp_path / "belowline.sqlite3")
    with database.transaction() as conn:
        site_act.add(conn, "main", "The Evening Lamp")
    yield database
    database.close()


@pytest.fixture
def story(db: Database) -> Story:
    with db.transaction() as conn:
        return add(conn, NewStory(title="A story"), clock.now())
