"""Takes an import back, step by step, beside the server's own writing (transfer/undo.py). Payload: `run`, `actor`."""

import asyncio
import time

import structlog

from belowline.errors import Problem
from belowline.jobs.tools import Tools
from belowline.store import jobs
from belowline.store.db import Database
from belowline.store.jobs import Job
from belowline.transfer import undo

AT_MOST_S = 30.0  # of one run, well inside a job's lease; what is left is the next one's

log = structlog.get_logger()


async def run(tools: Tools, job: Job) -> None:
    try:
        done = await asyncio.to_thread(_some, tools, job)
    except Problem as problem:  # taken back meanwhile by somebody else, or answered: the run's page says how it stands
        log.warning("an import is not taken back further", run=job.payload["run"], why=problem.message)
        return
    if not done:
        await tools.db.write(jobs.add, job.kind, job.payload, tools.clock())


def _some(tools: Tools, job: Job) -> bool:
    db = Database(tools.settings.database, 1, checks=False)
    try:
        until = time.monotonic() + AT_MOST_S
        return undo.in_steps(db, job.payload["run"], tools.clock(), job.payload["actor"], until=until) is not None
    finally:
        db.close()
