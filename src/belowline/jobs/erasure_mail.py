"""Tells somebody that they are going to be erased, and how they can change their mind."""

from urllib.parse import urlsplit

import sqlalchemy as sa

from belowline.jobs.mail import one_line
from belowline.jobs.tools import Tools
from belowline.mail.send import Mail, send
from belowline.store import erasing, people
from belowline.store.erasing import Erasure
from belowline.store.jobs import Job


async def run(tools: Tools, job: Job) -> None:
    if not tools.settings.mail_host:
        return
    found = await tools.db.read(_asked, job.payload["erasure"])
    if found is None:
        return
    address, erasure = found
    base = tools.settings.base_url
    values = {"due": erasure.due_at, "texts": erasure.texts, "link": f"{base}/signin?next=/me/data"}
    mail = Mail(
        to=address,
        subject=one_line("Your account will be erased"),
        text=tools.render.page("mail/erasure.txt", **values),
        html=tools.render.page("mail/erasure.html", **values),
        headers={"Message-ID": f"<job-{job.id}@{urlsplit(base).hostname}>"},
    )
    await send(mail, tools.settings)


def _asked(conn: sa.Connection, number: int) -> tuple[str, Erasure] | None:
    found = erasing.get(conn, number)
    person = people.get(conn, found.person_id) if found and found.person_id is not None else None
    return (person.email, found) if found and person and person.email else None
