"""Signing in by mail, through a real SMTP server."""

import datetime as dt
import email
import email.policy
import re
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from belowline.actions import ways
from belowline.errors import Invalid
from belowline.mail.send import Mail, message
from belowline.rules.signin import email_key
from belowline.settings import Settings
from belowline.store import sites
from belowline.transfer.rows import email_hash
from members import browser, write
from paper import Paper, free_port


class Inbox(Message):
    def __init__(self) -> None:
        super().__init__()
        self.mails: list[EmailMessage] = []

    def prepare_message(self, session, envelope) -> EmailMessage:  # noqa: ARG002
        return email.message_from_bytes(envelope.content, policy=email.policy.SMTP)

    def handle_message(self, message: EmailMessage) -> None:
        self.mails.append(message)

    def last(self) -> tuple[str, str]:
        """(link, code) of the newest mail."""
        text = self.mails[-1].get_body(("plain",)).get_content()
        link = re.search(r"https?://\S+", text)[0]
        return link, re.search(r": (\d{3} \d{3})", text)[1]


@pytest.fixture
def post_office() -> Iterator[tuple[Inbox, int]]:
    inbox, port = Inbox(), free_port()
    server = Controller(inbox, hostname="127.0.0.1", port=port, ready_timeout=30)
    server.start()
    yield inbox, port
    server.stop()


@pytest.fixture
def mailing(tmp_path: Path, post_office: tuple[Inbox, int]) -> Iterator[tuple[Paper, Inbox]]:
    inbox, port = post_office
    settings = {"mail_host": "127.0.0.1", "mail_port": port, "mail_tls": "none", "mail_from": "talk@lamp.example"}
    running = Paper(tmp_path / "data", **settings, signins_per_minute=30).start()
    yield running, inbox
    running.stop()


def ask(paper: Paper, address: str, place: str = "/me/sessions") -> tuple[httpx.Client, httpx.Response]:
    client = browser(paper)
    return client, client.post("/signin/mail", data={"email": address, "next": place})


def name_of(client: httpx.Client) -> str | None:
    me = client.get("/api/v1/session").json()["me"]
    return me and me["name"]


def test_a_link_signs_in_once_on_any_device_after_a_button(mailing: tuple[Paper, Inbox]) -> None:
    paper, inbox = mailing
    _, answer = ask(paper, " Ada@Example.ORG ")
    assert answer.status_code == 200
    mail = inbox.mails[-1]
    assert (mail["To"], mail["From"]) == ("Ada@example.org", "talk@lamp.example")
    assert mail.get_content_type() == "multipart/alternative"
    assert mail["Auto-Submitted"] == "auto-generated"
    link, _ = inbox.last()
    assert link in mail.get_body(("html",)).get_content()
    phone = browser(paper)
    for _ in range(3):  # a scanner opens it, a preview, a person: nothing happens yet
        page = phone.get(link)
        assert page.status_code == 200
        assert "Ada@example.org" in page.text
        assert page.headers["referrer-policy"] == "same-origin"
    assert name_of(phone) is None
    done = phone.post(link)
    assert (done.status_code, done.headers["location"]) == (303, "/me/sessions")
    assert re.fullmatch(r"Reader \d+", name_of(phone) or "")
    thief = browser(paper)
    for used in (thief.get(link), thief.post(link), phone.post(link)):
        assert (used.status_code, "has been used" in used.text) == (404, True)
    assert name_of(thief) is None


def test_the_code_signs_in_where_one_asked_and_nowhere_else(mailing: tuple[Paper, Inbox]) -> None:
    paper, inbox = mailing
    desk, _ = ask(paper, "ada@example.org", "/stories/x")
    link, code = inbox.last()
    assert browser(paper).post("/signin/code", data={"code": code}).status_code == 422
    done = desk.post("/signin/code", data={"code": code})
    assert (done.status_code, done.headers["location"]) == (303, "/stories/x")
    assert name_of(desk)
    assert browser(paper).post(link).status_code == 404, "the link was for the same sign-in"
    again, _ = ask(paper, "ada@example.org")
    again.post("/signin/code", data={"code": inbox.last()[1]})
    assert name_of(again) == name_of(desk), "the same person comes back"


def test_codes_cannot_be_guessed(mailing: tuple[Paper, Inbox]) -> None:
    paper, inbox = mailing
    desk, _ = ask(paper, "ada@example.org")
    _, code = inbox.last()
    wrong = f"{(int(code.replace(' ', '')) + 1) % 10**6:06}"
    for _ in range(5):
        assert desk.post("/signin/code", data={"code": wrong}).status_code == 422
    assert desk.post("/signin/code", data={"code": code}).status_code == 422
    assert name_of(desk) is None


def test_a_quarter_of_an_hour_is_the_end(mailing: tuple[Paper, Inbox]) -> None:
    paper, inbox = mailing
    desk, _ = ask(paper, "ada@example.org")
    link, code = inbox.last()
    paper.clock.ahead = dt.timedelta(minutes=15, seconds=1)
    assert desk.post(link).status_code == 404
    assert desk.post("/signin/code", data={"code": code}).status_code == 422


def test_nobody_floods_an_address_or_the_door(mailing: tuple[Paper, Inbox]) -> None:
    paper, inbox = mailing
    answers = [ask(paper, "ada@example.org")[1].status_code for _ in range(5)]
    assert (answers, len(inbox.mails)) == ([200, 200, 200, 429, 429], 3)
    assert ask(paper, "ben@example.org")[1].status_code == 200
    codes = [browser(paper).post("/signin/code", data={"code": "000000"}).status_code for _ in range(30)]
    assert codes[-1] == 429


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.org\r\nBcc: all@example.org",
        "ada@example.org\nSubject: x",
        "ada@example.org, ben@example.org",
        "Ada <ada@example.org>",
        "ada@example.org%0aBcc:x@example.org\n",
        '"a b"@example.org',
        "ada@exa\x00mple.org",
        "ada@localhost",
        "ada",
        "",
        "a" * 300 + "@example.org",
    ],
)
def test_no_header_is_injected_by_an_address(mailing: tuple[Paper, Inbox], address: str) -> None:
    paper, inbox = mailing
    client, answer = ask(paper, address)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert inbox.mails == []
    assert "belowline_asked" not in client.cookies


@pytest.mark.parametrize("field", ["to", "subject", "headers"])
def test_no_header_is_injected_by_any_other_text(field: str) -> None:
    evil = "Hello\r\nBcc: all@example.org"
    given = {"to": "ada@example.org", "subject": "Hello", "text": "Hi.", "html": "<p>Hi.", "headers": {}}
    given[field] = {"X-Story": evil} if field == "headers" else evil
    with pytest.raises(Invalid):
        message(Mail(**given), Settings(mail_host="x"))


@pytest.mark.parametrize(
    "place",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\/evil.example", "/\t/evil.example",
     "javascript:alert(1)", "/%0d%0aLocation:x\r\nX: y", "evil.example", "http:/evil.example", " //evil.example"],
)  # fmt: skip
def test_no_sign_in_leads_to_another_place(mailing: tuple[Paper, Inbox], place: str) -> None:
    paper, inbox = mailing
    desk, _ = ask(paper, "ada@example.org", place)
    done = desk.post(inbox.last()[0])
    assert (done.status_code, done.headers["location"]) == (303, "/")
    shown = browser(paper).get("/signin", params={"next": place})
    assert "evil.example" not in shown.text
    assert "alert(1)" not in shown.text


def test_a_sign_in_gives_a_new_token_whatever_the_browser_had(mailing: tuple[Paper, Inbox]) -> None:
    """Session fixation: what somebody planted, or saw, is worth nothing afterwards."""
    paper, inbox = mailing
    desk, _ = ask(paper, "mallory@example.org")
    desk.post(inbox.last()[0])
    planted = desk.cookies["belowline_session"]
    victim, _ = ask(paper, "ada@example.org")
    victim.cookies.set("belowline_session", planted, domain="127.0.0.1", path="/")
    done = victim.post(inbox.last()[0])
    fresh = re.search(r"belowline_session=([^;]+)", done.headers["set-cookie"])[1]
    assert fresh != planted
    assert "HttpOnly" in done.headers["set-cookie"]
    assert "SameSite=lax" in done.headers["set-cookie"]
    with_old = browser(paper)
    with_old.cookies.set("belowline_session", planted)
    assert name_of(with_old) is None


def test_other_pages_cannot_sign_anybody_in(mailing: tuple[Paper, Inbox]) -> None:
    paper, inbox = mailing
    ask(paper, "ada@example.org")
    link, _ = inbox.last()
    with httpx.Client(base_url=paper.base, headers={"origin": "https://evil.example"}) as evil:
        assert evil.post(link).status_code == 403
        assert evil.post("/signin/mail", data={"email": "ben@example.org"}).status_code == 403
        assert evil.post("/signin/code", data={"code": "1"}).status_code == 403
    assert len(inbox.mails) == 1


def test_where_mail_is_off_the_page_says_so(own_paper: Paper, mailing: tuple[Paper, Inbox]) -> None:
    assert "e-mail" not in browser(own_paper).get("/signin").text
    assert ask(own_paper, "ada@example.org")[1].status_code == 403
    paper, inbox = mailing
    write(paper, ways.change, "main", {"email": False})
    assert ask(paper, "ada@example.org")[1].status_code == 403
    assert inbox.mails == []


def test_a_mail_server_that_is_down_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deaf = socket.socket()
    deaf.bind(("127.0.0.1", 0))  # and listens to nobody, so that no other test's server can
    port = deaf.getsockname()[1]
    nobody = {"mail_host": "127.0.0.1", "mail_port": port, "mail_tls": "none", "mail_password": "open-sesame"}
    paper = Paper(tmp_path / "data", **nobody).start()
    _, answer = ask(paper, "ada@example.org")
    logged = capsys.readouterr().err
    assert "mail not sent" in logged
    assert "open-sesame" not in logged
    assert answer.status_code == 503
    assert "could not be sent" in answer.text
    paper.stop()
    deaf.close()


def test_addresses_are_known_again_as_importers_keep_them(paper: Paper) -> None:
    secret = paper.read(sites.signing_secret)
    assert email_key("Ada@Example.org", secret) == email_hash(" ada@example.org ", secret)
    assert email_key("ada@example.org", secret) != email_key("ada@example.org", "another installation")
