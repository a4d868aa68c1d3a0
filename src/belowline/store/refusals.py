"""How many comments the steps refused when they were sent, by site, day and step: numbers alone."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from belowline.store.tables_duties import refusal

_c = refusal.c


def add(conn: sa.Connection, site_id: int, day: str, steps: Sequence[str]) -> None:
    """Of two that count at the same moment both count, in whichever process they are."""
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    for step in sorted(steps):
        made = insert(refusal).values(site_id=site_id, day=day, step=step, many=1)
        conn.execute(
            made.on_conflict_do_update(index_elements=[_c.site_id, _c.day, _c.step], set_={"many": _c.many + 1})
        )


def counted(conn: sa.Connection, site_id: int, first: str, last: str) -> dict[str, int]:
    """By step, from the first to the last day; "" is all."""
    when = sa.and_(_c.site_id == site_id, _c.day >= first, _c.day <= last)
    found = sa.select(_c.step, sa.func.sum(_c.many)).where(when).group_by(_c.step).order_by(_c.step)
    return {step: int(many) for step, many in conn.execute(found)}
