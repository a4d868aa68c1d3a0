"""The loop that does what follows: claim, run, try again, bury.

At least once: a job is deleted after it has run, so who dies in between runs it again. Several loops, in the
serving process or beside it, share the work by claims.
"""

import asyncio
import datetime as dt
import re
from collections.abc import Awaitable, Callable

import msgspec
import structlog

from belowline.clock import Clock
from belowline.errors import Unavailable
from belowline.jobs.tools import Tools
from belowline.store import jobs
from belowline.store.db import Database
from belowline.store.jobs import Job

Run = Callable[[Tools, Job], Awaitable[None]]

LEASE = dt.timedelta(minutes=2)  # a mail server's patience and ours, well inside
AT_ONCE = 16
PAUSE_S = 0.5  # between looks at an empty table: a read of an index, 0.1 ms
REFUSED_S = 5.0  # the log is not filled with the same line
ATTEMPTS = 8  # with the pauses below: over about ten hours
FIRST_PAUSE_S = 20
PATIENCE_S = 60.0
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")  # mail servers name whom they refuse; neither log nor table keeps it

log = structlog.get_logger()


class Loop(msgspec.Struct, frozen=True):
    db: Database
    tools: Tools
    kinds: dict[str, Run]
    clock: Clock
    daily: tuple[str, ...] = ()
    """Kinds that wait for tomorrow again as soon as they begin."""

    async def run(self) -> None:
        """Until cancelled."""
        missing = list(self.daily)
        while True:
            try:
                while missing:
                    await self.db.write(jobs.add_daily, missing[-1], self.clock())
                    missing.pop()
                busy = await self.once()
            except Unavailable as refused:  # the disk is full, another process keeps the lock
                log.error("jobs cannot be claimed", why=str(refused.__cause__ or refused))
                await asyncio.sleep(REFUSED_S)
            except Exception:
                log.exception("jobs cannot be claimed")
                await asyncio.sleep(REFUSED_S)
            else:
                await asyncio.sleep(0 if busy else PAUSE_S)

    async def once(self) -> int:
        """Runs what is due now; how many."""
        if not await self.db.read(jobs.due, self.clock(), 1):
            return 0
        claimed = await self.db.write(jobs.claim, self.clock(), LEASE, AT_ONCE)
        await asyncio.gather(*(self._run(job) for job in claimed))
        return len(claimed)

    async def _run(self, job: Job) -> None:
        try:
            if job.kind in self.daily:
                await self.db.write(jobs.again_daily, job, self.clock() + dt.timedelta(days=1))
            await asyncio.wait_for(self.kinds[job.kind](self.tools, job), PATIENCE_S)
        except Exception as error:
            again_at = None if job.attempts >= ATTEMPTS else self.clock() + pause(job.attempts)
            said = _ADDRESS.sub("…@…", f"{type(error).__name__}: {error}")[:500]
            log.warning("job failed", kind=job.kind, job=job.id, attempts=job.attempts, error=said, buried=not again_at)
            await self.db.write(jobs.failed, job.id, said, again_at)
        else:
            await self.db.write(jobs.done, job.id)


def pause(attempts: int) -> dt.timedelta:
    """20 s, 1 min, 3 min … 4 h: three times as long after each."""
    return min(dt.timedelta(seconds=int(FIRST_PAUSE_S * 3 ** (attempts - 1))), dt.timedelta(hours=4))
