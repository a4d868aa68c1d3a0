"""Once a day: forgets what has had its time. TERMS is the whole list; docs/operate.md shows it to operators.

To add a term: write a function (conn, before, limit) → how many in store/terms.py, or in the file of its noun, or
take `terms.dropping(table, column)`; add a line to TERMS with the days (or the name of the setting that says them)
and the same line to the table in docs/operate.md. A test compares the two.
"""

import asyncio
import datetime as dt
import time

import msgspec

from belowline.jobs.tools import Tools
from belowline.settings import Settings
from belowline.store import jobs, sendings, terms, uploads
from belowline.store.jobs import Job
from belowline.store.terms import Forget
from belowline.transfer import uploads as folders

AT_ONCE = 500  # rows in one transaction: a few milliseconds
AT_MOST_S = 40.0  # of one run; what is left is the next one's, at once


class Term(msgspec.Struct, frozen=True):
    what: str
    """For operators."""
    days: int | str
    """Days after the moment that counts; 0: as soon as it is over; or the setting that says how many."""
    after: str
    """The moment that counts, in words."""
    forget: Forget

    def length(self, settings: Settings) -> dt.timedelta:
        return dt.timedelta(days=getattr(settings, self.days) if isinstance(self.days, str) else self.days)

    @property
    def row(self) -> str:
        """As docs/operate.md shows it."""
        how_long = f"`{self.days}`" if isinstance(self.days, str) else f"{self.days} days" if self.days else "at once"
        return f"| {self.what} | {how_long} | {self.after} |"


TERMS = (
    Term("sign-in links and codes, with the address they went to", 1, "the end of their 15 minutes", terms.mail_codes),
    Term("one-time marks (sign-in tokens, challenges)", 0, "their end", terms.spent_once),
    Term("sessions, with the browser's name for itself", 0, "their end, 30 days after the last visit", terms.sessions),
    Term("the operator's one-time links", 0, "their end", terms.access_keys),
    Term("a guest's wish to follow that was never confirmed", 14, "it was asked for", terms.unanswered),
    Term("addresses of guests who follow nothing", 14, "they were given", terms.guests_addresses),
    Term("from whom, from which network (hashed), and the print of what was sent", 14, "it was sent", sendings.forget),
    Term("notices that were read", 90, "they were read", terms.read_notices),
    Term("all other notices", 365, "they were made", terms.notices),
    Term("files uploaded at the desk to be imported", 7, "they were uploaded", uploads.forget),
    Term("up to when somebody has seen a discussion", 365, "their last visit there", terms.visits),
)


async def run(tools: Tools, job: Job) -> None:
    started = time.monotonic()
    for term in TERMS:
        before = tools.clock() - term.length(tools.settings)
        while await tools.db.write(term.forget, before, AT_ONCE) >= AT_ONCE:
            if time.monotonic() - started > AT_MOST_S:
                await tools.db.write(jobs.add, job.kind, {}, tools.clock())
                return
    await _sweep(tools)


async def _sweep(tools: Tools) -> None:
    """Removes the folders of uploads that are forgotten. One that arrives now has its row before its folder."""
    data = tools.settings.data
    seen = await asyncio.to_thread(folders.there, data)
    for number in seen - await tools.db.read(uploads.ids):
        await asyncio.to_thread(folders.remove, data, number)
