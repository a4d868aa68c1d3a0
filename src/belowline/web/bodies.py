"""Bodies that never come: a reader who lost the network in the middle of sending, or somebody who sends a byte now
and then to keep us waiting."""

import asyncio

from belowline.snapshots.serve import App, Receive, Scope, Send

PATIENCE_S = 30.0  # for the next piece; the server itself gives headers as long
_CLOSE = (b"connection", b"close")


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
        old = scope["http_version"].startswith("1")  # later versions close a stream, and forbid the header
        left = _length(scope, old)
        whole, answered = left == 0, False

        async def next_piece() -> Scope:
            nonlocal whole, left
            if whole:
                return await receive()
            try:
                async with asyncio.timeout(self._patience_s):
                    message = await receive()
            except TimeoutError:
                raise _NeverCame from None
            if message["type"] == "http.disconnect":
                raise _NeverCame
            left = None if left is None else left - len(message.get("body", b""))
            whole = left == 0 or not message.get("more_body", False)
            return message

        async def answer(message: Scope) -> None:
            nonlocal answered
            answered = True
            if not whole and old and message["type"] == "http.response.start":
                # The server will read no further: who sends the next request on this connection would get no answer.
                message = {**message, "headers": [*message["headers"], _CLOSE]}
            await send(message)

        try:
            await self._app(scope, next_piece, answer)
        except _NeverCame:
            if answered:
                return
            headers = [_CLOSE, (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 408, "headers": headers})
            await send({"type": "http.response.body", "body": b""})


def _length(scope: Scope, old: bool) -> int | None:
    """Bytes of the body; None where it comes in pieces and nobody has said how many."""
    headers = dict(scope["headers"])
    declared = headers.get(b"content-length", b"")
    if declared.isdigit():
        return int(declared)
    return 0 if old and b"transfer-encoding" not in headers else None
