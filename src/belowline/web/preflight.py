"""Answers CORS preflights for the API: pages of any origin may ask; who may write is checked when they do."""

from belowline.snapshots.serve import App, Receive, Scope, Send

_HEADERS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE"),
    (b"access-control-allow-headers", b"authorization, belowline-guest, content-type"),
    (b"access-control-max-age", b"86400"),
]


class Preflight:
    """A raw ASGI mount before the framework, which would answer OPTIONS without these headers."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "OPTIONS" and scope["path"].startswith("/api/v1/"):
            await send({"type": "http.response.start", "status": 204, "headers": _HEADERS})
            await send({"type": "http.response.body", "body": b""})
            return
        await self._app(scope, receive, send)
