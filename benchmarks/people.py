"""What readers and moderators do beside reading and posting: votes, the second call, a queue of the desk."""

import asyncio
import itertools
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from belowline.actions.desk import Desk
from belowline.actions.people import new_person
from belowline.clock import now
from belowline.model.person import Role
from belowline.settings import Settings
from belowline.store import sites
from belowline.store.db import Database
from belowline.web.app import make_app
from belowline.web.desk import desk_queue
from belowline.web.house import House, Tokens
from benchmarks import fill, load

HELD = 50_000
LOOKS = 20


def guests(data: Path, count: int) -> list[str]:
    """Tokens of browsers that the server will know again."""
    db = Database(data / "belowline.sqlite3")
    with db.transaction() as conn:
        tokens = Tokens(sites.signing_secret(conn))
    db.close()
    return [tokens.new_guest()[1] for _ in range(count)]


def votes(browsers: list[str], story: fill.Filled) -> Iterator[bytes]:
    """Each browser votes on all comments that can be answered, then the next one does."""
    for browser, comment in itertools.product(browsers, story.parents):
        said = load.post(f"/api/v1/comments/{comment}/vote", b'{"vote":"respect"}', f"Belowline-Guest: {browser}\r\n")
        yield said.replace(b"POST", b"PUT", 1)


def second_call(browser: str, story: fill.Filled) -> bytes:
    """What is the reader's own: 500 votes, and what came since an hour ago."""
    since = int((now().timestamp() - 3600) * 1000)
    path = f"/api/v1/stories/{story.slug}/mine?since={since}"
    return load.get(path).replace(b"\r\n", f"\r\nBelowline-Guest: {browser}\r\n".encode(), 1)


def queue(data: Path) -> tuple[float, float]:
    """A page of the held queue, as HTML with every queue's count, where HELD comments wait: (ms, processor ms)."""
    with closing(sqlite3.connect(data / "belowline.sqlite3")) as driver:
        driver.execute(
            "UPDATE comment SET state = 'held', shown = 0 WHERE id IN (SELECT id FROM comment WHERE reply_count = 0 "
            "ORDER BY id DESC LIMIT ?)",
            (HELD,),
        )
        driver.execute(
            "INSERT INTO verdict (comment_id, outcome, evidence, pipeline, decided_at) SELECT id, 'hold', ?, 'b', 0 "
            "FROM comment WHERE state = 'held'",
            ('[{"step":"links","version":1,"score":0.5,"asks":"hold","reason":"Five links.","sentence":""}]',),
        )
        driver.commit()
    _, house = make_app(Settings(data=str(data)))
    with house.db.transaction() as conn:
        site, person = sites.first(conn), new_person(conn, now())
    if site is None:
        raise LookupError("the site")
    times = asyncio.run(_look(house, Desk(site, person, Role.MODERATOR)))
    house.db.close()
    return median(ms for ms, _ in times), median(cpu for _, cpu in times)


async def _look(house: House, desk: Desk) -> list[tuple[float, float]]:
    """As the handler does it, without the way through the framework and the sign-in before it."""
    times = []
    for _ in range(LOOKS):
        started, cpu = time.perf_counter(), time.process_time()
        page = await desk_queue.fn(house, desk, "held")
        times.append(((time.perf_counter() - started) * 1000, (time.process_time() - cpu) * 1000))
        if "Five links." not in page.content:
            raise RuntimeError("the queue does not show what waits")
    return times
