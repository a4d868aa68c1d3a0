"""A comment was published: note it for everybody who wants to hear of it."""

from belowline.actions import notify
from belowline.jobs.tools import Tools
from belowline.store.jobs import Job


async def run(tools: Tools, job: Job) -> None:
    after: int | None = 0
    while after is not None:  # a page of followers a transaction: others write in between
        after = await tools.db.write(notify.tell, job.payload["comment"], after, tools.clock())
