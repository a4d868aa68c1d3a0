"""Runs the application on Granian, in this process, until a signal says stop."""

import asyncio
import contextlib
import ctypes
import errno
import gc
import resource
import signal
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from belowline.errors import Unusable

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # mallopt(3)
_LARGE = 128 * 1024  # bytes; a page and what compresses it are larger


def must_be_free(host: str, port: int) -> str:
    """The network address of `host`, where the server is to listen: it takes no names.

    Raises Unusable where we cannot listen. The server itself shares ports, so that it would not notice.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(found[0], found[1]) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(found[4])
            return str(found[4][0])
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        elsewhere = getattr(error, "errno", 0) == errno.EADDRNOTAVAIL
        other = "--host" if elsewhere or isinstance(error, socket.gaierror | UnicodeError) else "--port"
        where = f"{host or 'no address'} port {port}"
        raise Unusable(f"Cannot listen on {where}: {reason}. Choose another with {other}.") from error


def serve(app: Any, host: str, port: int, before_stop: Callable[[], Awaitable[None]]) -> None:
    """Returns after SIGINT or SIGTERM, when what was accepted is answered and written.

    `before_stop` ends what would go on for ever: open streams.
    """
    _spare_the_collector()
    _share_memory()
    asyncio.run(_serve(app, host, port, before_stop))


def _share_memory() -> None:
    """glibc would give each of our dozen threads a heap of its own, which keeps what it once needed; and would soon
    put the large pieces of a page's build into it, between small ones that stay."""
    with contextlib.suppress(AttributeError, OSError):  # another C library
        library = ctypes.CDLL(None)
        library.mallopt(_M_ARENA_MAX, 1)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_M_TRIM_THRESHOLD, 2 * _LARGE)
        library.malloc_trim(0)  # what the imports needed


def _spare_the_collector() -> None:
    """What was made until now stays: the collector need not look at those 200,000 objects again, and not after
    every 700 new ones, of which a page makes thousands."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)


def _most_connections() -> int:
    """As many as the system lets us have, less what files need; the server's own default is 128, listeners included."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 65_536 if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(most - 256, most // 2)


async def _serve(app: Any, host: str, port: int, before_stop: Callable[[], Awaitable[None]]) -> None:
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.auto,
        websockets=False,
        backlog=1024,
        backpressure=_most_connections(),
        log_enabled=False,
    )
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    serving = asyncio.create_task(server.serve())
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait((serving, waiting), return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        await before_stop()
        server.stop()  # type: ignore[no-untyped-call]
    waiting.cancel()
    await serving
