"""What readers do about following: begin, confirm, stop, choose how they hear of it, read their notices."""

import datetime as dt
import hashlib

import msgspec
import sqlalchemy as sa
from itsdangerous import BadSignature, Signer

from belowline.errors import Forbidden, Invalid, NotFound
from belowline.model.comment import State
from belowline.model.follow import Follow, Followed, Follower, Kind, Mails, Notice
from belowline.model.ids import MAX_ID
from belowline.rules.mentions import fold
from belowline.rules.signin import clean_email
from belowline.store import comments, follows, jobs, notifications, people, sites, stories

AGAIN = dt.timedelta(minutes=10)  # nobody's address gets a second question sooner
NOTICES = 50


class Subject(msgspec.Struct, frozen=True):
    """What can be followed, as a page shows it."""

    kind: Kind
    id: int
    title: str
    path: str
    lang: str | None = None
    """Of the story that it is, or is under."""


class Notices(msgspec.Struct, frozen=True):
    unread: int
    notices: list[Notice]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How somebody hears of things."""

    mails: Mails
    replies: bool
    """Also of replies to their own comments."""


class Marks:
    """Signed marks in mails: they prove that whoever holds them reads the address' mail."""

    def __init__(self, secret: str) -> None:
        self._signers = {
            what: Signer(secret, salt=f"follow {what}", digest_method=hashlib.sha256) for what in ("confirm", "stop")
        }

    def make(self, what: str, follower_id: int, follow_id: int | None) -> str:
        return self._signers[what].sign(f"{follower_id}-{follow_id or 0}").decode()

    def read(self, what: str, mark: str) -> tuple[int, int | None]:
        """(follower id, follow id or None for all). Raises Forbidden."""
        try:
            follower_id, _, follow_id = self._signers[what].unsign(mark).decode().partition("-")
        except (BadSignature, ValueError) as error:
            raise Forbidden("This link is not whole. Copy it from the mail as it is.", code="bad-link") from error
        return int(follower_id), int(follow_id) or None


def marks(conn: sa.Connection) -> Marks:
    return Marks(sites.signing_secret(conn))


def of_person(conn: sa.Connection, person_id: int, now: dt.datetime) -> Follower:
    """A person as a follower; by default they hear at once of what is to them."""
    known = follows.follower_of(conn, person_id)
    return known or follows.add_follower(conn, person_id, None, Mails.AT_ONCE, now)


def access_subject(conn: sa.Connection, kind: Kind, subject_id: int) -> Subject:
    """Raises NotFound for what is not there to be read."""
    if kind == Kind.STORY and (story := stories.get(conn, subject_id)):
        return Subject(kind, story.id, story.title, f"/stories/{story.slug}", story.lang)
    if kind == Kind.COMMENT and (comment := comments.get(conn, subject_id)) and comment.state == State.PUBLISHED:
        lang = notifications.language(conn, comment.id)
        return Subject(kind, comment.id, comment.author_name or "…", f"/comments/{comment.id}", lang)
    if kind == Kind.PERSON and (person := people.get(conn, subject_id)) and not person.private:
        return Subject(kind, person.id, person.name, f"/people/{person.id}")
    raise NotFound("There is nothing here to follow.", code="unknown-subject")


def follow(conn: sa.Connection, person_id: int, kind: Kind, subject_id: int, now: dt.datetime) -> Follow:
    """A person follows; once, however often they say so."""
    access_subject(conn, kind, subject_id)
    who = of_person(conn, person_id, now)
    return follows.find(conn, who.id, kind, subject_id) or follows.add(conn, who.id, kind, subject_id, True, now)


def ask(conn: sa.Connection, email: str, kind: Kind, subject_id: int, now: dt.datetime) -> None:
    """A guest gives an address, which is asked by mail before anything else goes there.

    Raises Invalid for what is no address, and tells nobody whether it is known here.
    """
    access_subject(conn, kind, subject_id)
    address = clean_email(email)
    who = follows.follower_by_email(conn, address) or follows.add_follower(conn, None, address, Mails.AT_ONCE, now)
    known = follows.find(conn, who.id, kind, subject_id)
    if known and (known.confirmed or now - known.created_at < AGAIN):
        return
    if known:
        follows.remove(conn, known.id)
    made = follows.add(conn, who.id, kind, subject_id, False, now)
    jobs.add(conn, "confirm", {"follow": made.id}, now)


def access_confirm(conn: sa.Connection, mark: str) -> tuple[Follow, Subject]:
    """The follow that a mailed link confirms. Raises Forbidden and NotFound."""
    follower_id, follow_id = marks(conn).read("confirm", mark)
    found = follows.get(conn, follow_id or 0)
    if found is None or found.follower_id != follower_id:
        raise NotFound("This was asked for long ago, or stopped since. Follow it again.", code="unknown-subject")
    return found, access_subject(conn, found.kind, found.subject_id)


def confirm(conn: sa.Connection, mark: str) -> Subject:
    found, subject = access_confirm(conn, mark)
    follows.confirm(conn, found.id)
    who = follows.get_follower(conn, found.follower_id)
    if who and who.mails == Mails.NONE:  # they had stopped all mails and now ask for one
        follows.change_follower(conn, who.id, mails=str(Mails.AT_ONCE))
    return subject


def stop(conn: sa.Connection, mark: str) -> str | None:
    """By a mail's link: stops the follow that led to it, or else all mails. The follow's title, None for all."""
    follower_id, follow_id = marks(conn).read("stop", mark)
    if follow_id is None:
        follows.change_follower(conn, follower_id, mails=str(Mails.NONE))
        return None
    title = stoppable(conn, mark)
    if (found := follows.get(conn, follow_id)) and found.follower_id == follower_id:
        follows.remove(conn, follow_id)
    return title or "…"


def stoppable(conn: sa.Connection, mark: str) -> str | None:
    """What a mail's link would stop; None: all mails. Raises Forbidden."""
    follower_id, follow_id = marks(conn).read("stop", mark)
    if follow_id is None:
        return None
    return next((one.title for one in follows.listed(conn, follower_id) if one.id == follow_id), "…")


def unfollow(conn: sa.Connection, person_id: int, follow_id: int) -> None:
    """Raises NotFound for what is not theirs."""
    who, found = follows.follower_of(conn, person_id), follows.get(conn, follow_id)
    if who is None or found is None or found.follower_id != who.id:
        raise NotFound("You do not follow this.", code="unknown-subject")
    follows.remove(conn, follow_id)


def followed(conn: sa.Connection, person_id: int) -> tuple[Settings, list[Followed]]:
    who = follows.follower_of(conn, person_id)
    if who is None:
        return Settings(Mails.AT_ONCE, True), []
    return Settings(who.mails, who.replies), follows.listed(conn, who.id)


def set_settings(conn: sa.Connection, person_id: int, chosen: Settings, now: dt.datetime) -> None:
    who = of_person(conn, person_id, now)
    follows.change_follower(conn, who.id, mails=str(chosen.mails), replies=chosen.replies)


def notices(conn: sa.Connection, person_id: int, before: int | None) -> Notices:
    who = follows.follower_of(conn, person_id)
    if who is None:
        return Notices(0, [])
    page = notifications.page(conn, who.id, before or MAX_ID, NOTICES)
    return Notices(notifications.unread(conn, who.id), page)


def mark_read(conn: sa.Connection, person_id: int, up_to: int, now: dt.datetime) -> int:
    """Marks their notices up to the id `up_to` as read; how many were not."""
    who = follows.follower_of(conn, person_id)
    return notifications.mark_read(conn, who.id, up_to, now) if who else 0


def chosen(given: dict[str, object]) -> Settings:
    """What a form says. Raises Invalid."""
    try:
        return msgspec.convert(given, Settings)
    except msgspec.ValidationError as error:
        raise Invalid("Choose how you want to hear of things.", fields={"mails": "One of those shown."}) from error


def names(writers: list[tuple[int, str]], prefix: str) -> list[str]:
    """Names of those who write here that begin with `prefix`, or have a word that does; the last to write first."""
    wanted = fold(prefix)
    fitting = [name for _, name in writers if any(w.startswith(wanted) for w in (fold(name), *fold(name).split()))]
    return list(dict.fromkeys(fitting))[:8]
