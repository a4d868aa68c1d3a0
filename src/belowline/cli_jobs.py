"""The commands on jobs: do them, see what was given up, let it try again."""

import asyncio
import contextlib
import json
import signal

import click

from belowline.cli_folder import folder, opened
from belowline.clock import now
from belowline.errors import NotFound
from belowline.jobs import kinds
from belowline.settings import Settings, load
from belowline.snapshots.render import Renderer
from belowline.store import jobs, sites
from belowline.store.db import Database


@click.command("worker")
@folder
def worker(data: str | None) -> None:
    """Do the jobs (notices, mails) in a process of its own; set `worker = false` for the serving one."""
    settings = load(data=data)
    asyncio.run(_work(settings, opened(settings)))


async def _work(settings: Settings, db: Database) -> None:
    with db.transaction() as conn:
        secret = sites.signing_secret(conn)
    db.start()
    working = asyncio.create_task(kinds.loop(db, now, settings, Renderer(settings.base_url), secret).run())
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, working.cancel)
    click.echo(f"Jobs of {settings.database}. Stop with Ctrl-C.")
    with contextlib.suppress(asyncio.CancelledError):
        await working
    await asyncio.to_thread(db.close)


@click.command("jobs")
@click.option("--retry", type=int, metavar="NUMBER", help="Let this buried job try again.")
@click.option("--free", is_flag=True, help="After a crash of the only worker: let its jobs run at once.")
@folder
def jobs_(retry: int | None, free: bool, data: str | None) -> None:
    """List the jobs that were given up, with their errors."""
    with opened(load(data=data)).transaction() as conn:
        if retry is not None:
            if not jobs.revive(conn, retry, now()):
                raise NotFound(f"There is no buried job {retry}.")
            click.echo(f"Job {retry} tries again.")
            return
        if free:
            jobs.end_leases(conn)
        for job in jobs.buried(conn):
            click.echo(f"{job.id}\t{job.kind}\t{json.dumps(job.payload)}\t{job.attempts} attempts\t{job.error}")
        click.echo(f"{jobs.waiting(conn)} jobs wait for their time.")
