"""Sessions: opened, refreshed, ended. What must be kept although the caller is refused is returned, not raised."""

import datetime as dt
import hmac

import msgspec
import sqlalchemy as sa

from belowline.errors import Forbidden, NotFound
from belowline.model.person import SignedIn
from belowline.rules import roles
from belowline.store import log, people, sessions, sites

PAGE = dt.timedelta(days=30)  # after the last visit
EMBED = dt.timedelta(days=30)
HANDED = dt.timedelta(days=1)  # after the publication's own login, which hands the next token over
ACCESS = dt.timedelta(minutes=15)
LATE = dt.timedelta(seconds=30)  # two tabs that refresh at once are no thieves, nor is who lost the answer
SEEN_EVERY = dt.timedelta(hours=1)
MAX_AGENT = 200


class Tokens(msgspec.Struct, frozen=True):
    """What an embed holds for its reader."""

    access: str
    """Send it as `Authorization: Bearer <access>`."""
    expires_in: int
    """Seconds."""
    refresh: str
    """Exchange it, once, for the next pair at /api/v1/session/refresh."""


def open_page(conn: sa.Connection, person_id: int, earlier: str | None, agent: str, now: dt.datetime) -> str:
    """A cookie's token for our own pages. The session that the browser had before ends: what somebody may have
    planted there or seen is worth nothing after a sign-in."""
    sessions.drop_old(conn, now)
    if earlier and (known := sessions.by_token(conn, earlier, "page", now)):
        sessions.end(conn, known.person.id, known.session.id)
    session_id, token = sessions.add(conn, person_id, "page", None, agent[:MAX_AGENT], now, now + PAGE)
    _log_newsroom(conn, person_id, session_id, now)
    return token


def open_embed(
    conn: sa.Connection, person_id: int, site_id: int, agent: str, now: dt.datetime, lasts: dt.timedelta = EMBED
) -> Tokens:
    """Tokens for one site's pages."""
    sessions.drop_old(conn, now)
    session_id, refresh_token = sessions.add(conn, person_id, "embed", site_id, agent[:MAX_AGENT], now, now + lasts)
    _log_newsroom(conn, person_id, session_id, now)
    return _tokens(conn, session_id, sessions.new_token(), refresh_token, now)


def _log_newsroom(conn: sa.Connection, person_id: int, session_id: int, now: dt.datetime) -> None:
    """Those who can decide leave a line in the log when they come in; readers do not."""
    for site_id, role in people.roles_of(conn, person_id).items():
        if roles.may_moderate(role):
            log.append(conn, now, "sign-in", {"session": session_id, "role": str(role)}, person_id, site_id)


def _tokens(conn: sa.Connection, session_id: int, access: str, refresh_token: str, now: dt.datetime) -> Tokens:
    sessions.set_access(conn, session_id, access, now + ACCESS)
    return Tokens(ACCESS_PREFIX + access, int(ACCESS.total_seconds()), refresh_token)


ACCESS_PREFIX = "reader."
"""Tells a reader's token from the other bearer tokens (of one comment, of the newsroom)."""


def refresh(conn: sa.Connection, token: str, now: dt.datetime) -> Tokens | None:
    """The next pair; the same pair when shown again within LATE: the answer may have been lost on its way, or another
    tab was first and uses its tokens already.

    Who shows one long after it was exchanged has it from somebody else: then the session ends for both.
    """
    secret = sites.signing_secret(conn)
    access, following = _following(secret, token, "access"), _following(secret, token, "refresh")
    if known := sessions.by_token(conn, token, "embed", now):
        until = now + (known.session.expires_at - known.session.seen_at)
        sessions.rotate(conn, known.session.id, following, now, until)
        return _tokens(conn, known.session.id, access, following, now)
    if before := sessions.by_earlier(conn, token, now):
        if now - before.session.seen_at < LATE:
            return _tokens(conn, before.session.id, access, following, now)
        sessions.end(conn, before.person.id, before.session.id)
    return None


def _following(secret: str, token: str, kind: str) -> str:
    """The token of this kind that comes after a refresh token: only who has the secret can tell it."""
    return hmac.digest(secret.encode(), f"{kind}\0{token}".encode("utf-8", "replace"), "sha256").hex()


def saw(conn: sa.Connection, who: SignedIn, now: dt.datetime) -> None:
    """Keeps a page's session alive that is used."""
    sessions.saw(conn, who.session.id, now, now + PAGE)


def sign_out(conn: sa.Connection, who: SignedIn) -> None:
    sessions.end(conn, who.person.id, who.session.id)


def sign_out_everywhere(conn: sa.Connection, who: SignedIn) -> int:
    """How many sessions ended. Raises Forbidden for a publisher's page: that is done on our own."""
    if who.session.kind != "page":
        raise Forbidden("Sign out everywhere on the discussion's own page.", code="own-page-only")
    return sessions.end_all(conn, who.person.id)


def end_session(conn: sa.Connection, who: SignedIn, session_id: int) -> None:
    """Ends one of one's own sessions. Raises NotFound for any other."""
    if not sessions.end(conn, who.person.id, session_id):
        raise NotFound("This session has ended already.", code="unknown-session")
