"""Load from few cores: wrk for reads where it is installed, else a lean keep-alive client of our own."""

import asyncio
import itertools
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

WRK = shutil.which("wrk")
_MIXED = Path(__file__).with_name("mixed.lua")
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}

Requests = Callable[[int], Iterator[bytes]]
"""The endless requests of one connection, by its number."""


class Load(NamedTuple):
    rate: float
    """Answers a second."""
    p50_ms: float
    p99_ms: float
    statuses: dict[int, int]


def get(path: str, encoding: str = "br") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: {encoding}\r\n\r\n".encode()


def post(path: str, body: bytes, cookie: str = "") -> bytes:
    """A JSON post."""
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\n{cookie}Content-Type: application/json\r\nContent-Length: "
    return head.encode() + b"%d\r\n\r\n" % len(body) + body


def reads(port: int, path: str, seconds: float, clients: int = 32) -> Load:
    """The same page again and again. Raises RuntimeError if anything but 200 comes back."""
    if WRK is None:
        return drive(port, lambda _: itertools.repeat(get(path)), clients, seconds)
    return _wrk(port, path, seconds, clients, ["-H", "Accept-Encoding: br"], [])


def mixed(port: int, path: str, post_path: str, bodies: list[bytes], every: int, seconds: float) -> Load:
    """32 connections read a page; every so-manieth request is a post of the next body (every = 0: none)."""
    if WRK is None:
        following = iter(bodies)
        return drive(port, lambda client: _reads_and_posts(path, post_path, following, every, client), 32, seconds)
    with tempfile.NamedTemporaryFile() as lines:
        lines.write(b"\n".join(bodies))
        lines.flush()
        return _wrk(port, path, seconds, 32, ["-s", str(_MIXED)], ["--", post_path, lines.name, str(every)])


def _reads_and_posts(path: str, post_path: str, bodies: Iterator[bytes], every: int, client: int) -> Iterator[bytes]:
    read = get(path)
    for turn in itertools.count(client):
        yield post(post_path, next(bodies)) if every and turn % every == 0 else read


def _wrk(port: int, path: str, seconds: float, clients: int, options: list[str], arguments: list[str]) -> Load:
    """One run of wrk. Raises RuntimeError if an answer is missing or not 2xx."""
    command = [str(WRK), "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "--latency", "--timeout", "30s"]
    command += [*options, f"http://127.0.0.1:{port}{path}", *arguments]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said or not (rate := re.search(r"Requests/sec: *([\d.]+)", said)):
        raise RuntimeError(f"requests for {path} failed:\n{said}")
    return Load(float(rate[1]), _percentile(said, 50), _percentile(said, 99), {})


def _percentile(said: str, percent: int) -> float:
    found = re.search(rf"{percent}% +([\d.]+)(us|ms|s|m)", said)
    return float(found[1]) * _UNITS[found[2]] if found else 0.0


def drive(port: int, requests: Requests, clients: int, seconds: float) -> Load:
    """Each of `clients` connections sends its next request as soon as it has the answer to the last."""
    return asyncio.run(_drive(port, requests, clients, seconds))


class _Client(asyncio.Protocol):
    """One connection. Answers must say their Content-Length; one that closes is opened again."""

    def __init__(self, requests: Iterator[bytes], times: list[float], statuses: Counter[int]) -> None:
        self._requests, self._times, self._statuses = requests, times, statuses
        self._buffer = b""
        self._left = 0
        self.closed = asyncio.get_running_loop().create_future()
        self.stopping = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._started = time.perf_counter()
        self._transport.write(next(self._requests))  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        if self._left:
            self._left -= len(data)
        else:
            self._buffer += data
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._buffer[:end]
            length = _LENGTH.search(head)
            if length is None:
                raise RuntimeError(f"an answer without a length: {head!r}")
            self._left = int(length[1]) + end + 4 - len(self._buffer)
            self._statuses[int(head[9:12])] += 1
            self._buffer = b""
        if self._left == 0:
            self._times.append(time.perf_counter() - self._started)
            if self.stopping:
                self._transport.close()
            else:
                self._send()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.closed.done():
            self.closed.set_result(None)


async def _drive(port: int, requests: Requests, clients: int, seconds: float) -> Load:
    loop = asyncio.get_running_loop()
    times: list[float] = []
    statuses: Counter[int] = Counter()
    open_: set[_Client] = set()
    ending = False

    async def keep(number: int) -> None:
        mine = requests(number)
        while not ending:
            _, client = await loop.create_connection(lambda: _Client(mine, times, statuses), "127.0.0.1", port)
            client.stopping = ending
            open_.add(client)
            await client.closed
            open_.discard(client)

    started = time.perf_counter()
    tasks = [asyncio.create_task(keep(number)) for number in range(clients)]
    await asyncio.sleep(seconds)
    ending = True
    for client in open_:
        client.stopping = True
    took, answered = time.perf_counter() - started, list(times)
    await asyncio.wait(tasks, timeout=10)  # so that the next run meets an idle server
    for task in tasks:
        task.cancel()
    if not answered:
        raise RuntimeError("nothing was answered")
    return Load(len(answered) / took, *percentiles(answered), dict(statuses))


def percentiles(times: list[float]) -> tuple[float, float]:
    """(p50, p99) in ms of times in seconds."""
    if len(times) < 2:
        return times[0] * 1000, times[0] * 1000
    cuts = statistics.quantiles(times, n=100)
    return cuts[49] * 1000, cuts[98] * 1000
