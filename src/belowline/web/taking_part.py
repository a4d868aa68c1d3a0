"""Votes, reports, mutes, visits: as an API, and the second call that tells a reader what is theirs.

A reader is a person who is signed in, else a browser: it gets a signed mark with its first vote, report or
comment (guests.py). The plain pages are in taking_part_pages.py.
"""

import datetime as dt
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from belowline.actions import mine as mine_act
from belowline.actions import mutes as mute_act
from belowline.actions import reports as report_act
from belowline.actions import votes as vote_act
from belowline.actions.people import Caller
from belowline.model.ids import MAX_ID
from belowline.snapshots.build import touched_by, touched_by_vote
from belowline.snapshots.discussion import card
from belowline.store.tables import EPOCH
from belowline.store.votes import Ballot
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.guests import api_caller, with_mark
from belowline.web.house import Here, House
from belowline.web.pages import Id
from belowline.web.writing import own_view

PRIVATE = {"cache-control": "private, no-store"}

Since = Annotated[
    int | None,
    QueryParameter(ge=0, le=MAX_ID, description="when a guest was here last: milliseconds since 1970 by `now`"),
]

Until = Annotated[int, QueryParameter(ge=0, le=MAX_ID, description="`now` of the answer that was seen")]


class Voted(msgspec.Struct, frozen=True):
    vote: vote_act.Choice
    respect: int
    """Readers who say that the comment adds something."""
    guest: str | None = None
    """The browser's new mark, if it had none: send it as `Belowline-Guest` from now on."""


class Reported(msgspec.Struct, frozen=True):
    url: str
    """Where the reporter sees what became of it."""
    again: bool
    """It was reported by this reader before; nothing was written now."""
    guest: str | None = None


class HeldComment(msgspec.Struct, frozen=True):
    id: int
    parent: int | None
    html: str


class Muted(msgspec.Struct, frozen=True):
    id: int
    name: str


class Rules(msgspec.Struct, frozen=True):
    """What a script needs to know of the site to offer what it allows."""

    votes: bool
    """Whether this reader may vote."""
    down_reasons: list[str]
    """Empty: no down-votes."""
    report_reasons: list[str]


class MineView(msgspec.Struct, frozen=True):
    person: bool
    """Whether the reader is signed in."""
    me: mine_act.Myself | None
    """Who they are, if so."""
    votes: dict[int, vote_act.Choice]
    held: list[HeldComment]
    own: list[int]
    mutes: list[Muted]
    new: list[int]
    new_count: int
    now: int
    """The server's time in milliseconds since 1970: send it as `since` next time."""
    rules: Rules


class Revision(msgspec.Struct, frozen=True):
    text: str
    written_at: dt.datetime


class WaitingReport(msgspec.Struct, frozen=True):
    comment: int
    reason: str
    text: str
    created_at: dt.datetime


# --- what API and pages share -------------------------------------------------------------------------


async def cast(house: House, comment_id: int, new: vote_act.NewVote, caller: Caller, place: str) -> Ballot:
    """A vote within the limits, for API and page alike."""
    house.votes.check(place)
    if caller.person_id is None and caller.guest:
        house.crowd.check(place, comment_id, caller.guest)
    done = await house.db.write(vote_act.cast, comment_id, new, caller, house.clock())
    house.shelf.touch(touched_by_vote(done.story.id, done.thread_id))
    return done


async def file(
    house: House, comment_id: int, new: report_act.NewReport, caller: Caller, place: str
) -> report_act.Filed:
    house.reports.check(place)
    filed = await house.db.write(report_act.file, comment_id, new, caller, house.clock())
    if not filed.again:
        house.shelf.touch(touched_by(filed.story, filed.comment))
    return filed


def _moment(ms: int, now: dt.datetime) -> dt.datetime:
    """Milliseconds since 1970 as a moment that is not to come."""
    return min(now, EPOCH + dt.timedelta(milliseconds=min(ms, 2**47)))


# --- the calls ---------------------------------------------------------------------------------------


@put("/comments/{comment_id:int}/vote", summary="Vote on a comment, or take the vote back")
async def vote(request: AnyRequest, house: Here, comment_id: Id, data: JSONBody[vote_act.NewVote]) -> Voted:
    place = guards.address(request, house)
    caller, mark = with_mark(await api_caller(request, house), place, house)
    done = await cast(house, comment_id, data, caller, place)
    return Voted(vote_act.CHOICES[done.value], done.respect, mark)


@post("/comments/{comment_id:int}/reports", summary="Report a comment to the moderators")
async def report(request: AnyRequest, house: Here, comment_id: Id, data: JSONBody[report_act.NewReport]) -> Reported:
    place = guards.address(request, house)
    caller, mark = with_mark(await api_caller(request, house), place, house)
    filed = await file(house, comment_id, data, caller, place)
    url = f"{house.build.base_url}/reports/{house.tokens.for_report(filed.report_id)}"
    return Reported(url, filed.again, mark)


@get("/stories/{slug:str}/mine", summary="What of a discussion is the reader's own")
async def mine(request: AnyRequest, house: Here, slug: FromPath[str], since: Since = None) -> Response[MineView]:
    caller = await api_caller(request, house)
    now = house.clock()
    before = None if since is None else _moment(since, now)
    found = await house.db.read(mine_act.read, slug, caller, before)
    shown = card(house.build.base_url, found.site, found.story, now)
    rules, render = found.site.policy, house.speaking(found.story.lang, found.site.lang)
    answer = MineView(
        person=caller.person_id is not None,
        me=found.me,
        votes=found.votes,
        held=[
            HeldComment(one.id, one.parent_id, render.comment_item(own_view(one, parent), is_open=shown.closed is None))
            for one, parent in found.held
        ],
        own=found.own,
        mutes=[Muted(*one) for one in found.mutes],
        new=found.new,
        new_count=found.new_count,
        now=(now - EPOCH) // dt.timedelta(milliseconds=1),
        rules=Rules(
            votes=shown.closed is None and (rules.guest_votes or caller.person_id is not None),
            down_reasons=list(rules.down_reasons) if rules.down_votes else [],
            report_reasons=list(rules.report_reasons),
        ),
    )
    return Response(answer, headers=PRIVATE)


@put("/stories/{slug:str}/visit", summary="Note a visit: what comes after it is new", status_code=204)
async def visit(request: AnyRequest, house: Here, slug: FromPath[str], until: Until) -> None:
    who = await guards.must_be_signed_in(request, house)
    await house.db.write(mine_act.note_visit, slug, who.person.id, _moment(until, house.clock()))


@put("/people/{person_id:int}/mute", summary="Mute a reader", status_code=204)
async def mute(request: AnyRequest, house: Here, person_id: Id) -> None:
    who = await guards.must_be_signed_in(request, house)
    await house.db.write(mute_act.mute, who.person.id, person_id, house.clock())


@delete("/people/{person_id:int}/mute", summary="Read a muted reader again")
async def unmute(request: AnyRequest, house: Here, person_id: Id) -> None:
    who = await guards.must_be_signed_in(request, house)
    await house.db.write(mute_act.unmute, who.person.id, person_id)


# --- for moderators ----------------------------------------------------------------------------------


@get("/reports", summary="Reports that wait, oldest first (newsroom)")
async def waiting_reports(request: AnyRequest, house: Here) -> list[WaitingReport]:
    await guards.operator(request, house)
    found = await house.db.read(report_act.waiting)
    return [WaitingReport(one.comment_id, one.reason, one.text, one.created_at) for one in found]


@get("/comments/{comment_id:int}/history", summary="What a comment said before it was edited (newsroom)")
async def history(request: AnyRequest, house: Here, comment_id: Id) -> list[Revision]:
    """Oldest first; the last is what it says now."""
    await guards.operator(request, house)
    comment, before = await house.db.read(mine_act.history, comment_id)
    now = Revision(comment.text, comment.edited_at or comment.created_at)
    return [*(Revision(*one) for one in before), now]
