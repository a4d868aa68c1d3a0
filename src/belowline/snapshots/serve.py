"""The front door for readers: a dictionary lookup, then ready bytes.

A raw ASGI mount before the framework. What is not on the shelf goes on to the framework's handlers,
which check the request, have the page built, and answer with `Answer` below: the same bytes.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from belowline.snapshots.shelf import IDENTITY, Shelf, Snapshot

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]

JUST_WRITTEN = b"belowline_written="  # a cookie that lives a few seconds after a post from our own page
PREFERENCE = (b"br", b"zstd", b"gzip")
_NO_BODY = {"type": "http.response.body", "body": b""}
_known_accepts: dict[bytes, bytes] = {}
MAX_KNOWN = 1000  # different Accept-Encoding headers remembered; real browsers send a handful


class ReadyBytes:
    """Answers GET and HEAD of what is on the shelf; passes everything else to `app`."""

    def __init__(self, app: App, shelf: Shelf) -> None:
        self._app = app
        self._shelf = shelf
        self._ready = shelf.ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            key = scope["path"], scope["query_string"]
            snapshot = self._ready.get(key)
            if snapshot is not None and scope["method"] in ("GET", "HEAD"):
                if snapshot.old and _has_just_written(scope):
                    snapshot = await self._shelf.fetch(key, snapshot.build, fresh=True)
                await answer(snapshot, scope, send)
                return
        await self._app(scope, receive, send)


def _has_just_written(scope: Scope) -> bool:
    """Writers always see their own write; other readers take the page as it was a moment ago."""
    return any(name == b"cookie" and JUST_WRITTEN in value for name, value in scope["headers"])


class Answer:
    """A snapshot as an ASGI application, for the framework's handlers."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await answer(self._snapshot, scope, send)


async def answer(snapshot: Snapshot, scope: Scope, send: Send) -> None:
    accept = match = None
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            accept = value
        elif name == b"if-none-match":
            match = value
    encoding = IDENTITY if accept is None else (_known_accepts.get(accept) or _choose(accept))
    variant = snapshot.variants.get(encoding)
    if variant is None:
        variant = await asyncio.get_running_loop().run_in_executor(None, snapshot.encode, encoding)
    snapshot.reads += 1
    if match is not None and (variant.etag in match or match == b"*"):
        await send(variant.not_modified)
        await send(_NO_BODY)
        return
    await send(variant.start)
    await send(variant.body if scope["method"] == "GET" else _NO_BODY)


def _choose(accept: bytes) -> bytes:
    """The best encoding that an Accept-Encoding header takes. RFC 9110, 12.5.3."""
    taken: dict[bytes, bool] = {}
    for part in accept.lower().split(b","):
        name, _, weight = part.strip().partition(b";")
        taken[name.strip()] = weight.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000")
    best = next((name for name in PREFERENCE if taken.get(name, taken.get(b"*", False))), IDENTITY)
    if len(_known_accepts) < MAX_KNOWN:
        _known_accepts[accept] = best
    return best
