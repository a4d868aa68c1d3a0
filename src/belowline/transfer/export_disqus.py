"""Disqus's XML: all threads, then all posts, as its schema has them."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from belowline.store import exports
from belowline.store.exports import Selection
from belowline.transfer.export_xml import cdata, date, element

_HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com" '
    'xmlns:dsq="http://disqus.com/disqus-internals">\n'
)


def write(conn: sa.Connection, chosen: Selection, base_url: str, now: dt.datetime) -> Iterator[bytes]:  # noqa: ARG001
    site = exports.site_row(conn, chosen.site_id)
    yield _HEAD.encode()
    for story in exports.stories(conn, chosen):
        yield _thread(story, site.key, base_url).encode()
    for story in exports.stories(conn, chosen):
        for row in exports.comments(conn, story.id, chosen):
            yield _post(row).encode()
    yield b"</disqus>\n"


def _thread(story: Any, forum: str, base_url: str) -> str:
    return "".join(
        [
            f'<thread dsq:id="{story.id}">' + element("id", story.key) + element("forum", forum),
            element("link", story.url or f"{base_url}/stories/{story.slug}") + element("title", story.title),
            element("createdAt", date(story.published_at)),
            _flag("isClosed", story.closing == "closed") + _flag("isDeleted", False) + "</thread>\n",
        ]
    )


def _post(row: Any) -> str:
    parent = "" if row.parent_id is None else f'<parent dsq:id="{row.parent_id}"/>'
    return "".join(
        [
            f'<post dsq:id="{row.id}">' + cdata("message", row.html) + f"<createdAt>{date(row.created_at)}</createdAt>",
            _flag("isDeleted", row.state in ("deleted", "removed")) + _flag("isSpam", row.state == "spam"),
            _flag("isApproved", False) if row.state == "held" else "",
            "<author>" + element("name", row.author_name) + _flag("isAnonymous", True) + "</author>",
            f'<thread dsq:id="{row.story_id}"/>{parent}</post>\n',
        ]
    )


def _flag(name: str, value: bool) -> str:
    return f"<{name}>{'true' if value else 'false'}</{name}>"
