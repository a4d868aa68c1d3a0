"""What the moderation steps may know beside the draft: one statement for the numbers, one for texts like it.

Each part goes by an index and stops at a limit, so that a post costs the same among any number of comments. What a
site's policy does not ask for has the limit 0 and costs nothing.
"""

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.model.evidence import Print
from belowline.store.prepared import Prepared
from belowline.store.tables import UtcTime, comment, story
from belowline.store.tables_moderation import sanction
from belowline.store.tables_people import login
from belowline.store.tables_pipeline import TAKEN_DOWN, TROUBLED, print_mark, sending, word_list

MOST_REMOVALS = 20  # counted at most
MOST_STANDING = 100
MOST_OF_AN_HOUR = 1_000
ALIKE_EACH = 30  # comments looked at for each mark


class Sender(msgspec.Struct, frozen=True):
    """Who sends a comment, as far as they are known again."""

    person_id: int | None = None
    guest: str | None = None
    email_hash: str | None = None
    address: str | None = None
    """Keyed hash of the network address."""

    @property
    def key(self) -> str | None:
        """By which what they send is counted: the person, or else the browser, or else the address they left."""
        if self.person_id is not None:
            return f"p{self.person_id}"
        if self.guest:
            return f"g{self.guest}"
        return f"e{self.email_hash}" if self.email_hash else None

    @property
    def marks(self) -> dict[str, Any]:
        """A person is known by their number alone: browsers change hands."""
        if self.person_id is not None:
            return {"person_id": self.person_id, "guest": None, "email_hash": None}
        return {"person_id": None, "guest": self.guest, "email_hash": self.email_hash}


class Counts(msgspec.Struct, frozen=True):
    """The numbers, each up to the limit that was asked for."""

    removed_lately: int
    person_last_minute: int
    address_last_minute: int
    published_last_minute: int
    """Under the story; what does not stand there is in `troubled_last_minute`."""
    troubled_last_minute: int
    troubled_last_hour: int
    """The story's comments that were reported, or are held or taken down."""
    sanctions: int
    lists: int


class Alike(msgspec.Struct, frozen=True):
    """A comment that was sent lately and may say the same."""

    comment_id: int
    story_id: int
    writer: str | None
    print: Print


def _bind(name: str, type_: Any = sa.Integer) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=type_)


def _at_most(found: sa.Select[Any], limit: str) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(found.limit(_bind(limit)).subquery()).scalar_subquery()


_BY = ("person_id", "guest", "email_hash")
_c, _s = comment.c, sending.c
_here = _c.story_id == _bind("story_id")
_published = _c.state == sa.literal_column("'published'")
_a_minute, _an_hour = _bind("minute_ago", UtcTime), _bind("hour_ago", UtcTime)


def _by_sender(table: sa.Table, which: list[Any], *where: Any) -> list[sa.Select[Any]]:
    """Rows of a person, browser or left address: each by its own index."""
    return [sa.select(*which).where(table.c[by] == _bind(by, table.c[by].type), *where) for by in _BY]


def _once(each: list[sa.Select[Any]]) -> sa.Select[Any]:
    return sa.select(sa.union(*each).subquery())  # a comment with both marks counts once


_REMOVED = _once(_by_sender(comment, [_c.id], _c.created_at > _bind("long_ago", UtcTime), TAKEN_DOWN))
_in_force = sa.and_(
    sanction.c.lifted_at.is_(None),
    sa.or_(sanction.c.until.is_(None), sanction.c.until > _bind("now", UtcTime)),
    sa.or_(sanction.c.site_id.is_(None), sanction.c.site_id == _bind("site_id")),
)
_UNTIL = [sanction.c.kind, sanction.c.until]
_proved = login.c.person_id == _bind("person_id"), login.c.method == "email"
# by an address that they proved, where it is named alone: what a guest typed beside a browser may be anybody's
_BY_ADDRESS = sa.select(*_UNTIL).where(
    sanction.c.email_hash.in_(sa.select(login.c.subject).where(*_proved)), sanction.c.guest.is_(None), _in_force
)
_SANCTIONED = _once([*_by_sender(sanction, _UNTIL, _in_force), _BY_ADDRESS])
_LISTS = sa.select(word_list.c.kind).where(word_list.c.site_id == _bind("site_id"))
_COUNTS = Prepared(
    sa.select(
        _at_most(_REMOVED, "most_removed"),
        _at_most(
            sa.select(_s.comment_id).where(_s.writer == _bind("writer", sa.Text), _s.sent_at > _a_minute), "most_person"
        ),
        _at_most(
            sa.select(_s.comment_id).where(_s.address == _bind("address", sa.Text), _s.sent_at > _a_minute),
            "most_address",
        ),
        _at_most(sa.select(_c.id).where(_here, _published, _c.created_at > _a_minute), "most_story"),
        _at_most(sa.select(_c.id).where(_here, TROUBLED, _c.created_at > _a_minute), "most_story"),
        _at_most(sa.select(_c.id).where(_here, TROUBLED, _c.created_at > _an_hour), "most_troubled"),
        _at_most(_SANCTIONED, "one"),
        _at_most(_LISTS, "one"),
    )
)
_SANCTIONS = Prepared(_SANCTIONED)


def counts(conn: sa.Connection, values: dict[str, Any]) -> Counts:
    """`values`: site_id, story_id, writer, address, the sender's marks, now, minute_ago, hour_ago, long_ago, and the
    limits most_removed, most_person, most_address, most_story, most_troubled."""
    return Counts(*(_COUNTS.first(conn, {**values, "one": 1}) or ()))


def sanctions(conn: sa.Connection, values: dict[str, Any]) -> list[tuple[str, dt.datetime | None]]:
    """(kind, until) of what is in force against the sender; `values` as above."""
    return [(kind, until) for kind, until in _SANCTIONS.all(conn, values)]


_on_site = sa.and_(_published, story.c.id == _c.story_id, story.c.site_id == _bind("site_id"))
_STANDING = Prepared(
    sa.select(*(_at_most(sa.select(_c.id).where(_c[by] == _bind(by, _c[by].type), _on_site), "most") for by in _BY))
)


def standing(conn: sa.Connection, site_id: int, sender: Sender, most: int) -> int:
    """Published comments of a person on the site; of a guest the more of browser and left address."""
    return max(map(int, _STANDING.first(conn, {**sender.marks, "site_id": site_id, "most": most}) or (0,)))


# --- a discussion in trouble --------------------------------------------------------------------------

_fallen = sa.text("state IN ('held', 'removed', 'spam')")
_HOUR = Prepared(
    sa.select(
        _at_most(sa.select(_c.id).where(_here, _published, _c.created_at > _an_hour), "most"),
        _at_most(sa.select(_c.id).where(_here, TROUBLED, _fallen, _c.created_at > _an_hour), "most"),
        sa.select(sa.func.max(_s.sent_at))
        .where(
            _s.writer == _bind("writer", sa.Text),
            _s.sent_at > _bind("since", UtcTime),
            _s.story_id == _bind("story_id"),
        )
        .scalar_subquery(),
    )
)


def last_hour(
    conn: sa.Connection, story_id: int, writer: str | None, hour_ago: dt.datetime, since: dt.datetime
) -> tuple[int, int, dt.datetime | None]:
    """(comments that stand, comments that do not, when the writer sent one last since then) under a story."""
    values = {"story_id": story_id, "writer": writer, "hour_ago": hour_ago, "since": since, "most": MOST_OF_AN_HOUR}
    standing_, fallen, last = _HOUR.first(conn, values) or (0, 0, None)
    return standing_, fallen, last


# --- texts like it ------------------------------------------------------------------------------------


def _of_mark(place: int) -> sa.Select[Any]:
    mark = print_mark.c.mark == _bind(f"mark{place}", sa.BigInteger)
    found = sa.select(print_mark.c.comment_id).where(print_mark.c.site_id == _bind("site_id"), mark)
    return sa.select(found.order_by(print_mark.c.comment_id.desc()).limit(_bind("each")).subquery())


def _alike(marks: int) -> Prepared:
    which = sa.union(*map(_of_mark, range(marks))) if marks > 1 else _of_mark(0)
    return Prepared(
        sa.select(_s.comment_id, _s.story_id, _s.writer, _s.exact, _s.sketch).where(_s.comment_id.in_(which))
    )


_ALIKE = {marks: _alike(marks) for marks in (1, 4)}


def alike(conn: sa.Connection, site_id: int, of: Print, marks: tuple[int, ...]) -> list[Alike]:
    """Comments on the site, of the last two weeks, that share a mark with this print."""
    values = {"site_id": site_id, "each": ALIKE_EACH, **{f"mark{place}": mark for place, mark in enumerate(marks)}}
    rows = _ALIKE[len(marks)].all(conn, values)
    return [
        Alike(id_, story_id, writer, of if exact == of.exact else Print(exact, sketch_of(sketch)))
        for id_, story_id, writer, exact, sketch in rows
    ]


def sketch_of(kept: bytes) -> frozenset[int]:
    return frozenset(memoryview(kept).cast("I"))
