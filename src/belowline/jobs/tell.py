"""Mails that are owed: the reasons of a decision, the answer to an appeal, the receipt and the answer of a notice, a
warning for misuse.

Each stands on its page from the start; the mail says the same and has its link. Sent once: what was told is noted after
the server took the mail, and a second try has the same Message-ID (see jobs/mail.py).
"""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from belowline.actions import notices as notice_act
from belowline.actions import reasons as reasons_act
from belowline.jobs.mail import one_line
from belowline.jobs.tools import Tools
from belowline.mail.send import Mail, send
from belowline.model.notice import Notice
from belowline.rules import duties
from belowline.store import appeals, misuse, notices, reasons, sites
from belowline.store.jobs import Job
from belowline.words import choose


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
    base, render = tools.settings.base_url, tools.render.speaking(choose(owed.lang))
    subject = render.page(f"mail/{owed.template}_subject.txt", **owed.values)
    return Mail(
        to=owed.to,
        subject=one_line(subject),
        text=render.page(f"mail/{owed.template}.txt", **owed.values),
        html=render.page(f"mail/{owed.template}.html", **owed.values),
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


def _receipt(conn: sa.Connection, number: int, now: dt.datetime) -> Owed | None:  # noqa: ARG001
    found = notices.get(conn, number)
    return None if found is None or found.received_told_at else _to_notifier(conn, found, "notice_receipt")


def _answer(conn: sa.Connection, number: int, now: dt.datetime) -> Owed | None:  # noqa: ARG001
    found = notices.get(conn, number)
    return None if found is None or found.answer_told_at else _to_notifier(conn, found, "notice_answer")


def _to_notifier(conn: sa.Connection, found: Notice, template: str) -> Owed | None:
    if not found.email:
        return None
    said = notice_act.given(conn, found)
    values = {"said": said, "kind": duties.kind_of(found.kind), "link": notice_act.link(conn, found.id)}
    return Owed(found.email, template, found.lang or said.site.lang, values)


def _received(conn: sa.Connection, number: int, now: dt.datetime) -> None:
    notices.change(conn, number, received_told_at=now)


def _answered(conn: sa.Connection, number: int, now: dt.datetime) -> None:
    notices.change(conn, number, answer_told_at=now)


def _measure(conn: sa.Connection, number: int, now: dt.datetime) -> Owed | None:  # noqa: ARG001
    made = misuse.get(conn, number)
    if made is None or made.told_at or not made.email:
        return None
    site = sites.get(conn, made.site_id)
    values = {"said": {"site": site}, "measure": made}
    return Owed(made.email, "notice_misuse", made.lang or site.lang, values)


def _measured(conn: sa.Connection, number: int, now: dt.datetime) -> None:
    misuse.change(conn, number, told_at=now)


_KINDS = {
    "decision": (_decision, _told),
    "appeal": (_appeal, appeals.told),
    "receipt": (_receipt, _received),
    "answer": (_answer, _answered),
    "measure": (_measure, _measured),
}
