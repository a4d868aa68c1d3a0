"""Bodies that never come: a reader who lost the network in the middle of sending, or somebody who sends a byte now
and then to keep us waiting."""

import asyncio

from belowline.snapshots.serve import App, Receive, Scope, Send

PATIENCE_S = 30.0  # for the next piece; the server itself gives headers as long


class _NeverCame(BaseException):
    """Past all handlers of errors, which would answer and log it: nothing is wrong with us, and nobody reads it."""


class Bodies:
    """A raw ASGI mount: a request whose body does not come is given up, as if it had not been sent."""

    def __init__(self, app: App, patience_s: float = PATIENCE_S) -> None:
        self._app = app
        self._patience_s = patience_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        whole = answered = False

        async def next_piece() -> Scope:
            nonlocal whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout(self._patience_s):
                    message = await receive()
            except TimeoutError:
                raise _NeverCame from None
            if message["type"] == "http.disconnect":
                raise _NeverCame
            whole = not message.get("more_body", False)
            return message

        async def answer(message: Scope) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, next_piece, answer)
        except _NeverCame:
            if answered:
                return
            headers = [(b"connection", b"close"), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 408, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
