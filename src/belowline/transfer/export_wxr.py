"""WordPress's export format, WXR 1.2: an item for each story with its comments. WordPress has no word for lost
names and dates: a lost name is empty, and a lost date is the one that keeps the order."""

import datetime as dt
import email.utils
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from belowline.store import exports
from belowline.store.exports import Selection
from belowline.transfer.export_xml import cdata, element, plain

APPROVED = {"published": "1", "held": "0", "spam": "spam", "deleted": "trash", "removed": "trash"}
_SPACES = {
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "wp": "http://wordpress.org/export/1.2/",
}


def write(conn: sa.Connection, chosen: Selection, base_url: str, now: dt.datetime) -> Iterator[bytes]:
    site = exports.site_row(conn, chosen.site_id)
    spaces = "".join(f' xmlns:{name}="{address}"' for name, address in _SPACES.items())
    head = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"{spaces}>\n<channel>',
        element("title", site.name) + element("link", base_url) + element("language", site.lang),
        element("pubDate", email.utils.format_datetime(now)) + element("wp:wxr_version", "1.2"),
    ]
    yield "\n".join(head).encode() + b"\n"
    for story in exports.stories(conn, chosen):
        yield _item(story, base_url).encode()
        for row in exports.comments(conn, story.id, chosen):
            yield _comment(row.id, row.author_name, "", row, row.html, row.parent_id or 0, "").encode()
        for row in exports.pingbacks(conn, story.id, chosen):
            yield _comment(f"p{row.id}", row.author_name, row.url, row, row.text, 0, "pingback").encode()
        yield b"</item>\n"
    yield b"</channel>\n</rss>\n"


def _item(story: Any, base_url: str) -> str:
    body = f"<p>{plain(story.deck)}</p>\n" if story.deck and not story.body_html else story.body_html
    return "\n".join(
        [
            "<item>" + element("title", story.title) + element("link", story.url or f"{base_url}/stories/{story.slug}"),
            element("pubDate", email.utils.format_datetime(story.published_at)),
            cdata("dc:creator", story.author_name or "") + cdata("content:encoded", body),
            cdata("excerpt:encoded", story.deck or "") + element("wp:post_id", str(story.id)),
            _dates("wp:post_date", story.published_at) + element("wp:post_name", story.slug),
            element("wp:comment_status", "closed" if story.closing == "closed" else "open"),
            element("wp:status", "publish") + element("wp:post_type", "post") + "\n",
        ]
    )


def _comment(id_: object, name: str | None, url: str | None, row: Any, content: str, parent: int, kind: str) -> str:
    return "".join(
        [
            "<wp:comment>" + element("wp:comment_id", str(id_)) + cdata("wp:comment_author", name or ""),
            element("wp:comment_author_url", url) if url else "",
            _dates("wp:comment_date", row.created_at) + cdata("wp:comment_content", content),
            element("wp:comment_approved", APPROVED[row.state]) + element("wp:comment_type", kind),
            element("wp:comment_parent", str(parent)) + "</wp:comment>\n",
        ]
    )


def _dates(name: str, moment: dt.datetime) -> str:
    written = moment.strftime("%Y-%m-%d %H:%M:%S")
    return f"<{name}>{written}</{name}><{name}_gmt>{written}</{name}_gmt>"
