"""Second looks: do two moderators, each alone, decide alike? Nothing follows for the comment."""

import datetime as dt
import hashlib

import sqlalchemy as sa

from belowline.actions.desk import Desk
from belowline.errors import Invalid, NotFound
from belowline.model.comment import Comment
from belowline.model.decision import Decision
from belowline.model.site import Policy
from belowline.store import comments, log, second_looks

_SAYS = ("publish", "remove")


def maybe_ask(conn: sa.Connection, decision: Decision, policy: Policy, now: dt.datetime) -> None:
    """Asks for a second look at some of a person's decisions, chosen by the id's hash: nobody can tell beforehand
    which, and everybody can prove afterwards that none was left out."""
    counts = decision.comment_id is not None and decision.state_after in ("published", "removed", "spam")
    if counts and not decision.by_machine and _chosen(decision.id) < policy.second_look_share:
        second_looks.ask(conn, decision.id, decision.site_id, now)


def _chosen(decision_id: int) -> float:
    """A number from 0 to 1 that the id alone decides."""
    return int.from_bytes(hashlib.sha256(f"second look {decision_id}".encode()).digest()[:4]) / 2**32


def following(conn: sa.Connection, desk: Desk) -> tuple[int, Comment] | None:
    """The next (decision, comment) for this moderator; None where nothing waits for them."""
    found = second_looks.following(conn, desk.site.id, desk.person.id)
    return None if found is None else (found[0], comments.must(conn, found[1]))


def say(conn: sa.Connection, decision_id: int, said: str, desk: Desk, now: dt.datetime) -> None:
    """Raises Invalid, and NotFound for a decision of one's own, of another site, or judged already."""
    if said not in _SAYS:
        raise Invalid("Say whether you would publish or remove it.", fields={"said": "publish or remove"})
    if second_looks.waits_for(conn, desk.site.id, desk.person.id, decision_id) is None:
        raise NotFound("This second look does not wait for you.", code="no-second-look")
    second_looks.say(conn, decision_id, said, desk.person.id, now)
    log.append(conn, now, "second look", {"decision": decision_id, "said": said}, desk.person.id, desk.site.id)
