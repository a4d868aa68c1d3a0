"""Everything that is kept about one person, in sections that are read page by page.

Each section is one statement over `:person`, a page at a time beyond a key, so that an account with 100,000 comments
is read in bounded pieces. What others wrote appears only as far as it makes sense of what the person wrote.
"""

from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.store.tables import comment, revision, site, story, verdict
from belowline.store.tables_jobs import follow, follower
from belowline.store.tables_moderation import decision, sanction
from belowline.store.tables_people import login, passkey, person, person_name, role, session
from belowline.store.tables_push import push
from belowline.store.tables_taking_part import mute, report, visit, vote

PAGE = 500
EXCERPT = 400  # characters of what a comment answers
_PERSON = sa.bindparam("person", type_=sa.BigInteger)
_READER = sa.literal("p").concat(sa.cast(_PERSON, sa.Text))


class Section(msgspec.Struct, frozen=True):
    """`statement` selects the key's columns first, then the columns that are shown."""

    name: str
    statement: sa.Select[Any]
    key: tuple[sa.ColumnElement[Any], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.statement.selected_columns)[len(self.key) :]


def _section(name: str, key: tuple[sa.ColumnElement[Any], ...], *columns: sa.ColumnElement[Any]) -> Section:
    numbered = [column.label(f"key_{number}") for number, column in enumerate(key)]
    return Section(name, sa.select(*numbered, *columns), key)


def _from(section: Section, start: sa.FromClause, *where: sa.ColumnElement[bool]) -> Section:
    return Section(section.name, section.statement.select_from(start).where(*where), section.key)


def page(
    conn: sa.Connection, section: Section, person_id: int, after: tuple[Any, ...] | None
) -> tuple[list[tuple[Any, ...]], tuple[Any, ...] | None]:
    """(rows in the order of `section.columns`, the key to go on from; None at the end)."""
    statement = section.statement.order_by(*section.key).limit(PAGE)
    if after is not None:
        statement = statement.where(sa.tuple_(*section.key) > after)
    rows = [tuple(row) for row in conn.execute(statement, {"person": person_id})]
    cut = len(section.key)
    return [row[cut:] for row in rows], rows[-1][:cut] if len(rows) == PAGE else None


def _address(of: sa.ColumnElement[Any], kind: str = "comments") -> sa.ColumnElement[str]:
    """A path of ours; the export puts the server's origin before it."""
    return sa.literal(f"/{kind}/").concat(sa.cast(of, sa.Text))


_c, _s = comment.c, story.c
_place = sa.func.coalesce(_s.url, sa.literal("/stories/").concat(_s.slug)).label("story_address")
_title = _s.title.label("story")
_under_story = comment.join(story, _s.id == _c.story_id)
_answered = comment.alias("answered")
_stands = _answered.c.state == "published"
_theirs = _c.person_id == _PERSON
_session_site = site.alias("session_site")

PROFILE = _from(
    _section(
        "profile",
        (person.c.id,),
        _address(person.c.id, "people").label("address"),
        *(person.c[name] for name in ("name", "about", "private", "lang", "email", "created_at")),
        follower.c.mails,
        follower.c.replies.label("told_of_replies"),
    ),
    person.outerjoin(follower, follower.c.person_id == person.c.id),
    person.c.id == _PERSON,
)
COMMENTS = _from(
    _section(
        "comments",
        (_c.id,),
        _address(_c.id).label("address"),
        _title,
        _place,
        _address(_c.parent_id).label("answers_address"),
        sa.case((_stands, _answered.c.author_name)).label("answers_whom"),
        sa.case((_stands, sa.func.substr(_answered.c.text, 1, EXCERPT))).label("answers_text"),
        *(_c[name] for name in ("author_name", "state", "lang", "created_at", "edited_at", "format", "text")),
        _c.respect_count.label("respect"),
    ),
    _under_story.outerjoin(_answered, _answered.c.id == _c.parent_id),
    _theirs,
)
EARLIER_TEXTS = _from(
    _section(
        "earlier_texts",
        (_c.id, revision.c.id),
        _address(_c.id).label("address"),
        revision.c.written_at,
        revision.c.text,
    ),
    comment.join(revision, revision.c.comment_id == _c.id),
    _theirs,
)
VERDICTS = _from(  # without the reasons, which are for moderators and may hold what others wrote
    _section(
        "checks_of_comments",
        (_c.id, verdict.c.id),
        _address(_c.id).label("address"),
        verdict.c.decided_at,
        verdict.c.outcome,
        verdict.c.evidence.label("found"),
        verdict.c.pipeline,
    ),
    comment.join(verdict, verdict.c.comment_id == _c.id),
    _theirs,
)
_decided = ("action", "state_before", "state_after", "ground", "reason", "explanation", "by_machine", "undone_at")
DECISIONS = _from(
    _section(
        "decisions",
        (decision.c.id,),
        _address(decision.c.comment_id).label("address"),
        decision.c.decided_at,
        *(decision.c[name] for name in _decided),
    ),
    decision,
    decision.c.person_id == _PERSON,
)
SANCTIONS = _from(
    _section(
        "sanctions",
        (sanction.c.id,),
        *(sanction.c[name] for name in ("kind", "reason", "made_at", "until", "lifted_at")),
    ),
    sanction,
    sanction.c.person_id == _PERSON,
)
VOTES = _from(
    _section(
        "votes",
        (vote.c.story_id, vote.c.comment_id),
        _address(vote.c.comment_id).label("address"),
        _title,
        _place,
        vote.c.value,
        vote.c.reason,
        vote.c.cast_at,
    ),
    vote.join(story, _s.id == vote.c.story_id),
    vote.c.reader == _READER,
)
REPORTS = _from(
    _section(
        "reports",
        (report.c.id,),
        _address(report.c.comment_id).label("address"),
        *(report.c[name] for name in ("reason", "text", "created_at", "outcome", "settled_at")),
    ),
    report,
    report.c.reader == _READER,
)
FOLLOWS = _from(
    _section(
        "follows",
        (follow.c.id,),
        follow.c.kind,
        sa.case(
            (follow.c.kind == "story", sa.literal("/stories/").concat(_s.slug)),
            (follow.c.kind == "comment", _address(follow.c.subject_id)),
            else_=_address(follow.c.subject_id, "people"),
        ).label("address"),
        follow.c.created_at,
    ),
    follow.join(follower, follower.c.id == follow.c.follower_id).outerjoin(
        story, sa.and_(follow.c.kind == "story", _s.id == follow.c.subject_id)
    ),
    follower.c.person_id == _PERSON,
)
_muted = person.alias("muted")
MUTES = _from(
    _section("mutes", (mute.c.muted_id,), _address(mute.c.muted_id, "people").label("address"), _muted.c.name,
             mute.c.muted_at),
    mute.join(_muted, _muted.c.id == mute.c.muted_id),
    mute.c.person_id == _PERSON,
)  # fmt: skip
NAMES = _from(
    _section("names", (person_name.c.id,), person_name.c.name, person_name.c.until),
    person_name,
    person_name.c.person_id == _PERSON,
)
ROLES = _from(
    _section("roles", (role.c.site_id,), site.c.key.label("site"), role.c.role),
    role.join(site, site.c.id == role.c.site_id),
    role.c.person_id == _PERSON,
)
LOGINS = _from(
    _section("ways_in", (login.c.id,), login.c.method, login.c.issuer, login.c.created_at),
    login,
    login.c.person_id == _PERSON,
)
PASSKEYS = _from(
    _section("passkeys", (passkey.c.id,), passkey.c.name, passkey.c.created_at, passkey.c.used_at),
    passkey,
    passkey.c.person_id == _PERSON,
)
SESSIONS = _from(
    _section(
        "sessions",
        (session.c.id,),
        session.c.kind,
        _session_site.c.key.label("site"),
        *(session.c[name] for name in ("agent", "created_at", "seen_at", "expires_at")),
    ),
    session.outerjoin(_session_site, _session_site.c.id == session.c.site_id),
    session.c.person_id == _PERSON,
)
PUSHES = _from(
    _section("push", (push.c.id,), push.c.endpoint, push.c.created_at),
    push.join(follower, follower.c.id == push.c.follower_id),
    follower.c.person_id == _PERSON,
)
VISITS = _from(
    _section("visits", (visit.c.story_id,), _title, _place, visit.c.seen_at),
    visit.join(story, _s.id == visit.c.story_id),
    visit.c.person_id == _PERSON,
)

SECTIONS = (
    PROFILE, NAMES, ROLES, COMMENTS, EARLIER_TEXTS, VERDICTS, DECISIONS, SANCTIONS, VOTES, REPORTS, FOLLOWS, MUTES,
    LOGINS, PASSKEYS, SESSIONS, PUSHES, VISITS,
)  # fmt: skip
"""In the order in which they stand in the export."""
