"""A real SMTP server for the tests, and what came to it."""

import contextlib
import email
import email.policy
import re
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from paper import free_port


class PostOffice(Message):
    def __init__(self) -> None:
        super().__init__()
        self.mails: list[EmailMessage] = []
        self.refuse = False
        """Answers every mail with "try again later"."""
        self.port = free_port()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            return "451 Try again later"
        return str(await super().handle_DATA(server, session, envelope))

    def prepare_message(self, session: Any, envelope: Any) -> Any:  # noqa: ARG002
        return email.message_from_bytes(envelope.content, policy=email.policy.SMTP)

    def handle_message(self, message: Any) -> None:
        self.mails.append(message)

    def settings(self) -> dict[str, Any]:
        return {"mail_host": "127.0.0.1", "mail_port": self.port, "mail_tls": "none", "mail_from": "talk@lamp.example"}

    def wait(self, many: int, seconds: float = 30) -> list[EmailMessage]:
        wait_for(lambda: len(self.mails) >= many, seconds)
        return self.mails


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(mail: EmailMessage, part: str) -> str:
    found = re.search(rf"https?://\S+{part}\S+", text_of(mail))
    assert found, text_of(mail)
    return found[0]


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


@contextlib.contextmanager
def open_office() -> Iterator[PostOffice]:
    office = PostOffice()
    server = Controller(office, hostname="127.0.0.1", port=office.port, ready_timeout=30)
    server.start()
    yield office
    server.stop()
