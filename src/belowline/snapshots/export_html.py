"""A site as a folder of pages that any web server can host for ever: each discussion whole on its story's page.

/index.html, /stories/SLUG/index.html and feed.atom beside it, /feed.atom, /static/. No scripts, no forms.
"""

import datetime as dt
import os
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import msgspec
import sqlalchemy as sa
from markupsafe import Markup

from belowline.errors import Unusable
from belowline.model.comment import Comment
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.snapshots.comment_html import DEEPEST, CommentHtml
from belowline.snapshots.discussion import card, story_view, view
from belowline.snapshots.jsonld import discussion_jsonld
from belowline.snapshots.render import Renderer
from belowline.snapshots.views import CommentView, DiscussionView, FeedEntry, StoryView
from belowline.store import exports, frozen, sites, stories
from belowline.store.exports import Selection
from belowline.words import choose

FEED_ENTRIES = 50
_PERMALINK = re.compile(r'href="/comments/(\d+)"')
_STATIC = re.compile(r'"/static/([\w./-]+)')
_MASTHEAD = re.compile(r'href="/sites/[^"]*"')


class Archive(Renderer):
    """The same pages, to be read only."""

    serves = False

    def story_page(self, site: Site, story: StoryView, threads: list[CommentView]) -> str:
        whole = DiscussionView(story, "oldest", threads, None, True, None, [], False)
        out: list[str] = []
        CommentHtml(self.words, "", is_open=False, alone=True).tree(threads, out)
        page = self._page(
            "archive.html",
            site=site,
            story=story,
            threads=Markup("".join(out)),
            jsonld=discussion_jsonld(whole, self.base_url),
        )
        return _PERMALINK.sub(r'href="#c\1"', page)


def to_folder(conn: sa.Connection, chosen: Selection, base_url: str, now: dt.datetime, folder: Path) -> int:
    """Writes the folder, over what it may hold from before, and remembers it; the number of stories. Raises Unusable.

    One story's comments are in memory at a time. `base_url` is where the folder will stand.
    """
    archive, site = Archive(base_url), sites.get(conn, chosen.site_id)
    about = archive.speaking(choose(site.lang))
    listed: list[StoryView] = []
    try:
        for story in exports.story_models(conn, chosen):
            listed.append(card(base_url, site, story, now))
            _write_story(conn, archive, site, story, chosen, now, folder)
        listed.reverse()
        _write(folder, "index.html", about.front(site, listed, None))
        entries = [_story_entry(base_url, one) for one in listed[:FEED_ENTRIES]]
        _write(folder, "feed.atom", about.feed(site, site.name, f"{base_url}/feed.atom", entries))
    except OSError as error:
        raise Unusable(f"Cannot write to the folder {folder}: {error.strerror}.") from error
    frozen.note(conn, folder.resolve(), base_url, chosen, now)
    return len(listed)


def _write_story(
    conn: sa.Connection, archive: Archive, site: Site, story: Story, chosen: Selection, now: dt.datetime, folder: Path
) -> None:
    base, archive = archive.base_url, archive.speaking(choose(story.lang, site.lang))
    shown = list(exports.shown(conn, story.id, chosen))
    about = msgspec.structs.replace(story_view(conn, base, site, story, now), closed="hand")
    _write(folder, f"stories/{story.slug}/index.html", archive.story_page(site, about, whole_tree(shown)))
    latest = [one for one in reversed(shown) if one.state == "published"][:FEED_ENTRIES]
    entries = [_comment_entry(base, story, one) for one in latest]
    address = f"{base}/stories/{story.slug}/feed.atom"
    feed = archive.feed(site, story.title, address, entries, story.published_at)
    _write(folder, f"stories/{story.slug}/feed.atom", feed)


def rewrite(conn: sa.Connection, story_ids: list[int], now: dt.datetime) -> list[Path]:
    """Writes these stories again in every folder that holds them; gives the folders that are not there any more.

    For who has changed what a frozen discussion may show: an erasure. Raises Unusable.
    """
    gone: dict[Path, None] = {}
    for story in filter(None, (stories.get(conn, one) for one in story_ids)):
        for known in frozen.of_site(conn, story.site_id):
            page = known.folder / "stories" / story.slug / "index.html"
            if not known.folder.is_dir():
                gone[known.folder] = None
            elif page.exists():
                archive = Archive(known.base_url)
                try:
                    _write_story(conn, archive, sites.get(conn, story.site_id), story, known.chosen, now, known.folder)
                except OSError as error:
                    raise Unusable(f"Cannot write to the folder {known.folder}: {error.strerror}.") from error
    return list(gone)


def whole_tree(comments: list[Comment]) -> list[CommentView]:
    """All comments of a story as a tree that nests DEEPEST levels; what is deeper follows in one list, in order.

    Works without recursion: a chain of ten thousand replies is a list.
    """
    by_id = {one.id: one for one in comments}
    replies: dict[int | None, list[Comment]] = {}
    for one in comments:
        replies.setdefault(one.parent_id if one.parent_id in by_id else None, []).append(one)
    tops: list[CommentView] = []
    waiting = [(one, tops, 0) for one in reversed(replies.get(None, []))]
    while waiting:
        one, into, level = waiting.pop()
        shown = view(one, by_id.get(one.parent_id or 0), level)
        shown.person_id = None  # profiles are not in the folder
        into.append(shown)
        below = shown.replies if level < DEEPEST else into
        waiting.extend((reply, below, min(level + 1, DEEPEST)) for reply in reversed(replies.get(one.id, [])))
    return tops


def _write(folder: Path, name: str, page: str) -> None:
    page = _MASTHEAD.sub('href="/"', page)
    _put(folder / name, page.encode())
    for asset in _assets(page):
        target = folder / "static" / asset
        if not target.exists():
            _put(target, resources.files("belowline").joinpath("static", *asset.split("/")).read_bytes())


def _put(path: Path, content: bytes) -> None:
    """Whole or not at all: the folder may be served, and the disk full."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _assets(page: str) -> Iterator[str]:
    """Our own files that the page asks for."""
    for name in set(_STATIC.findall(page)):
        if ".." not in name and resources.files("belowline").joinpath("static", *name.split("/")).is_file():
            yield name


def _story_entry(base_url: str, story: StoryView) -> FeedEntry:
    at = story.published_at
    return FeedEntry(f"{base_url}{story.url}", story.title, story.canonical, story.author_name, "", at, at)


def _comment_entry(base_url: str, story: Story, comment: Comment) -> FeedEntry:
    url = f"{base_url}/stories/{story.slug}/#c{comment.id}"
    title = f"{comment.author_name or '…'}: {story.title}"
    changed = comment.edited_at or comment.created_at
    return FeedEntry(url, title, url, comment.author_name, comment.html, changed, comment.created_at)
