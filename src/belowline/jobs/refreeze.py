"""Frozen discussions are written again: somebody was erased from them. Payload: `stories`, their ids."""

import structlog

from belowline.jobs.tools import Tools
from belowline.snapshots import export_html
from belowline.store.jobs import Job

log = structlog.get_logger()


async def run(tools: Tools, job: Job) -> None:
    gone = await tools.db.read(export_html.rewrite, job.payload["stories"], tools.clock())
    for folder in gone:  # it was moved or deleted: only who did that can write it again where it is now
        log.warning("frozen-folder-gone", folder=str(folder), stories=job.payload["stories"])
