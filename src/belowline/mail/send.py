"""One mail out, by SMTP. What a reader wrote can never become a header of its own."""

import email.policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

import aiosmtplib
import msgspec
import structlog

from belowline.clock import Clock, now
from belowline.errors import Invalid, Unavailable
from belowline.settings import Settings

TIMEOUT_S = 20
log = structlog.get_logger()


class Mail(msgspec.Struct, frozen=True):
    to: str
    """One address (rules.signin.clean_email)."""
    subject: str
    text: str
    html: str
    headers: dict[str, str] = {}
    """More headers, such as List-Unsubscribe."""


def sender(settings: Settings) -> str:
    return settings.mail_from or f"belowline@{urlsplit(settings.base_url).hostname}"


def message(mail: Mail, settings: Settings, clock: Clock = now) -> EmailMessage:
    """Both forms, text first (RFC 2046, 5.1.4). Raises Invalid where a header would not be one line."""
    made = EmailMessage(policy=email.policy.SMTP)
    host = sender(settings).rpartition("@")[2]
    fields = {"From": sender(settings), "To": mail.to, "Subject": mail.subject, **mail.headers}
    for name, value in fields.items():
        # The policy refuses line breaks; the other control characters have no business there either.
        if any(not ch.isprintable() for ch in name + value):
            raise Invalid(f"The mail's header {name!r} holds characters that a header cannot.", code="bad-header")
        made[name] = value
    made["Date"] = format_datetime(clock())
    if "Message-ID" not in made:  # a job gives its own, the same at each try
        made["Message-ID"] = make_msgid(domain=host)
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notices in return
    made.set_content(mail.text)
    made.add_alternative(mail.html, subtype="html")
    return made


async def send(mail: Mail, settings: Settings) -> None:
    """Returns when the server has taken it. Raises Unavailable without a server, or when it does not take the mail."""
    if not settings.mail_host:
        raise Unavailable("This server sends no mail: its mail_host is not set.", code="no-mail")
    made = message(mail, settings)
    try:
        await aiosmtplib.send(
            made,
            hostname=settings.mail_host,
            port=settings.mail_port,
            username=settings.mail_user or None,
            password=settings.mail_password or None,
            use_tls=settings.mail_tls == "tls",
            start_tls=settings.mail_tls == "starttls",
            timeout=TIMEOUT_S,
        )
    except (TimeoutError, aiosmtplib.SMTPException, OSError) as error:
        log.error("mail not sent", host=settings.mail_host, reason=str(error))
        raise Unavailable(
            "The mail could not be sent just now. Please try again in a moment.", code="no-mail"
        ) from error
