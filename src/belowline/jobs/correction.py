"""Tells who asked for a correction, signed in, what the newsroom answered."""

from urllib.parse import urlsplit

import sqlalchemy as sa

from belowline.actions import corrections as act
from belowline.actions.corrections import Asked
from belowline.jobs.mail import one_line
from belowline.jobs.tools import Tools
from belowline.mail.send import Mail, send
from belowline.model.person import Person
from belowline.store import people
from belowline.store.jobs import Job
from belowline.words import N_, choose


async def run(tools: Tools, job: Job) -> None:
    if not tools.settings.mail_host:
        return  # the answer stands under the story
    asked, person = await tools.db.read(_told, job.payload["correction"])
    if person is None or not person.email:
        return
    base, render = tools.settings.base_url, tools.render.speaking(choose(person.lang, asked.site.lang))
    link = f"{base}/stories/{asked.story.slug}#correction-{asked.correction.id}"
    values = {"asked": asked.correction, "story": asked.story, "link": link}
    mail = Mail(
        to=person.email,
        subject=one_line(render.say(N_(f"The newsroom has answered you: {asked.story.title}"))),
        text=render.page("mail/correction.txt", **values),
        html=render.page("mail/correction.html", **values),
        headers={"Message-ID": f"<job-{job.id}@{urlsplit(base).hostname}>"},
    )
    await send(mail, tools.settings)


def _told(conn: sa.Connection, correction_id: int) -> tuple[Asked, Person | None]:
    asked = act.access_correction(conn, correction_id)
    whose = asked.correction.person_id
    return asked, people.get(conn, whose) if whose is not None else None
