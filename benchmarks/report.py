"""The table, as it is printed and as docs/benchmarks.md keeps it."""

import os
import platform
import sqlite3
from importlib.metadata import version

from benchmarks import load, servers
from benchmarks.measure import Bench


def text(bench: Bench, missing: str | None, took_s: float) -> str:
    lines = ["# Benchmarks", "", _how(bench, took_s), ""]
    lines += ["| what | Belowline | budget | kept | Isso 0.14 |", "|---|---|---|---|---|"]
    for row in bench.rows:
        kept = "" if row.kept is None else "yes" if row.kept else "**no**"
        lines.append(f"| {row.what} | {row.value} | {row.budget} | {kept} | {row.isso} |")
    lines += ["", *_notes(bench, missing)]
    return "\n".join(lines) + "\n"


def _how(bench: Bench, took_s: float) -> str:
    cores = len(servers.CORES)
    load1 = os.getloadavg()[0]
    return (
        f"Made by `make bench` in {took_s / 60:.1f} minutes{' (--quick)' if bench.quick else ''} on {cores} cores "
        f"({_processor()}), Linux, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"Granian {version('granian')}. The server has {len(servers.SERVER_CORES)} of the cores, the client the "
        f"others. When it ended, {load1:.1f} tasks were running on average; with much more than {cores} the plain "
        "numbers are low, and only the ratios and processor times count, because both sides of a ratio are taken "
        "in turn."
    )


def _processor() -> str:
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _notes(bench: Bench, missing: str | None) -> list[str]:
    reader = "`wrk`, 32 connections" if load.WRK else "our own client, 32 connections (`wrk` is not installed)"
    notes = [
        f"Pages are read with {reader}, brotli, and so is the mixed load; posts, counts and all of Isso with our own "
        "keep-alive client.",
        "The bare application sends the same headers and bytes from memory, on Granian with the same settings; the "
        "two are measured in turn and the ratio is the median of the pairs. The same goes for mixed against pure "
        "reads, where all answers count, posts included.",
        "Posts go to a discussion of 1,000 comments; every second one is a reply. An answer comes after fsync "
        "(`synchronous=FULL`).",
        "The cold page: a fresh process after the warm-up that every start does (templates and statements compiled, no "
        "page kept), the first page that it builds, from the first query to the last compressed byte. “First "
        "request” is the first that another fresh `belowline serve` answers.",
        "Costs by size: pages of the same make (50 threads of two comments), so that only the discussion's size "
        "differs. Its ratio is of processor time.",
        "Imports and exports go through files of the same 22,050 comments, rendering included; processor time of all "
        "threads. Isso takes in the same WordPress file, with the fields that it insists on, its start included; it "
        "renders when it is read, and its database is in memory, since it waits for the disk after each comment.",
        "Votes come from 200 browsers, each on 500 comments of the hot discussion; the second call is by one that has "
        "voted on 500 of them and was away for an hour, over HTTP, one after the other.",
        "The desk's queue is what its handler takes, sign-in and framework not included, with every queue counted.",
        "Comments have 6 to 80 words, 214 characters on average, made of the demo's words.",
        missing
        or "Isso runs by `isso run` with gevent, its guard against repeated posts off. It keeps one level of replies, "
        "so that all of a thread answer its top. A read asks for all top comments with up to five replies each, over "
        "8 connections; its answer is JSON that the browser must still render. Its posts are all top comments, where "
        "every second one of ours is a reply.",
        *bench.notes,
    ]
    return [f"- {note}" for note in notes]
