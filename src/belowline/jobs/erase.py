"""Erases a reader, piece by piece, when their time to change their mind is over (actions/erasure.py)."""

import asyncio
import time
from pathlib import Path

from belowline.actions import erasure
from belowline.jobs.tools import Tools
from belowline.store import erasure_list, jobs
from belowline.store.jobs import Job

AT_MOST_S = 30.0  # of one run, well inside a job's lease; what is left is the next one's


async def run(tools: Tools, job: Job) -> None:
    number = job.payload["erasure"]
    if entry := await tools.db.read(erasure.entry, number, tools.clock()):
        await asyncio.to_thread(erasure_list.note, Path(tools.settings.data), entry)
    until, touched = time.monotonic() + AT_MOST_S, set[str]()
    while (step := await tools.db.write(erasure.step, number, tools.clock())).more:
        if step.tags:
            tools.touch(step.tags)
            touched |= step.tags
        if time.monotonic() > until:
            await tools.db.write(jobs.add, job.kind, job.payload, tools.clock())
            break
    stories = sorted({int(tag[6:]) for tag in touched if tag.startswith("story:")})
    if stories:  # what stands frozen in folders is written again (refreeze.py)
        await tools.db.write(jobs.add, "refreeze", {"stories": stories}, tools.clock())


async def queue_due(tools: Tools, _job: Job) -> None:
    """Daily: no erasure is forgotten because its job was given up."""
    await tools.db.write(erasure.queue_due, tools.clock())
