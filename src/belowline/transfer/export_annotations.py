"""W3C Web Annotations, one JSON object a line: published comments that quote a passage of their story.

https://www.w3.org/TR/annotation-model/ . `comment.quotes` holds the selectors.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.store import exports
from belowline.store.exports import Selection
from belowline.transfer.export_xml import date


def write(conn: sa.Connection, chosen: Selection, base_url: str, now: dt.datetime) -> Iterator[bytes]:  # noqa: ARG001
    encode = msgspec.json.Encoder().encode
    for story in exports.stories(conn, chosen):
        page = story.url or f"{base_url}/stories/{story.slug}"
        for row in exports.comments(conn, story.id, chosen):
            if row.quotes and row.state == "published":
                yield encode(_annotation(row, page, base_url)) + b"\n"


def _annotation(row: Any, page: str, base_url: str) -> dict[str, Any]:
    selectors = row.quotes if isinstance(row.quotes, list) else [row.quotes]
    annotation: dict[str, Any] = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": f"{base_url}/comments/{row.id}",
        "type": "Annotation",
        "motivation": "commenting",
        "body": {"type": "TextualBody", "value": row.html, "format": "text/html"},
        "target": [{"source": page, "selector": selector} for selector in selectors],
    }
    if not row.date_lost:
        annotation["created"] = date(row.created_at)
    if row.author_name:
        annotation["creator"] = {"type": "Person", "name": row.author_name}
    if row.lang:
        annotation["body"]["language"] = row.lang
    return annotation
