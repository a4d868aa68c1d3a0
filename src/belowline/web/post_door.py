"""A shorter way for new comments: a raw ASGI mount that takes a good one straight to its function.

    POST /api/v1/stories/{slug}/comments                  web/api.py: take_comment

The framework's routing, injection and response take as long as everything else that the event loop does for a
comment. What this door does not take at once — a body in pieces, too large, or with anything wrong in it — goes
to the framework as it came, which knows how to say what is wrong. So neither the call nor its errors are written twice.
"""

import msgspec
from litestar import Litestar, Request

from belowline.actions.comments import NewComment
from belowline.snapshots.serve import App, Receive, Scope, Send
from belowline.web import language, problems
from belowline.web.api import take_comment
from belowline.web.api_bodies import is_json
from belowline.web.guards import AnyRequest
from belowline.web.house import House
from belowline.web.routes import API, MAX_BODY

PREFIX, SUFFIX = "/api/v1/stories/", "/comments"
_FIXED = [(one.name.encode(), str(one.value).encode()) for one in API.response_headers or ()]
_JSON = (b"content-type", b"application/json")
_decode = msgspec.json.Decoder(NewComment).decode


class PostDoor:
    """Takes comments; passes everything else to `app`."""

    def __init__(self, app: App, framework: Litestar, house: House) -> None:
        self._app = app
        self._framework = framework
        self._house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            path: str = scope["path"]
            slug = path[len(PREFIX) : -len(SUFFIX)]
            if path.endswith(SUFFIX) and path.startswith(PREFIX) and slug and "/" not in slug:
                first = await receive()
                if (new := _read(scope, first)) is not None:
                    return await self._take(slug, new, scope, receive, send)
                receive = _again(first, receive)
        return await self._app(scope, receive, send)

    async def _take(self, slug: str, new: NewComment, scope: Scope, receive: Receive, send: Send) -> None:
        scope["litestar_app"] = self._framework
        request: AnyRequest = Request(scope, receive, send)  # type: ignore[arg-type]
        await language.hear(request)
        try:
            sent, status, own = await take_comment(request, self._house, slug, new)
        except Exception as error:  # as the framework does
            answer = problems.answer(request, error).to_asgi_response(None, request)
            await answer(scope, receive, send)  # type: ignore[arg-type]
            return
        body = msgspec.json.encode(sent)
        headers = [*_FIXED, *((name.encode(), value.encode()) for name, value in own.items())]
        headers += (_JSON, (b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _read(scope: Scope, message: Scope) -> NewComment | None:
    """The comment in a body that came in one piece; None where anything is not as it should be.

    Granian says of every body that more may come, and says that it was all in a message of its own: the length that
    the client declared tells it now.
    """
    headers = dict(scope["headers"])
    if message["type"] != "http.request" or len(message["body"]) > MAX_BODY:
        return None
    if message.get("more_body") and headers.get(b"content-length") != b"%d" % len(message["body"]):
        return None
    if not is_json(headers.get(b"content-type", b"")):
        return None
    try:
        return _decode(message["body"])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _again(first: Scope, receive: Receive) -> Receive:
    """`receive`, with the message that was taken already before the others."""
    taken = [first]

    async def following() -> Scope:
        return taken.pop() if taken else await receive()

    return following
