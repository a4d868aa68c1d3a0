"""The servers that are measured, each a process of its own on its own core."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORES = set(CORES[: max(1, len(CORES) // 2)])
CLIENT_CORES = set(CORES) - SERVER_CORES or SERVER_CORES


UNLIMITED = {"BELOWLINE_POSTS_PER_MINUTE": "1000000000", "BELOWLINE_GUESTS_PER_ADDRESS": "1000000"}
"""All clients have one address."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(
    command: list[str], port: int, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that accepts connections; ended, with what it started, at the end of the block."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )
    os.sched_setaffinity(process.pid, SERVER_CORES)  # before it has threads, which inherit it
    try:
        _await(process, port)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}: {process.args!r}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("the server does not listen")


@contextlib.contextmanager
def belowline(data: Path) -> Iterator[tuple[int, int]]:
    """(port, process id) of `belowline serve`, as anybody starts it, but for the limits on one address."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("belowline")), "serve", "--port", str(port), "--data", str(data)]
    with running(command, port, UNLIMITED) as process:
        yield port, process.pid


@contextlib.contextmanager
def bare(reply: Path) -> Iterator[int]:
    """Port of an application that does nothing but send the reply in the file."""
    port = free_port()
    with running([sys.executable, "-m", "benchmarks.bare", str(port), str(reply)], port):
        yield port


def fetch(
    port: int, path: str, encoding: str = "br", timeout_s: float = 60
) -> tuple[list[tuple[str, str]], bytes, float]:
    """Headers, body as sent, and the seconds it took on a connection that stood already."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    connection.connect()
    started = time.perf_counter()
    connection.request("GET", path, headers={"Accept-Encoding": encoding})
    answer = connection.getresponse()
    body = answer.read()
    took = time.perf_counter() - started
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {body[:300]!r}")
    return answer.getheaders(), body, took


def resident_mb(pid: int) -> float:
    """Memory of a process that is resident now, in MB (10^6 bytes)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
