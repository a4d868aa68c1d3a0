"""Who wrote a comment, guests too: what became of their others, as far as anything tells that they are theirs."""

import sqlalchemy as sa

from belowline.store.tables import comment
from belowline.store.tables_people import person

LATELY = 500  # comments that a record counts

_c = comment.c


def counts(
    conn: sa.Connection, site_id: int, person_id: int | None, guest: str | None, email_hash: str | None
) -> dict[str, int]:
    """The writer's last comments on a site by state; empty for who cannot be known again."""
    marks = [_c.person_id == person_id] if person_id is not None else []
    if person_id is None:
        known = ((_c.guest, guest), (_c.email_hash, email_hash))
        marks = [sa.and_(column == value, _c.person_id.is_(None)) for column, value in known if value]
    if not marks:
        return {}
    lately = sa.select(_c.state).where(sa.or_(*marks), _c.site_id == site_id).order_by(_c.id.desc()).limit(LATELY)
    theirs = lately.subquery()
    found = conn.execute(sa.select(theirs.c.state, sa.func.count()).group_by(theirs.c.state))
    return {state: int(count) for state, count in found}


def names(conn: sa.Connection, ids: set[int]) -> dict[int, str]:
    """People's names, also of those who left."""
    found = conn.execute(sa.select(person.c.id, person.c.name).where(person.c.id.in_(ids))) if ids else ()
    return {row.id: row.name for row in found}
