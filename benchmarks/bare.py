"""The least that can be done with Granian: one reply, ready, whatever is asked. `bare PORT FILE`."""

import sys
from pathlib import Path
from typing import Any

import msgspec

from belowline.web import server

headers, body = msgspec.msgpack.decode(Path(sys.argv[2]).read_bytes(), type=tuple[list[tuple[bytes, bytes]], bytes])
START = {"type": "http.response.start", "status": 200, "headers": headers}
BODY = {"type": "http.response.body", "body": body}


async def app(_scope: Any, _receive: Any, send: Any) -> None:
    await send(START)
    await send(BODY)


async def nothing_open() -> None:
    """What the server awaits before it stops."""


server.serve(app, "127.0.0.1", int(sys.argv[1]), nothing_open)
