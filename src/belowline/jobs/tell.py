"""Mails that are owed: the reasons of a decision, the answer to an appeal, the receipt and the answer of a notice.

Each stands on its page from the start; the mail says the same and has its link. Sent once: what was told is noted after
the server took the mail, and a second try has the same Message-ID (see jobs/mail.py).
"""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from belowline.actions import reasons as reasons_act
from belowline.jobs.mail import one_line
from belowline.jobs.tools import Tools
from belowline.mail.send import Mail, send
from belowline.store import appeals, reasons
from belowline.store.jobs import Job


class Owed(msgspec.Struct, frozen=True):
    """One mail, before it is put into words."""

    to: str
    template: str
    lang: str | None
    values: dict[str, Any]


async def run(tools: Tools, job: Job) -> None:
    (what, number), *_ = job.payload.items()
    find, note = _KINDS[what]
    owed = await tools.db.read(find, number, tools.clock())
    if owed and tools.settings.mail_host:
        await send(_mail(tools, owed, job.id), tools.settings)
    if owed is not None or what == "decision":
        await tools.db.write(note, number, tools.clock())


def _mail(tools: Tools, owed: Owed, job_id: int) -> Mail:
    base = tools.settings.base_url
    subject = tools.render.page(f"mail/{owed.template}_subject.txt", **owed.values)
    return Mail(
        to=owed.to,
        subject=one_line(subject),
        text=tools.render.page(f"mail/{owed.template}.txt", **owed.values),
        html=tools.render.page(f"mail/{owed.template}.html", **owed.values),
        headers={"Message-ID": f"<job-{job_id}@{urlsplit(base).hostname}>"},
    )


def _decision(conn: sa.Connection, number: int, now: dt.datetime) -> Owed | None:
    made = reasons.get(conn, number)
    if made is None or (made.undone_at is None) == (made.told_at is not None):
        return None  # told already; or undone before anybody was told
    said = reasons_act.of_decision(conn, made, now)
    return _to_whom(conn, said, "decision")


def _told(conn: sa.Connection, number: int, now: dt.datetime) -> None:
    made = reasons.get(conn, number)
    if made and made.undone_at is None:
        reasons.told(conn, number, now)


def _appeal(conn: sa.Connection, number: int, now: dt.datetime) -> Owed | None:
    found = appeals.get(conn, number)
    made = reasons.get(conn, found.decision_id) if found and found.told_at is None else None
    return _to_whom(conn, reasons_act.of_decision(conn, made, now), "appeal") if made else None


def _to_whom(conn: sa.Connection, said: reasons_act.Reasons, template: str) -> Owed | None:
    whom = reasons_act.address(conn, said)
    if whom is None:
        return None
    person, address = whom
    link = reasons_act.link(conn, said.decision.id)
    return Owed(address, template, person.lang or said.site.lang, {"said": said, "link": link})


_KINDS = {"decision": (_decision, _told), "appeal": (_appeal, appeals.told)}
