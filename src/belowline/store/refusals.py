"""How many comments the steps refused when they were sent, by site, day and step: numbers alone."""

from collections.abc import Sequence

import sqlalchemy as sa

from belowline.store.tables_duties import refusal

_c = refusal.c


def add(conn: sa.Connection, site_id: int, day: str, steps: Sequence[str]) -> None:
    for step in steps:
        one = sa.and_(_c.site_id == site_id, _c.day == day, _c.step == step)
        if not conn.execute(sa.update(refusal).where(one).values(many=_c.many + 1)).rowcount:
            conn.execute(sa.insert(refusal).values(site_id=site_id, day=day, step=step, many=1))


def counted(conn: sa.Connection, site_id: int, first: str, last: str) -> dict[str, int]:
    """By step, from the first to the last day; "" is all."""
    when = sa.and_(_c.site_id == site_id, _c.day >= first, _c.day <= last)
    found = sa.select(_c.step, sa.func.sum(_c.many)).where(when).group_by(_c.step).order_by(_c.step)
    return {step: int(many) for step, many in conn.execute(found)}
