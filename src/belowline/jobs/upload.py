"""Sees to it that somebody works on an uploaded file, whoever dies. Payload: `upload`.

The work is done by a process of its own (cli_upload.py): an hour's import is no burden to who serves readers, and
goes on when the server stops. This looks every few seconds whether it lives, and starts it again.
"""

import datetime as dt
import subprocess
import sys
import threading
from pathlib import Path

from belowline.jobs.tools import Tools
from belowline.model.upload import Stage
from belowline.store import jobs
from belowline.store import uploads as rows
from belowline.store.jobs import Job
from belowline.transfer import uploads

LOOK_EVERY = dt.timedelta(seconds=10)
TRIES = 5
GAVE_UP = "The work on it ended five times before its end. What was brought in stays; it can go on from there."


async def run(tools: Tools, job: Job) -> None:
    number = job.payload["upload"]
    one = await tools.db.read(rows.get, number)
    if one is None or one.stage != Stage.WORKING:
        return
    if not uploads.worked_on(uploads.folder(tools.settings.data, number)):
        if one.tries >= TRIES:
            await tools.db.write(rows.failed, number, GAVE_UP)
            return
        await tools.db.write(rows.tried, number)
        _start(tools.settings.data, number)
    await tools.db.write(jobs.again, job, tools.clock() + LOOK_EVERY, rows.job_key(number))


def _start(data: str, number: int) -> None:
    command = [sys.executable, "-m", "belowline.cli_upload", str(number), "--data", str(Path(data).absolute())]
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    threading.Thread(target=child.wait, daemon=True).start()  # the system asks its parent to take note of its end
