"""From rows to the views that templates show: one page of a discussion.

A page has at most PAGE threads and about BUDGET comments; what does not fit is folded behind
"N more replies". It reads level by level, a query each, so its cost depends on the page and never on
the size of the discussion.
"""

import datetime as dt

import msgspec
import sqlalchemy as sa

from belowline.errors import BadRequest, NotFound
from belowline.model.comment import GONE, Comment, State
from belowline.model.correction import Became, Correction
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.rules import access, text
from belowline.rules.ranking import newcomers
from belowline.snapshots.views import CommentView, DiscussionView, Link, Stamp, StoryView
from belowline.store import comments, corrections, sites, stories, votes

PAGE = 50  # threads on a page
BUDGET = 200  # comments on a page, about: what a reader can take in and 30 KB can carry
LEVELS = 8  # levels of replies shown below a page's own top
EACH = 50  # replies shown of one comment, at most

MOST_PARTS = 2 + PAGE // newcomers.EVERY  # numbers in a cursor
ORDERS = ("newest", "oldest", "discussed", "best")


def find_site(conn: sa.Connection, key: str | None) -> Site:
    site = sites.first(conn) if key is None else sites.by_key(conn, key)
    if site is None:
        raise NotFound("There is no such site.", code="unknown-site")
    return site


def find_story(conn: sa.Connection, story: Story | None) -> tuple[Site, Story]:
    if story is None:
        raise NotFound("There is no such story.", code="unknown-story")
    return sites.get(conn, story.site_id), story


def find_comment(conn: sa.Connection, comment_id: int) -> tuple[Site, Story, Comment]:
    comment = comments.get(conn, comment_id)
    if comment is None or not comment.shown:
        raise NotFound("This comment is not here, or not here any more.", code="unknown-comment")
    return *find_story(conn, stories.get(conn, comment.story_id)), comment


def card(base_url: str, site: Site, story: Story, now: dt.datetime) -> StoryView:
    """A story as a list shows it: without body and neighbours."""
    same = {
        name: getattr(story, name)
        for name in Story.__struct_fields__
        if name in StoryView.__struct_fields__ and name not in ("url", "body_html")
    }
    days = story.close_after_days if story.close_after_days is not None else site.policy.close_after_days
    return StoryView(
        **same,
        body_html="",
        site_key=site.key,
        site_name=site.name,
        url=f"/stories/{story.slug}",
        canonical=story.url or f"{base_url}/stories/{story.slug}",
        dir=text.direction(story.lang),
        previous=None,
        next=None,
        closed=access.closed(story, site.policy, now),
        closed_after_days=days,
        announcement=site.policy.announcement,
        shows_history=site.policy.show_history,
    )


def story_view(conn: sa.Connection, base_url: str, site: Site, story: Story, now: dt.datetime) -> StoryView:
    previous, following = _neighbours(conn, story)
    return msgspec.structs.replace(
        card(base_url, site, story, now),
        body_html=story.body_html,
        previous=previous,
        next=following,
        stamps=[_stamp(one) for one in corrections.answered(conn, story.id)],
        takes_corrections=site.policy.corrections,
    )


def _stamp(one: Correction) -> Stamp:
    accepted = one.became == Became.ACCEPTED
    at = one.answered_at or one.created_at
    return Stamp(one.id, accepted, one.passage, one.claim, one.answer, one.name, at)


def page_view(conn: sa.Connection, story: StoryView, order: str, after: str | None, link: str) -> DiscussionView:
    """One page of a story's threads. `link`: where the next page is, up to `after=`."""
    place = cursor(after, MOST_PARTS if order == "best" else 2)
    lifted = _lifted(after) if order == "best" else []
    tops = comments.threads(conn, story.id, order, place, PAGE + 1 + len(lifted))
    tops = [one for one in tops if one.id not in lifted]
    if order == "best" and after is None:
        tops, lifted = _with_newcomers(conn, story.id, tops)
    shown, more = tops[:PAGE], len(tops) > PAGE
    threads = grow(conn, shown, None)
    return DiscussionView(
        story=story,
        order=order,
        threads=threads,
        next_url=f"{link}{_cursor_after(shown, order, lifted)}" if more else None,
        first=after is None,
        focus=None,
        ancestors=[],
        ancestors_more=False,
    )


def permalink_view(conn: sa.Connection, story: StoryView, comment: Comment, after: int, link: str) -> DiscussionView:
    """One comment with its ancestors and a page of its replies."""
    if not comment.shown:
        raise NotFound("This comment is not here any more.", code="unknown-comment")
    above = comments.ancestors(conn, comment)
    below = comments.children(conn, comment.id, after, PAGE + 1)
    shown, more = below[:PAGE], len(below) > PAGE
    parent = above[-1] if above else None
    further = comments.get(conn, above[0].parent_id) if above and above[0].parent_id else None
    focus = view(comment, parent, 0)
    return DiscussionView(
        story=story,
        order="oldest",
        threads=grow(conn, shown, comment),
        next_url=f"{link}{shown[-1].child_pos}" if more else None,
        first=after == 0,
        focus=focus,
        ancestors=[view(one, above[i - 1] if i else further, 0) for i, one in enumerate(above)],
        ancestors_more=further is not None,
    )


def grow(conn: sa.Connection, tops: list[Comment], above: Comment | None) -> list[CommentView]:
    """The tops with as many of their replies as the page has room for, level by level."""
    views = [view(top, above, 0) for top in tops]
    frontier = [(top, shown) for top, shown in zip(tops, views, strict=True) if top.reply_count]
    left = BUDGET - len(tops)
    _fold_all(frontier)
    for level in range(1, LEVELS + 1):
        each = min(EACH, left // max(1, len(frontier)))
        if not frontier or not each:
            break
        parents = {parent.id: (parent, shown) for parent, shown in frontier}
        frontier = []
        for reply in comments.replies(conn, list(parents), each):
            parent, parent_view = parents[reply.parent_id or 0]
            shown = view(reply, parent, level)
            parent_view.replies.append(shown)
            parent_view.more -= 1 + reply.descendant_count
            left -= 1
            if reply.reply_count:
                frontier.append((reply, shown))
        for parent, shown in parents.values():  # beyond COUNTED_DEPTH the counts are lower bounds
            shown.more = max(shown.more, parent.reply_count - len(shown.replies))
        _fold_all(frontier)
    return views


def _fold_all(frontier: list[tuple[Comment, CommentView]]) -> None:
    for comment, shown in frontier:
        shown.more = comment.descendant_count


def view(comment: Comment, parent: Comment | None, level: int) -> CommentView:
    published = comment.state == State.PUBLISHED
    return CommentView(
        id=comment.id,
        author=comment.author_name if published else None,
        html=comment.html if published else "",
        text=_as_text(comment) if published else "",
        state=str(comment.state),
        created_at=comment.created_at,
        date_lost=comment.date_lost,
        edited=comment.edited_at is not None,
        lang=comment.lang,
        orphan=comment.orphan,
        parent_id=comment.parent_id,
        parent_author=parent.author_name if parent and parent.state == State.PUBLISHED else None,
        level=level,
        reply_count=comment.reply_count,
        replies=[],
        person_id=comment.person_id if published else None,
        badge=comment.badge if published else None,
        respect=comment.respect_count if published else 0,
        found=comment.found if published else None,
        parent_gone=parent is not None and parent.state in GONE,
        parent_guess=_guessed_name(parent) if comment.found and parent else None,
        featured=published and comment.featured_at is not None,
    )


def _guessed_name(comment: Comment) -> str | None:
    name = comment.found.name if comment.found and comment.state == State.PUBLISHED else None
    return name.name if name else None


def _as_text(comment: Comment) -> str:
    """The words without markup of another system; Markdown as it was written."""
    return comment.text if comment.format == "markdown" else text.plain(comment.html)


def all_views(view: DiscussionView) -> list[CommentView]:
    """Every comment on the page, in the order in which it is read."""
    found: list[CommentView] = list(view.ancestors) + ([view.focus] if view.focus else [])
    waiting = list(reversed(view.threads))
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting.extend(reversed(one.replies))
    return found


def cursor(after: str | None, most: int = 2) -> tuple[int, int] | None:
    """A page's place, "<value>.<id>", as two numbers; with more numbers behind it, `most` in all. Raises BadRequest."""
    if after is None:
        return None
    parts = after.split(".", MOST_PARTS)
    if len(parts) < 2 or len(parts) > most or not all(map(_is_int, parts)):
        raise BadRequest("This is not a place in the discussion.", fields={"after": "Take it from a page's own link."})
    return int(parts[0]), int(parts[1])


def _lifted(after: str | None) -> list[int]:
    """The threads that stood on the first page in a newcomer's place, out of a good cursor."""
    return [int(part) for part in (after or "").split(".")[2:]]


def _is_int(part: str) -> bool:
    digits = part.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= 18


def _cursor_after(shown: list[Comment], order: str, lifted: list[int]) -> str:
    """Where the next page begins: value and id of the last thread; in the order best also who was lifted before."""
    last = next(one for one in reversed(shown) if one.id not in lifted)
    in_time = comments.place_in_time(last)
    value = {"discussed": last.descendant_count, "best": last.best}.get(order, in_time)
    return ".".join(map(str, (value, last.id, *lifted)))


def _with_newcomers(conn: sa.Connection, story_id: int, ranked: list[Comment]) -> tuple[list[Comment], list[int]]:
    """The first page of the order best, with newcomers in their places; and who came up by one."""
    young = votes.newcomers(conn, story_id, PAGE)
    order, lifted = newcomers.mixed([one.id for one in ranked], young)
    order = order[: PAGE + 1]
    known = {one.id: one for one in ranked}
    known |= comments.shown(conn, [one for one in order if one not in known])
    return [known[one] for one in order], [one for one in lifted if one in order[:PAGE]]


def _neighbours(conn: sa.Connection, story: Story) -> tuple[Link | None, Link | None]:
    if story.previous_title or story.next_title:  # as the imported page had them
        return (
            Link(story.previous_title, story.previous_url) if story.previous_title else None,
            Link(story.next_title, story.next_url) if story.next_title else None,
        )
    before, after = stories.neighbours(conn, story)
    return (
        Link(before.title, f"/stories/{before.slug}") if before else None,
        Link(after.title, f"/stories/{after.slug}") if after else None,
    )
