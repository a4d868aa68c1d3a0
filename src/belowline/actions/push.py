"""A follower has notices shown by their browser: switched on and off where they are signed in."""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.actions import follows as follow_act
from belowline.actions.own_data import access_own_data
from belowline.model.follow import Notice
from belowline.model.person import SignedIn
from belowline.store import jobs, pushes, sites
from belowline.store.pushes import Push


class Keys(msgspec.Struct, frozen=True):
    """What a browser gives us to encrypt for it, base64url."""

    p256dh: str
    auth: str


class Subscription(msgspec.Struct, frozen=True):
    """As a browser gives it (PushSubscription.toJSON)."""

    endpoint: str
    keys: Keys


class Message(msgspec.Struct, frozen=True):
    """What a push tells: a title and a page of ours."""

    title: str
    url: str
    tag: str
    """The same for the same message: who is sent it twice sees it once."""


def key(conn: sa.Connection) -> str:
    """The public key of this installation, made on first use."""
    from belowline.rules import webpush  # noqa: PLC0415

    return webpush.public_key(_secret(conn))


def _secret(conn: sa.Connection) -> str:
    from belowline.rules import webpush  # noqa: PLC0415

    return sites.kept_secret(conn, "vapid", webpush.new_key)


def start(conn: sa.Connection, who: SignedIn, given: Subscription, private: bool, now: dt.datetime) -> None:
    """Raises Invalid for what is no subscription, Forbidden on a publisher's page."""
    from belowline.rules import webpush  # noqa: PLC0415

    access_own_data(who)
    webpush.check(given.endpoint, given.keys.p256dh, given.keys.auth, private)
    follower = follow_act.of_person(conn, who.person.id, now)
    pushes.add(conn, follower.id, who.session.id, given.endpoint, given.keys.p256dh, given.keys.auth, now)


def stop(conn: sa.Connection, who: SignedIn) -> None:
    pushes.remove_of_session(conn, who.session.id)


def is_on(conn: sa.Connection, session_id: int) -> bool:
    return pushes.of_session(conn, session_id) is not None


def take(conn: sa.Connection, push_id: int, job_id: int, base_url: str) -> tuple[Push, Message, str] | None:
    """(to whom, what this job's message says, the signing key). None: nothing to tell."""
    jobs.release_key(conn, job_id)  # what comes from now on is another message's
    found = pushes.get(conn, push_id)
    if found is None:
        return None
    notices = pushes.take(conn, found, job_id)
    if not notices:
        return None
    return found, _message(notices, base_url), _secret(conn)


def _message(notices: list[Notice], base_url: str) -> Message:
    newest = notices[-1]
    tag = f"notice-{newest.id}"
    if len(notices) == 1:
        return Message(f"{newest.author or '…'}: {newest.story}"[:150], f"{base_url}/comments/{newest.comment}", tag)
    return Message(f"{len(notices)} new comments: {newest.story}"[:150], f"{base_url}/notifications", tag)
