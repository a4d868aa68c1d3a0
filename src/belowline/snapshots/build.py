"""From rows to bytes: every page that the shelf keeps, one function each.

Each takes a connection first and returns a Page with the tags of what it shows; `touched_by` says
which tags a change touches.
"""

import datetime as dt
import html
from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from belowline.clock import Clock
from belowline.errors import BadRequest
from belowline.model.comment import Comment
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.rules import access
from belowline.snapshots import api_views
from belowline.snapshots.discussion import (
    ORDERS,
    card,
    cursor,
    find_comment,
    find_site,
    find_story,
    page_view,
    permalink_view,
    story_view,
)
from belowline.snapshots.render import Renderer
from belowline.snapshots.shelf import Page
from belowline.snapshots.views import DiscussionView, FeedEntry, StoryView
from belowline.store import comments, stories
from belowline.store.tables import EPOCH
from belowline.words import choose

FRONT_STORIES = 20
FEED_ENTRIES = 50

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PRIVATE_HEADERS = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
)
# Not in one line: Firefox would itself show the page of before for half a minute, and writers miss their own words.
_CACHE = (
    (b"cache-control", b"public, max-age=0, s-maxage=5"),
    (b"cdn-cache-control", b"max-age=5, stale-while-revalidate=30"),  # RFC 9213
)
_ANY_ORIGIN = (b"access-control-allow-origin", b"*")
_HTML = ((b"content-type", b"text/html; charset=utf-8"), *_CACHE, *PRIVATE_HEADERS)
_FRAGMENT = (
    (b"content-type", b"text/html; charset=utf-8"),
    *_CACHE,
    _ANY_ORIGIN,
    (b"x-robots-tag", b"noindex"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
)
_JSON = ((b"content-type", b"application/json"), *_CACHE, _ANY_ORIGIN, (b"x-content-type-options", b"nosniff"))
_ATOM = ((b"content-type", b"application/atom+xml; charset=utf-8"), *_CACHE, (b"x-content-type-options", b"nosniff"))


def touched_by(story: Story, comment: Comment) -> set[str]:
    """The tags that a new or changed comment touches: its thread, and what shows totals or first pages.

    The comment's own is on no page: it tells listeners which one it was (web/live.py).
    """
    return {f"comment:{comment.id}", f"thread:{comment.thread_id}", f"story:{story.id}", f"site:{story.site_id}"}


def touched_by_vote(story_id: int, thread_id: int) -> set[str]:
    """The tags that a vote touches: its thread, and the order that votes make."""
    return {f"thread:{thread_id}", f"best:{story_id}"}


def touched_wholly(story: Story) -> set[str]:
    """The tags of everything that shows a story: it was added, closed, opened, or got back a hidden comment."""
    return {f"all:{story.id}", f"story:{story.id}", f"site:{story.site_id}", f"list:{story.site_id}"}


class Builder:
    """The builds, with what they all need."""

    def __init__(self, renderer: Renderer, clock: Clock) -> None:
        self.render = renderer
        self.base_url = renderer.base_url
        self.clock = clock

    # --- pages -------------------------------------------------------------------------------------

    def front(self, conn: sa.Connection, site_key: str | None, before: str | None) -> Page:
        site, listed, following = self._stories(conn, site_key, before)
        path = "/" if site_key is None else f"/sites/{site.key}"
        next_url = f"{path}?before={following}" if following else None
        return _page(self._for(site).front(site, listed, next_url), _HTML, {f"site:{site.id}"}, None)

    def story(self, conn: sa.Connection, slug: str, order: str, after: str | None) -> Page:
        site, story = find_story(conn, stories.by_slug(conn, slug))
        shown = self._discussion(conn, site, story, order, after, story_link(story, order))
        return self._page_of(self._for(site, story).discussion_page(site, shown), _HTML, site, story, shown)

    def permalink(self, conn: sa.Connection, comment_id: int, after: int) -> Page:
        site, story, comment = find_comment(conn, comment_id)
        shown = self._permalink(conn, site, story, comment, after, f"/comments/{comment_id}?after=")
        return self._page_of(self._for(site, story).discussion_page(site, shown), _HTML, site, story, shown, comment)

    # --- the embed's fragments ---------------------------------------------------------------------

    def fragment(
        self,
        conn: sa.Connection,
        site_key: str | None,
        key: str,
        order: str,
        after: str | None,
        lang: str | None = None,
    ) -> Page:
        """`lang`: another language than the story's, which the element asks for."""
        site = find_site(conn, site_key)
        site, story = find_story(conn, stories.known_as(conn, site.id, key))
        link = story_link(story, order)
        shown = self._discussion(conn, site, story, order, after, link)
        body = self._for(site, story, lang).discussion_fragment(site, shown)
        return self._page_of(body, _FRAGMENT, site, story, shown)

    def permalink_fragment(self, conn: sa.Connection, comment_id: int, after: int, lang: str | None = None) -> Page:
        site, story, comment = find_comment(conn, comment_id)
        shown = self._permalink(conn, site, story, comment, after, f"/comments/{comment_id}?after=")
        body = self._for(site, story, lang).discussion_fragment(site, shown)
        return self._page_of(body, _FRAGMENT, site, story, shown, comment)

    # --- feeds -------------------------------------------------------------------------------------

    def site_feed(self, conn: sa.Connection, site_key: str | None) -> Page:
        site, listed, _ = self._stories(conn, site_key, None)
        path = "/feed.atom" if site_key is None else f"/sites/{site.key}/feed.atom"
        entries = [self._story_entry(one) for one in listed]
        body = self._for(site).feed(site, site.name, f"{self.base_url}{path}", entries)
        return _page(body, _ATOM, {f"list:{site.id}"}, None)

    def story_feed(self, conn: sa.Connection, slug: str) -> Page:
        site, story = find_story(conn, stories.by_slug(conn, slug))
        latest = comments.latest(conn, story.id, FEED_ENTRIES)
        entries = [self._comment_entry(story, one) for one in latest]
        address = f"{self.base_url}/stories/{story.slug}/feed.atom"
        body = self._for(site, story).feed(site, story.title, address, entries, story.published_at)
        tags = {f"story:{story.id}", f"all:{story.id}", *(f"thread:{one.thread_id}" for one in latest)}
        return _page(body, _ATOM, tags, None)

    # --- JSON --------------------------------------------------------------------------------------

    def stories_json(self, conn: sa.Connection, site_key: str | None, before: str | None) -> Page:
        site, listed, following = self._stories(conn, site_key, before)
        answer = api_views.StoryList([api_views.story(one, self.base_url) for one in listed], following)
        return _page(msgspec.json.encode(answer), _JSON, {f"site:{site.id}"}, None)

    def story_json(self, conn: sa.Connection, slug: str) -> Page:
        site, story = find_story(conn, stories.by_slug(conn, slug))
        shown = story_view(conn, self.base_url, site, story, self.clock())
        tags = {f"story:{story.id}", f"all:{story.id}", f"list:{site.id}"}
        answer = api_views.whole_story(shown, self.base_url)
        return _page(msgspec.json.encode(answer), _JSON, tags, self._expires(site, story))

    def comments_json(self, conn: sa.Connection, slug: str, order: str, after: str | None) -> Page:
        site, story = find_story(conn, stories.by_slug(conn, slug))
        link = f"{self.base_url}/api/v1/stories/{story.slug}/comments?order={order}&after="
        shown = self._discussion(conn, site, story, order, after, link)
        answer = msgspec.json.encode(api_views.thread_page(shown, self.base_url))
        return self._page_of(answer, _JSON, site, story, shown)

    def comment_json(self, conn: sa.Connection, comment_id: int, after: int) -> Page:
        site, story, comment = find_comment(conn, comment_id)
        link = f"{self.base_url}/api/v1/comments/{comment_id}?after="
        shown = self._permalink(conn, site, story, comment, after, link)
        answer = msgspec.json.encode(api_views.thread_page(shown, self.base_url))
        return self._page_of(answer, _JSON, site, story, shown, comment)

    def counts_json(self, conn: sa.Connection, site_key: str | None, keys: list[str]) -> Page:
        site = find_site(conn, site_key)
        found = stories.counts(conn, site.id, keys)
        counts = {key: found[key][1] if key in found else 0 for key in keys}
        tags = {f"story:{story_id}" for story_id, _ in found.values()} | {f"list:{site.id}"}
        return _page(msgspec.json.encode(api_views.Counts(counts)), _JSON, tags, None)

    # --- inside ------------------------------------------------------------------------------------

    def _for(self, site: Site, story: Story | None = None, lang: str | None = None) -> Renderer:
        """In the language that is asked for, else the story's, else the site's."""
        return self.render.speaking(choose(lang, story.lang if story else None, site.lang))

    def _discussion(
        self, conn: sa.Connection, site: Site, story: Story, order: str, after: str | None, link: str
    ) -> DiscussionView:
        if order not in ORDERS:
            raise BadRequest(f"The orders are {', '.join(ORDERS)}.", fields={"order": "Not an order."})
        return page_view(conn, self._story_view(conn, site, story), order, after, link)

    def _permalink(
        self, conn: sa.Connection, site: Site, story: Story, comment: Comment, after: int, link: str
    ) -> DiscussionView:
        return permalink_view(conn, self._story_view(conn, site, story), comment, after, link)

    def _story_view(self, conn: sa.Connection, site: Site, story: Story) -> StoryView:
        return story_view(conn, self.base_url, site, story, self.clock())

    def _page_of(
        self,
        body: str | bytes,
        headers: tuple[tuple[bytes, bytes], ...],
        site: Site,
        story: Story,
        shown: DiscussionView,
        focus: Comment | None = None,
    ) -> Page:
        tags = {f"all:{story.id}", *(f"thread:{one.id}" for one in shown.threads)}
        if focus:
            tags.add(f"thread:{focus.thread_id}")
        elif shown.first or shown.next_url is None or shown.order == "discussed":  # totals; room for a new thread
            tags.add(f"story:{story.id}")
        if shown.order == "best":  # a vote anywhere, a new thread in a newcomer's place
            tags |= {f"best:{story.id}", f"story:{story.id}"}
        if shown.first and not focus:  # its neighbours' titles
            tags.add(f"list:{site.id}")
        return _page(body, headers, tags, self._expires(site, story))

    def _expires(self, site: Site, story: Story) -> dt.datetime | None:
        ends = access.closes_at(story, site.policy)
        return ends if ends and ends > self.clock() else None

    def _stories(
        self, conn: sa.Connection, site_key: str | None, before: str | None
    ) -> tuple[Site, list[StoryView], str | None]:
        """A page of a site's stories, newest first, and the cursor of the next."""
        site = find_site(conn, site_key)
        found = stories.page(conn, site.id, story_place(before), FRONT_STORIES + 1)
        shown, more = found[:FRONT_STORIES], len(found) > FRONT_STORIES
        following = f"{stories.place_in_time(shown[-1])}.{shown[-1].id}" if more else None
        return site, [card(self.base_url, site, one, self.clock()) for one in shown], following

    def _story_entry(self, story: StoryView) -> FeedEntry:
        return FeedEntry(
            id=f"{self.base_url}{story.url}",
            title=story.title,
            url=story.canonical,
            author=story.author_name,
            html=f"<p>{html.escape(story.deck)}</p>" if story.deck else "",
            updated=story.published_at,
            published=story.published_at,
        )

    def _comment_entry(self, story: Story, comment: Comment) -> FeedEntry:
        url = f"{self.base_url}/comments/{comment.id}"
        return FeedEntry(
            id=url,
            title=f"{comment.author_name or '…'}: {story.title}",
            url=url,
            author=comment.author_name,
            html=comment.html,
            updated=comment.edited_at or comment.created_at,
            published=comment.created_at,
        )


def story_place(before: str | None) -> tuple[dt.datetime, int] | None:
    """A cursor in the list of stories. Raises BadRequest for what is none."""
    place = cursor(before)
    return (_moment(place[0]), place[1]) if place else None


def story_link(story: Story, order: str) -> str:
    """The next page of a story in an order, up to the cursor."""
    return f"/stories/{story.slug}?" + ("" if order == ORDERS[0] else f"order={order}&") + "after="


def _page(
    body: str | bytes, headers: tuple[tuple[bytes, bytes], ...], tags: Iterable[str], expires_at: dt.datetime | None
) -> Page:
    data = body.encode() if isinstance(body, str) else body
    return Page(data, headers, frozenset(tags), expires_at)


def _moment(us: int) -> dt.datetime:
    try:
        return EPOCH + dt.timedelta(microseconds=us)
    except OverflowError as error:
        raise BadRequest("This is not a place in the list.") from error
