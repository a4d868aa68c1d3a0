"""The lists of a site: words by language, domains that are always or never linked to."""

import datetime as dt
import hashlib

import msgspec
import sqlalchemy as sa

from belowline.store.prepared import Prepared
from belowline.store.tables_pipeline import word_list


class Listed(msgspec.Struct, frozen=True):
    """A list without its lines."""

    kind: str
    """words, allowed, blocked"""
    lang: str
    """Of a list of words; "": for every language."""
    print: str
    size: int
    changed_at: dt.datetime


_w = word_list.c
_LISTED = Prepared(
    sa.select(*(_w[name] for name in Listed.__struct_fields__))
    .where(_w.site_id == sa.bindparam("site_id"))
    .order_by(_w.kind, _w.lang)
)


def listed(conn: sa.Connection, site_id: int) -> list[Listed]:
    return [Listed(*row) for row in _LISTED.all(conn, {"site_id": site_id})]


def everywhere(conn: sa.Connection) -> list[tuple[int, Listed]]:
    """(site id, list) of every site."""
    found = sa.select(_w.site_id, *(_w[name] for name in Listed.__struct_fields__)).order_by(_w.site_id, _w.kind)
    return [(site_id, Listed(*row)) for site_id, *row in conn.execute(found)]


def lines(conn: sa.Connection, site_id: int, kind: str, lang: str) -> list[str]:
    found = conn.execute(sa.select(_w.lines).where(_w.site_id == site_id, _w.kind == kind, _w.lang == lang)).scalar()
    return found.split("\n") if found else []


def put(
    conn: sa.Connection, site_id: int, kind: str, lang: str, given: list[str], size: int, now: dt.datetime
) -> Listed:
    """Replaces the list; an empty one goes."""
    conn.execute(sa.delete(word_list).where(_w.site_id == site_id, _w.kind == kind, _w.lang == lang))
    made = Listed(kind, lang, print_of(given), size, now)
    if size:
        conn.execute(
            sa.insert(word_list).values(site_id=site_id, lines="\n".join(given), **msgspec.structs.asdict(made))
        )
    return made


def print_of(lines: list[str]) -> str:
    return hashlib.blake2b("\n".join(lines).encode("utf-8", "replace"), digest_size=12).hexdigest()
