"""A fresh process builds pages that nobody has asked for. `cold DATA ROUNDS SLUG…` prints JSON.

For each story: "first_ms" and "first_cpu_ms", the very first build with its compression, as `belowline serve`
does it for its first reader; "next_ms" and "next_cpu_ms", medians of the rounds after it (stories taken in
turn); "bytes", compressed. CPU time tells what a busy machine's clock does not.
"""

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median

from belowline.settings import Settings
from belowline.snapshots.shelf import Snapshot
from belowline.snapshots.warm import warm_up
from belowline.web.app import make_app


def build(house: object, slug: str) -> Snapshot:
    work = partial(_page, house, slug)
    return house.db.read_now(lambda conn: Snapshot(work(conn), work, [b"br"]))  # type: ignore[attr-defined]


def _page(house: object, slug: str, conn: object) -> object:
    return house.build.story(conn, slug, "newest", None)  # type: ignore[attr-defined]


def timed(work: Callable[[], Snapshot]) -> tuple[float, float, int]:
    """(ms, CPU ms, compressed bytes)"""
    started, cpu = time.perf_counter(), time.thread_time()
    made = work()
    took, cpu = time.perf_counter() - started, time.thread_time() - cpu
    return took * 1000, cpu * 1000, len(made.variants[b"br"].body["body"])


def main(data: str, rounds: str, *slugs: str) -> None:
    _, house = make_app(Settings(data=data))
    house.db.read_now(warm_up, house.build)  # as the server does before it listens; it keeps no page
    first = {slug: timed(partial(build, house, slug)) for slug in slugs}
    later: dict[str, list[tuple[float, float, int]]] = {slug: [] for slug in slugs}
    for _ in range(int(rounds)):
        for slug in slugs:
            later[slug].append(timed(partial(build, house, slug)))
    found = {}
    for slug in slugs:
        ms, cpu, size = first[slug]
        found[slug] = {"first_ms": ms, "first_cpu_ms": cpu, "bytes": size}
        if later[slug]:
            found[slug] |= {
                "next_ms": median(one[0] for one in later[slug]),
                "next_cpu_ms": median(one[1] for one in later[slug]),
            }
    print(json.dumps(found))


main(*sys.argv[1:])
