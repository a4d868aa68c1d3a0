"""Once a day: each site's terms (actions/retention.KEPT). A reader of the database looks, so that no writer waits."""

import datetime as dt
import time

from belowline.actions import retention
from belowline.actions.retention import Kept
from belowline.jobs.tools import Tools
from belowline.store import jobs
from belowline.store.jobs import Job

AT_ONCE = 200  # rows in one transaction: a few milliseconds
AT_MOST_S = 40.0  # of one run; what is left is the next one's, at once


async def run(tools: Tools, job: Job) -> None:
    until, now = time.monotonic() + AT_MOST_S, tools.clock()  # of one moment, not later than the rules are read
    for site_id, policy in await tools.db.read(retention.all_policies):
        for kept in retention.KEPT:
            days = retention.days(policy, kept.rule)
            if days and not await _forget(tools, kept, site_id, now - dt.timedelta(days=days), until):
                await tools.db.write(jobs.add, job.kind, {}, tools.clock())
                return


async def _forget(tools: Tools, kept: Kept, site_id: int, before: dt.datetime, until: float) -> bool:
    """Whether it came to the end."""
    after = 0
    while ids := await tools.db.read(kept.due.found, site_id, before, after, AT_ONCE):
        await tools.db.write(retention.forget, kept, site_id, before, ids, tools.clock())
        after = ids[-1]
        if time.monotonic() > until:
            return False
    return True
