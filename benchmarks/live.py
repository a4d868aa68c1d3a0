"""`python -m benchmarks.live`: idle listeners in one process, what they cost, how fast an event reaches them all.

The client is lean: bare sockets and one selector, so that it can hold as many as the server. It is a
process beside the server and takes its own share of the machine, which the figures include.
"""

import resource
import selectors
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import httpx

from belowline.actions.stories import NewStory, add
from belowline.clock import now
from belowline.store.db import Database
from benchmarks.servers import free_port, running

ASK = b"GET /api/v1/stories/%s/live HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n"
EVENTS = 5


def listen(port: int, slug: str, many: int) -> selectors.BaseSelector:
    """`many` open streams, each of which has had its greeting."""
    chosen = selectors.DefaultSelector()
    for number in range(many):
        one = socket.create_connection(("127.0.0.1", port), timeout=10)
        one.sendall(ASK % slug.encode())
        one.setblocking(False)
        chosen.register(one, selectors.EVENT_READ)
        if number % 100 == 99:
            time.sleep(0.01)
    hear(chosen, many, b"listening", 60)
    return chosen


def hear(chosen: selectors.BaseSelector, many: int, word: bytes, patience_s: float) -> list[float]:
    """When each of the streams had `word`. Raises TimeoutError."""
    waiting = {key.fd for key in chosen.get_map().values()}
    times: list[float] = []
    until = time.perf_counter() + patience_s
    while len(times) < many:
        if time.perf_counter() > until:
            raise TimeoutError(f"{many - len(times)} of {many} listeners heard nothing")
        for key, _ in chosen.select(0.1):
            if word in key.fileobj.recv(65536) and key.fd in waiting:  # type: ignore[union-attr]
                waiting.discard(key.fd)
                times.append(time.perf_counter())
    return times


def memory_mb(pid: int) -> tuple[float, float]:
    """Resident now, and at its highest."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    now_kb, peak_kb = (int(fields[name].split()[0]) for name in ("VmRSS", "VmHWM"))
    return now_kb / 1024, peak_kb / 1024


def measure(many: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="belowline-live-") as folder:
        port = free_port()
        command = [sys.executable, "-m", "belowline.cli", "serve", "--data", folder, "--port", str(port)]
        with running(command, port) as process:
            db = Database(Path(folder) / "belowline.sqlite3")
            with db.transaction() as conn:
                slug = add(conn, NewStory(title="While they listen"), now()).slug
            db.close()
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
                client.get(f"/stories/{slug}").raise_for_status()
                before, _ = memory_mb(process.pid)
                chosen = listen(port, slug, many)
                after, _ = memory_mb(process.pid)
                delays = [tell(client, chosen, slug, many, number) for number in range(EVENTS)]
                _, peak = memory_mb(process.pid)
                for key in list(chosen.get_map().values()):
                    key.fileobj.close()  # type: ignore[union-attr]
    return {"before": before, "after": after, "peak": peak, "delays": delays}


def tell(
    client: httpx.Client, chosen: selectors.BaseSelector, slug: str, many: int, number: int
) -> tuple[float, float]:
    """Seconds from the answered post to the middle and to the last listener."""
    time.sleep(2)
    body = {"name": "Bench", "text": f"Event {number}"}
    client.post(f"/api/v1/stories/{slug}/comments", json=body).raise_for_status()
    posted = time.perf_counter()
    times = sorted(hear(chosen, many, b"event: comment", 20))
    return times[len(times) // 2] - posted, times[-1] - posted


@click.command()
@click.option("--listeners", default=5000, show_default=True)
def main(listeners: int) -> None:
    """Measure live listeners on this machine."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    found = measure(listeners)
    each = (found["after"] - found["before"]) * 1024 / listeners
    click.echo(f"{listeners} listeners in one process")
    click.echo(f"memory: {found['before']:.0f} MB before, {found['after']:.0f} MB idle, {found['peak']:.0f} MB at most")
    click.echo(f"one listener: {each:.1f} KB")
    for middle, last in found["delays"]:
        click.echo(f"an event: half of them after {middle * 1000:.0f} ms, all after {last * 1000:.0f} ms")


if __name__ == "__main__":
    main()
