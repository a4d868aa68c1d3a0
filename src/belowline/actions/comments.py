"""What a reader does with comments. Read `post` from top to bottom: that is all that happens.

Each function runs in one transaction (store/db.py) and raises errors.Problem before anything is
written where the reader is wrong.
"""

import datetime as dt
import hashlib
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from belowline.actions import notify
from belowline.actions.drafts import must_stand, of_text, prepare
from belowline.actions.facts import Asked, by_writer, gather
from belowline.actions.people import Caller, Writer, access_writer
from belowline.actions.quotes import Quote, kept
from belowline.errors import Closed, Conflict, Forbidden, Invalid, NotFound
from belowline.model.comment import Comment, State
from belowline.model.evidence import Draft, External, Outcome, Verdict
from belowline.model.ids import RowId
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.moderation import prints
from belowline.moderation.pipeline import judge
from belowline.rules import access, text
from belowline.store import comments, ground, queues, sendings, sites, stories, verdicts
from belowline.store.facts import Sender
from belowline.store.ground import Ground

MAX_KEY = 200
MAX_PREVIEW_CHARS = 10_000  # a preview asks no site for its own limit; sending does


class NewComment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A comment as its writer sends it."""

    name: str = ""
    """Guests give one; who is signed in writes under their own."""
    email: str = ""
    """A guest's, if they like; only a keyed hash is kept, by which they can make the comment their own later."""
    text: str
    parent: RowId | None = None
    lang: str | None = None
    key: str = ""
    """Any text up to 200 characters, new for each comment: what is sent twice with it is kept once."""
    quotes: Annotated[tuple[Quote, ...], msgspec.Meta(max_length=10)] = ()
    """Where the passages that it quotes stand."""
    nudged: bool = False
    """Its writer was asked about it (the problem `nudge`) and sends it anyway."""


class Changed(msgspec.Struct, frozen=True):
    """A comment that was written or changed, with what a reader's answer needs."""

    site: Site
    story: Story
    comment: Comment
    parent: Comment | None
    sentences: list[str] = []
    """Why it waits for a moderator, if it does."""
    again: bool = False
    """It had been sent before: nothing was written now."""


def post(
    conn: sa.Connection,
    slug: str,
    new: NewComment,
    caller: Caller,
    now: dt.datetime,
    external: External | None = None,
) -> Changed:
    """A reader comments or replies. `external`: what the site's own service, if it has one, said of it.

    Raises NotFound, Forbidden (origin, members only), Unauthorized (no guests), Closed, Invalid (with the fields
    at fault), Nudge (not `nudged` yet) and Conflict (key used for other text, or by somebody else).
    """
    here = _access_ground(conn, slug, new, caller, now)
    site, story, parent = here.site, here.story, here.parent
    writer = access_writer(conn, site, story, caller, new.name, new.email, staffed=here.staffed)
    if here.sent:
        return _sent_before(conn, here, new, writer)
    draft = prepare(site, story, parent, writer, new.text, new.lang)
    quoted = tuple(one.comment for one in new.quotes if one.comment is not None)
    asked = by_writer(site, story, parent, writer, caller, nudged=new.nudged, quoted=quoted, external=external)
    verdict = judge(draft, gather(conn, draft, asked, now), site.policy)
    must_stand(verdict, site)
    beside = {"guest": caller.guest, "quotes": kept(conn, story, new.quotes)}
    comment = comments.add(conn, _row(draft, verdict, new, now) | writer.row | beside, parent)
    verdicts.note(conn, comment.id, verdict, now)
    sendings.add(conn, comment, site.id, asked.sender, prints.take(draft.text))
    notify.queue(conn, comment, parent, now, here.followed)
    return Changed(site, story, comment, parent, verdict.sentences)


def edit(
    conn: sa.Connection,
    comment_id: int,
    source: str,
    lang: str | None,
    now: dt.datetime,
    nudged: bool = False,
    external: External | None = None,
) -> Changed:
    """Its writer changes a comment within the window; what it said before is kept."""
    site, story, comment, parent = access_own(conn, comment_id, now)
    draft = of_text(site, story, parent, comment.author_name or "", source, lang)
    if (draft.text, draft.lang) == (comment.text, comment.lang):
        return Changed(site, story, comment, parent)
    sender = Sender(comment.person_id, *comments.marks(conn, comment.id))
    here = access.under(site, story)
    staff = comment.badge is not None
    asked = Asked(here, story, sender, staff=staff, nudged=nudged, parent=parent, external=external, of=comment.id)
    verdict = judge(draft, gather(conn, draft, asked, now), here.policy)
    must_stand(verdict, site)
    verdicts.add_revision(conn, comment.id, comment.text, comment.edited_at or comment.created_at)
    comment = comments.rewrite(conn, comment, text=draft.text, html=draft.html, lang=draft.lang, edited_at=now)
    if comment.badge is None:
        queues.set_unseen(conn, comment, True)
    if verdict.outcome == Outcome.HOLD and comment.state == State.PUBLISHED:
        comment = comments.set_state(conn, comment, State.HELD)
    verdicts.note(conn, comment.id, verdict, now)
    sendings.reprint(conn, comment.id, prints.take(draft.text))
    return Changed(site, story, comment, parent, verdict.sentences)


def delete(conn: sa.Connection, comment_id: int, now: dt.datetime, any_time: bool = False) -> Changed:
    """Its writer takes a comment back: a guest within the window, who is signed in at `any_time`."""
    site, story, comment, parent = access_own(conn, comment_id, now, any_time)
    return Changed(site, story, comments.set_state(conn, comment, State.DELETED), parent)


def decide(conn: sa.Connection, comment_id: int, state: State) -> Changed:
    """A comment's new state, and who is told that it stands. Decisions come through actions/moderate.py."""
    comment = comments.get(conn, comment_id)
    if comment is None:
        raise NotFound(f"There is no comment {comment_id}.")
    story = access_story(conn, comment.story_id)
    changed = comment if comment.state == state else comments.set_state(conn, comment, state)
    parent = _parent_of(conn, comment)
    if changed.state != comment.state:
        notify.queue(conn, changed, parent, changed.created_at)  # due since then: at once
    return Changed(sites.get(conn, story.site_id), story, changed, parent)


def held(conn: sa.Connection, limit: int = 100) -> list[Comment]:
    """What waits for a moderator, oldest first."""
    return queues.held(conn, limit)


def edit_until(changed: Changed) -> dt.datetime:
    return access.edit_until(changed.comment, changed.site.policy)


def preview(source: str, max_chars: int) -> str:
    """How a text will look; the same rendering as a post's. Raises Invalid."""
    return text.comment_html(text.clean(source, max_chars))


# --- access: fetches a row and checks; the only way to get one -------------------------------------


def access_story(conn: sa.Connection, story_id: int) -> Story:
    story = stories.get(conn, story_id)
    if story is None:
        raise NotFound("There is no such story.")
    return story


def access_form(conn: sa.Connection, slug: str, parent_id: int | None) -> tuple[Site, Story, Comment | None]:
    """What a comment form shows; it may be shown also where sending will fail."""
    story = stories.by_slug(conn, slug)
    if story is None:
        raise NotFound("There is no such story.", code="unknown-story")
    parent = None if parent_id is None else comments.get(conn, parent_id)
    shown = parent if parent and parent.story_id == story.id and parent.state == State.PUBLISHED else None
    return sites.get(conn, story.site_id), story, shown


def access_parent_form(conn: sa.Connection, parent_id: int, now: dt.datetime) -> tuple[Site, Story, Comment]:
    """The comment that a reply form answers. Raises NotFound, Closed."""
    parent = comments.get(conn, parent_id)
    if parent is None or parent.state != State.PUBLISHED:
        raise NotFound("This comment is not here, or not here any more.", code="unknown-comment")
    story = access_story(conn, parent.story_id)
    site = sites.get(conn, story.site_id)
    _must_be_open(site, story, now)
    return site, story, parent


def access_mine(conn: sa.Connection, comment_id: int) -> tuple[Site, Story, Comment, Comment | None, list[str]]:
    """A comment for its writer (whose token the caller has checked), with why it waits, if it does."""
    comment = comments.get(conn, comment_id)
    if comment is None or comment.state not in (State.PUBLISHED, State.HELD):
        raise NotFound("This comment is not here any more.", code="unknown-comment")
    story = access_story(conn, comment.story_id)
    sentences: list[str] = []
    if comment.state == State.HELD and (found := verdicts.of_comment(conn, comment.id)):
        sentences = found[-1].sentences
    return sites.get(conn, story.site_id), story, comment, _parent_of(conn, comment), sentences


def access_own(
    conn: sa.Connection, comment_id: int, now: dt.datetime, any_time: bool = False
) -> tuple[Site, Story, Comment, Comment | None]:
    """A comment that its writer (whose token or session the caller has checked) may still change."""
    comment = comments.get(conn, comment_id)
    if comment is None or comment.state not in (State.PUBLISHED, State.HELD):
        raise NotFound("This comment is not here any more.")
    story = access_story(conn, comment.story_id)
    site = sites.get(conn, story.site_id)
    if not any_time and not access.may_edit(comment, site.policy, now):
        raise Forbidden(access.window_is_over(site.policy), code="window-over")
    return site, story, comment, _parent_of(conn, comment)


def _parent_of(conn: sa.Connection, comment: Comment) -> Comment | None:
    return None if comment.parent_id is None else comments.get(conn, comment.parent_id)


def _access_ground(conn: sa.Connection, slug: str, new: NewComment, caller: Caller, now: dt.datetime) -> Ground:
    """The open story, its site with the story's own rules, and the comment that is answered."""
    if len(new.key) > MAX_KEY:
        raise Invalid("The key is too long.", fields={"key": f"At most {MAX_KEY} characters."})
    here = ground.find(conn, slug, new.parent, _send_key(new), caller.person_id)
    if here is None:
        raise NotFound("There is no such story.", code="unknown-story")
    if caller.origin and not access.allows_origin(here.site, caller.origin):
        raise Forbidden("Comments cannot be sent to this discussion from that page.", code="origin-not-allowed")
    _must_be_open(here.site, here.story, now)
    if new.parent is not None:
        _must_be_answerable(here.story, here.parent)
    return msgspec.structs.replace(here, site=access.under(here.site, here.story))


def _must_be_open(site: Site, story: Story, now: dt.datetime) -> None:
    if access.closed(story, site.policy, now):
        raise Closed("This discussion is closed: it can be read, but takes no more comments.")


def _must_be_answerable(story: Story, parent: Comment | None) -> None:
    if parent is None or parent.story_id != story.id:
        raise Invalid("The comment you answer is not in this discussion.", fields={"parent": "Not in this discussion."})
    if parent.state != State.PUBLISHED:
        raise Invalid("The comment you answer is not here any more.", fields={"parent": "Not here any more."})


# --- the steps of `post` ---------------------------------------------------------------------------


def _sent_before(conn: sa.Connection, here: Ground, new: NewComment, writer: Writer) -> Changed:
    """The comment that was kept the first time. Raises Conflict where the key came with something else."""
    earlier = comments.by_send_key(conn, here.story.id, _send_key(new) or "")
    same = (text.clean(new.text, here.site.policy.max_comment_chars), new.parent, writer.person_id)
    if earlier is None or (earlier.text, earlier.parent_id, earlier.person_id) != same:
        raise Conflict(
            "This form was sent before with another text, and that comment was kept. "
            "You can edit it, or write a new comment.",
            code="key-used",
        )
    return Changed(here.site, here.story, earlier, here.parent, again=True)


def _send_key(new: NewComment) -> str | None:
    if not new.key:
        return None
    return hashlib.sha256(new.key.encode("utf-8", "replace")).hexdigest()[:32]


def _row(draft: Draft, verdict: Verdict, new: NewComment, now: dt.datetime) -> dict[str, Any]:
    return {
        "story_id": draft.story_id,
        "author_name": draft.author_name,
        "text": draft.text,
        "html": draft.html,
        "lang": draft.lang,
        "state": State.HELD if verdict.outcome == Outcome.HOLD else State.PUBLISHED,
        "orphan": False,
        "created_at": now,
        "date_lost": False,
        "send_key": _send_key(new),
    }
