"""Statements that go through the driver: what is not given is an error, never a value."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from belowline.store.db import Database
from belowline.store.prepared import Prepared

TABLE = sa.Table("thing", sa.MetaData(), sa.Column("name", sa.Text), sa.Column("size", sa.Integer))


@pytest.mark.parametrize(
    "statement",
    [
        Prepared(sa.insert(TABLE), columns=("name", "size")),
        Prepared(sa.update(TABLE).values(name=sa.bindparam("name"), size=sa.bindparam("size"))),
    ],
)
def test_a_value_that_is_missing_is_never_made_up(tmp_path: Path, statement: Prepared) -> None:
    db = Database(tmp_path / "things.sqlite3")
    with db.transaction() as conn:
        TABLE.create(conn)
        conn.execute(sa.insert(TABLE), {"name": "one", "size": 1})
        with pytest.raises(KeyError, match="size"):
            statement.run(conn, {"name": "two"})
        statement.run(conn, {"name": "two", "size": None})
        assert {row.size for row in conn.execute(sa.select(TABLE)) if row.name == "two"} == {None}
    db.close()
