"""The desk's queues: their order, their names, how many wait in each, and a page of one.

A queue of comments is a line of COMMENTS and a condition in store/queues.py. A queue of something else (appeals,
corrections) is a line of BESIDE: how many wait, and the page of the desk that shows them.
"""

import datetime as dt
from collections.abc import Callable

import msgspec
import sqlalchemy as sa

from belowline.actions.desk import Desk
from belowline.actions.moderate import item
from belowline.errors import NotFound
from belowline.model.comment import Comment
from belowline.model.evidence import Outcome, Verdict
from belowline.model.story import Story
from belowline.rules import grounds
from belowline.store import appeals, claims, comments, corrections, decisions, notices, queues, stories, verdicts
from belowline.store.claims import Claim

PAGE = 25
LOOK_AHEAD = 20  # items that others may have in hand before the next one for us


class Queue(msgspec.Struct, frozen=True):
    key: str
    label: str
    hint: str
    """What is in it, for who has it empty or is new here."""


class Beside(msgspec.Struct, frozen=True):
    """A queue of other things than comments, with a page of its own."""

    key: str
    label: str
    count: Callable[[sa.Connection, int], int]
    """How many wait on a site; quick, since every page of the desk asks."""
    place: str
    """Its page: /desk/{site}/{place}"""


COMMENTS = (
    Queue("held", "Held", "Comments that readers do not see until somebody decides."),
    Queue("reported", "Reported", "Published comments that readers have reported."),
    Queue("new", "New", "Published comments that nobody of the newsroom has looked at."),
    Queue("spam", "Spam", "Comments that were taken down as spam."),
    Queue("all", "All", "Every comment, the newest first."),
)
BESIDE: tuple[Beside, ...] = (
    Beside("appeals", "Appeals", appeals.count_waiting, "appeals"),
    Beside("notices", "Notices", notices.count_waiting, "notices"),
    Beside("corrections", "Corrections", corrections.count_waiting, "corrections"),
)
"""One line a queue, in the order in which the desk shows them."""


class Counted(msgspec.Struct, frozen=True):
    """A queue as the desk's navigation shows it."""

    key: str
    label: str
    count: int
    place: str


class Row(msgspec.Struct, frozen=True):
    """A comment as a queue lists it."""

    comment: Comment
    story: Story
    verdict: Verdict | None
    """The newest one."""
    reasons: list[str]
    """Why it waits, in plain words."""
    reports: int
    mark: str
    """rules.grounds.mark: goes with the form, so that only what was seen is decided."""
    claim: Claim | None
    """Who else has it in hand."""


class Page(msgspec.Struct, frozen=True):
    queue: Queue
    rows: list[Row]
    after: int | None
    """Where the next page begins; None at the end."""


def access_queue(key: str) -> Queue:
    for one in COMMENTS:
        if one.key == key:
            return one
    raise NotFound("There is no such queue.", code="unknown-queue")


def counted(conn: sa.Connection, desk: Desk) -> list[Counted]:
    """Every queue with how many wait in it now."""
    waits = queues.counts(conn, desk.site.id)
    shown = [Counted(one.key, one.label, waits[one.key], f"queues/{one.key}") for one in COMMENTS]
    beside = [Counted(one.key, one.label, one.count(conn, desk.site.id), one.place) for one in BESIDE]
    return [*shown[:3], *beside, *shown[3:]]


def page(conn: sa.Connection, desk: Desk, key: str, after: int | None, now: dt.datetime) -> Page:
    """Raises NotFound."""
    queue = access_queue(key)
    found = queues.page(conn, desk.site.id, queue.key, after, PAGE + 1)
    shown = found[:PAGE]
    return Page(queue, rows(conn, desk, shown, now), shown[-1].id if len(found) > PAGE else None)


def rows(conn: sa.Connection, desk: Desk, found: list[Comment], now: dt.datetime) -> list[Row]:
    """Comments with what a list shows beside them, in a handful of reads whatever their number."""
    ids = [one.id for one in found]
    places = stories.many(conn, {one.story_id for one in found})
    judged = verdicts.latest(conn, ids)
    reported = queues.report_counts(conn, ids)
    decided = decisions.last_ids(conn, ids)
    held = claims.of_items(conn, [item(one) for one in ids], now)
    listed = []
    for one in found:
        claim = held.get(item(one.id))
        listed.append(
            Row(
                one,
                places[one.story_id],
                judged.get(one.id),
                reasons(judged.get(one.id)),
                reported.get(one.id, 0),
                grounds.mark(one, decided.get(one.id)),
                claim if claim and claim.person_id != desk.person.id else None,
            )
        )
    return listed


def rows_of(conn: sa.Connection, desk: Desk, ids: list[int], now: dt.datetime) -> dict[int, Row]:
    """The same by the comments' ids, those of the desk's site."""
    found = [one for id_ in ids if (one := comments.get(conn, id_))]
    return {row.comment.id: row for row in rows(conn, desk, found, now) if row.story.site_id == desk.site.id}


def reasons(verdict: Verdict | None) -> list[str]:
    """What the steps found, those first that asked for what was done."""
    if verdict is None:
        return []
    found = [one for one in verdict.evidence if one.reason and (one.score or one.asks != Outcome.PUBLISH)]
    return [one.reason for one in sorted(found, key=lambda one: (one.asks != verdict.outcome, -one.score))]


def following(conn: sa.Connection, desk: Desk, key: str, after: int | None, now: dt.datetime) -> int | None:
    """The next comment of a queue that nobody else has in hand: beyond `after`, else from its beginning."""
    queue = access_queue(key)
    for start in (after, None) if after is not None else (None,):
        ids = [one.id for one in queues.page(conn, desk.site.id, queue.key, start, LOOK_AHEAD) if one.id != after]
        held = claims.of_items(conn, [item(one) for one in ids], now)
        free = [one for one in ids if item(one) not in held or held[item(one)].person_id == desk.person.id]
        if free:
            return free[0]
    return None
