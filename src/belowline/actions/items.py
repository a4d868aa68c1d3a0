"""One comment on a moderator's desk: all that there is to know of it, and whose hands it is in."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.actions import hands
from belowline.actions import queues as queue_act
from belowline.actions.desk import Desk, access_comment
from belowline.actions.hands import Hand
from belowline.actions.moderate import item
from belowline.errors import Invalid
from belowline.model.comment import Comment
from belowline.model.decision import Decision
from belowline.model.evidence import Evidence, Outcome, Verdict
from belowline.model.sanction import Sanction
from belowline.model.story import Story
from belowline.moderation import prints
from belowline.rules import grounds, marks, text
from belowline.store import comments, decisions, facts, record, reports, sanctions, search, verdicts, writers
from belowline.store.claims import Claim
from belowline.store.record import Note
from belowline.store.reports import Report

SIMILAR = 20
ALIKE = 0.8
"""From here two texts are the same paste."""
MAX_NOTE = 2_000


class Made(msgspec.Struct, frozen=True):
    """A decision as the desk shows it."""

    decision: Decision
    by: str
    """Who made it."""
    reason: str
    """In words."""
    undone_by: str | None


class Item(msgspec.Struct, frozen=True):
    comment: Comment
    story: Story
    ancestors: list[Comment]
    html: str
    """The comment's, with marks where the evidence bit."""
    verdict: Verdict | None
    evidence: list[Evidence]
    """The newest, first what asked for what was done."""
    record: dict[str, int]
    """The writer's last comments here by state; empty for a writer whom nobody can know again."""
    sanctions: list[Sanction]
    notes: list[Note]
    reports: list[Report]
    revisions: list[tuple[str, dt.datetime]]
    similar: list[queue_act.Row]
    made: list[Made]
    mark: str
    claim: Claim | None
    mine: bool
    """The claim is the moderator's own."""

    @property
    def taken(self) -> bool:
        return self.claim is not None and not self.mine


def claim(conn: sa.Connection, desk: Desk, comment_id: int, now: dt.datetime) -> Hand:
    """Takes a comment in hand, or renews that; gives whoever has it, which may be somebody else."""
    access_comment(conn, desk, comment_id)
    return hands.take(conn, desk, item(comment_id), now)


def release(conn: sa.Connection, desk: Desk, comment_id: int) -> None:
    """Lays a comment out of one's hands."""
    hands.lay_down(conn, desk, item(comment_id))


def open_item(conn: sa.Connection, desk: Desk, comment_id: int, now: dt.datetime) -> Item:
    """Raises NotFound."""
    site, story, comment = access_comment(conn, desk, comment_id)
    judged = verdicts.of_comment(conn, comment.id)
    last = judged[-1] if judged else None
    found = _told(last)
    made = decisions.of_comment(conn, comment.id)
    hand = hands.look(conn, desk, item(comment.id), now)
    guest, email_hash = (None, None) if comment.person_id else comments.marks(conn, comment.id)
    return Item(
        comment=comment,
        story=story,
        ancestors=comments.ancestors(conn, comment),
        html=marks.marked(comment.html, marks.phrases(found)),
        verdict=last,
        evidence=found,
        record=writers.counts(conn, site.id, comment.person_id, guest, email_hash),
        sanctions=sanctions.of(conn, site.id, comment.person_id, guest, email_hash),
        notes=record.notes(conn, site.id, comment.person_id) if comment.person_id else [],
        reports=reports.of_comment(conn, comment.id),
        revisions=verdicts.revisions(conn, comment.id),
        similar=queue_act.rows(conn, desk, _similar(conn, site.id, comment), now),
        made=_made(conn, desk, made),
        mark=grounds.mark(comment, made[-1].id if made else None),
        claim=hand.claim,
        mine=hand.mine,
    )


def note(conn: sa.Connection, desk: Desk, comment_id: int, said: str, now: dt.datetime) -> None:
    """A word to the other moderators about who wrote a comment. Raises NotFound, Invalid."""
    _, _, comment = access_comment(conn, desk, comment_id)
    if comment.person_id is None:
        raise Invalid("Its writer was not signed in: nobody can be noted.", fields={"note": "A guest."})
    try:
        clean = text.clean(said, MAX_NOTE)
    except Invalid as error:
        raise Invalid("Please write the note.", fields={"note": error.message}) from error
    record.add_note(conn, desk.site.id, comment.person_id, clean, desk.person.id, now)


def _similar(conn: sa.Connection, site_id: int, of: Comment) -> list[Comment]:
    """The same text, or nearly, as it was sent to the site in the last two weeks; newest first."""
    mine = prints.take(of.text)
    found = facts.alike(conn, site_id, mine, prints.marks(mine))
    near = [one.comment_id for one in found if prints.alike(one.print, mine) >= ALIKE and one.comment_id != of.id]
    return search.whole(conn, sorted(near)[-SIMILAR:])


def _told(verdict: Verdict | None) -> list[Evidence]:
    if verdict is None:
        return []
    found = [one for one in verdict.evidence if one.reason and (one.score or one.asks != Outcome.PUBLISH)]
    return sorted(found, key=lambda one: (one.asks != verdict.outcome, -one.score))


def _made(conn: sa.Connection, desk: Desk, made: list[Decision]) -> list[Made]:
    who = {one for each in made for one in (each.decided_by, each.undone_by) if one is not None}
    names = writers.names(conn, who)
    return [
        Made(
            one,
            "the machine" if one.by_machine else names.get(one.decided_by or 0, "the operator"),
            grounds.sentence(desk.site.policy, one.ground, one.reason),
            names.get(one.undone_by) if one.undone_by else None,
        )
        for one in reversed(made)
    ]
