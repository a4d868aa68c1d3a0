"""Answers HEAD as GET, without the body: link checkers, monitors and caches ask so."""

from belowline.snapshots.serve import App, Receive, Scope, Send


class Head:
    """A raw ASGI mount before the framework, whose handlers for GET take nothing else."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def start_only(message: Scope) -> None:
            if message["type"] == "http.response.start":
                await send(message)

        await self._app(dict(scope) | {"method": "GET"}, _gone, start_only)
        await send({"type": "http.response.body", "body": b""})


async def _gone() -> Scope:
    """Nobody waits for more, so that a stream ends after its headers."""
    return {"type": "http.disconnect"}
