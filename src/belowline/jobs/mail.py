"""One mail with what somebody has not been told yet.

SMTP has no way to send exactly once: who dies after the server's "250" and before our note of it sends again.
Then the second mail says the same and has the same Message-ID, by which mail servers and programs drop doubles.
"""

from urllib.parse import urlsplit

from belowline.actions import notify
from belowline.actions.notify import Letter
from belowline.jobs.tools import Tools
from belowline.mail.send import Mail, send
from belowline.store import notifications
from belowline.store.jobs import Job
from belowline.words import choose


async def run(tools: Tools, job: Job) -> None:
    if not tools.settings.mail_host:
        return  # what they are told stands on their page
    letter = await tools.db.write(notify.take, job.payload["follower"], job.id)
    if letter is None:
        return
    await send(compose(tools, letter, job.id), tools.settings)
    await tools.db.write(notifications.mailed, job.id, tools.clock())


def compose(tools: Tools, letter: Letter, job_id: int) -> Mail:
    base, render = tools.settings.base_url, tools.render.speaking(choose(letter.lang))
    stop = f"{base}/following/stop/{tools.marks.make('stop', letter.follower.id, letter.cause)}"
    first = letter.notices[0]
    values = {
        "notices": letter.notices,
        "stop": stop,
        "stops_all": letter.cause is None,
        "guest": letter.follower.person_id is None,
    }
    if len(letter.notices) == 1:
        subject = f"{first.author or '…'}: {first.story}"
    else:
        count = render.catalogue.ngettext("%(num)d new comment", "%(num)d new comments", len(letter.notices))
        subject = f"{count % {'num': len(letter.notices)}}: {first.story}"
    return Mail(
        to=letter.address,
        subject=one_line(subject),
        text=render.page("mail/notices.txt", **values),
        html=render.page("mail/notices.html", **values),
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
            "Message-ID": f"<job-{job_id}@{urlsplit(base).hostname}>",
        },
    )


def one_line(text: str) -> str:
    """A header's worth of what readers and newsrooms wrote."""
    return " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())[:150]
