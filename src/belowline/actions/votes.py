"""A reader says that a comment adds something, or takes it back."""

import datetime as dt
from typing import Literal

import msgspec
import sqlalchemy as sa

from belowline.actions.people import Caller
from belowline.errors import Closed, Conflict, Forbidden, Invalid, NotFound
from belowline.model.comment import State
from belowline.model.reader import Reader
from belowline.rules import access
from belowline.store import votes
from belowline.store.votes import Ballot

Choice = Literal["respect", "down", "none"]
VALUES: dict[str, int | None] = {"respect": votes.RESPECT, "down": votes.DOWN, "none": None}
CHOICES: dict[int | None, Choice] = {votes.RESPECT: "respect", votes.DOWN: "down", None: "none"}


class NewVote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    vote: Choice
    """respect: it adds something, even if I disagree; down: it does not, where the site has that; none: take back."""
    reason: str | None = None
    """Of a down-vote: one of the site's."""


def cast(conn: sa.Connection, comment_id: int, new: NewVote, caller: Caller, now: dt.datetime) -> Ballot:
    """One vote a reader a comment; the last one counts.

    Raises NotFound, Closed, Forbidden (own comment, guests, origin, no down-votes), Invalid (reason).
    """
    on = access_votable(conn, comment_id, caller, now)
    value, reason = VALUES[new.vote], None
    if value == votes.DOWN:
        reason = _reason(on, new.reason)
    if (value, reason) == (on.value, on.reason):
        return on
    return votes.cast(conn, on, reader_of(caller).key, value, reason, now)


def access_votable(
    conn: sa.Connection, comment_id: int, caller: Caller, now: dt.datetime, *, lock: bool = True
) -> Ballot:
    """A comment that this reader may vote on."""
    reader = reader_of(caller)
    on = votes.ballot(conn, comment_id, reader.key, lock=lock)
    if on is None or on.state == State.HELD:
        raise NotFound("This comment is not here, or not here any more.", code="unknown-comment")
    if on.state != State.PUBLISHED:
        raise Conflict("This comment is not here any more.", code="comment-gone")
    if caller.site_id not in (None, on.story.site_id):
        raise Forbidden("This sign-in is for another publication.", code="other-site")
    if caller.origin and caller.origin not in on.origins:
        raise Forbidden("Votes cannot be sent to this discussion from that page.", code="origin-not-allowed")
    if access.closed(on.story, on.policy, now):
        raise Closed("This discussion is closed: it can be read, but takes no more votes.")
    if reader.person_id is None and not on.policy.guest_votes:
        raise Forbidden("Please sign in to vote: this site counts the votes of its members only.", code="sign-in")
    if reader.wrote(on.person_id, on.guest):
        raise Forbidden("This is your own comment; others decide whether it adds something.", code="own-comment")
    return on


def reader_of(caller: Caller) -> Reader:
    """Raises Forbidden for a caller who is neither signed in nor a browser that we know."""
    if caller.person_id is None and caller.guest is None:
        raise Forbidden("Please sign in.", code="sign-in")
    return Reader(caller.person_id, None if caller.person_id is not None else caller.guest)


def _reason(on: Ballot, reason: str | None) -> str:
    if not on.policy.down_votes:
        raise Forbidden("This site has no down-votes. You can report what breaks its rules.", code="no-down-votes")
    if reason not in on.policy.down_reasons:
        raise Invalid("Please choose a reason.", fields={"reason": "Please choose a reason."})
    return reason
