"""The door for listeners: a raw ASGI mount before the framework, which would keep a request of its own for each.

    GET /api/v1/stories/{slug}/live?after={comment}      Accept: text/event-stream

Without that Accept header the same news come once, as JSON: so a browser polls where something on the
way holds streams back.
"""

from urllib.parse import parse_qs

import msgspec

from belowline.errors import Problem
from belowline.snapshots.serve import App, Receive, Scope, Send
from belowline.web.live import PLAIN, Live
from belowline.web.problems import document
from belowline.words import accepted

PREFIX, SUFFIX = "/api/v1/stories/", "/live"


class LiveDoor:
    """Answers listeners; passes everything else to `app`."""

    def __init__(self, app: App, live: Live) -> None:
        self._app = app
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            path: str = scope["path"]
            if path.endswith(SUFFIX) and path.startswith(PREFIX):
                slug = path[len(PREFIX) : -len(SUFFIX)]
                if slug and "/" not in slug:
                    return await self._answer(slug, scope, receive, send)
        return await self._app(scope, receive, send)

    async def _answer(self, slug: str, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        # A browser that was cut off comes back with the last event's id.
        query = parse_qs(scope["query_string"].decode("latin-1"))
        given = headers.get(b"last-event-id", b"").decode("latin-1") or query.get("after", [""])[0]
        after = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
        lang = accepted(headers.get(b"accept-language", b"").decode("latin-1"))
        try:
            if b"text/event-stream" in headers.get(b"accept", b""):
                return await self._live.listen(slug, after, receive, send)
            found = await self._live.poll(slug, -1 if after is None else after)
            return await _send_json(send, 200, msgspec.json.encode(found), b"application/json")
        except Problem as problem:
            return await _send_json(send, problem.status, document(problem, lang), b"application/problem+json")


async def _send_json(send: Send, status: int, body: bytes, media: bytes) -> None:
    headers = [*PLAIN, (b"content-type", media), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
