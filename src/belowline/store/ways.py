"""The ways in of each site, kept as JSON beside it: they hold secrets that a site's rules do not show."""

import msgspec
import sqlalchemy as sa

from belowline.model.login import Ways
from belowline.store.tables_people import login_ways

_OF = sa.select(login_ways.c.ways).where(login_ways.c.site_id == sa.bindparam("site_id"))


def of_site(conn: sa.Connection, site_id: int) -> Ways:
    kept = conn.execute(_OF, {"site_id": site_id}).scalar()
    return Ways() if kept is None else msgspec.convert(kept, Ways)


def keep(conn: sa.Connection, site_id: int, ways: Ways) -> None:
    conn.execute(sa.delete(login_ways).where(login_ways.c.site_id == site_id))
    conn.execute(sa.insert(login_ways).values(site_id=site_id, ways=msgspec.to_builtins(ways)))
