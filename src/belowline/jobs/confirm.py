"""Asks a guest's address whether it wants to follow: nothing else goes there before the answer."""

from urllib.parse import urlsplit

import sqlalchemy as sa

from belowline.actions import follows as act
from belowline.actions.follows import Subject
from belowline.jobs.mail import one_line
from belowline.jobs.tools import Tools
from belowline.mail.send import Mail, send
from belowline.store import follows
from belowline.store.jobs import Job
from belowline.words import N_, choose


async def run(tools: Tools, job: Job) -> None:
    if not tools.settings.mail_host:
        return
    found = await tools.db.read(_asked, job.payload["follow"])
    if found is None:
        return
    follower_id, address, subject = found
    base, render = tools.settings.base_url, tools.render.speaking(choose(subject.lang))
    link = f"{base}/following/confirm/{tools.marks.make('confirm', follower_id, job.payload['follow'])}"
    values = {"subject": subject, "link": link}
    mail = Mail(
        to=address,
        subject=one_line(render.say(N_(f"Please confirm: follow {subject.title}"))),
        text=render.page("mail/confirm.txt", **values),
        html=render.page("mail/confirm.html", **values),
        headers={"Message-ID": f"<job-{job.id}@{urlsplit(base).hostname}>"},
    )
    await send(mail, tools.settings)


def _asked(conn: sa.Connection, follow_id: int) -> tuple[int, str, Subject] | None:
    found = follows.get(conn, follow_id)
    if found is None or found.confirmed:
        return None
    address = follows.address(conn, found.follower_id)
    return (found.follower_id, address, act.access_subject(conn, found.kind, found.subject_id)) if address else None
