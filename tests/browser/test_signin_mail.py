"""Signing in by mail, from the form to the profile, in a real browser with a real mail server."""

from collections.abc import Callable
from pathlib import Path

from aiosmtpd.controller import Controller
from playwright.sync_api import BrowserContext, expect

from journeys.test_signin_mail import Inbox
from paper import Paper, free_port


def test_a_reader_signs_in_and_writes_without_script(tmp_path: Path, context: Callable[..., BrowserContext]) -> None:
    inbox, port = Inbox(), free_port()
    office = Controller(inbox, hostname="127.0.0.1", port=port, ready_timeout=30)
    office.start()
    paper = Paper(tmp_path / "data", mail_host="127.0.0.1", mail_port=port, mail_tls="none").start()
    story = paper.add_story()
    desk = context(java_script_enabled=False).new_page()
    desk.goto(f"{paper.base}/signin?next=/me")
    desk.get_by_label("Your e-mail address").fill("ada@example.org")
    desk.get_by_role("button", name="Send me a link").click()
    expect(desk.get_by_text("We sent a link to ada@example.org")).to_be_visible()
    link, code = inbox.last()
    phone = context(java_script_enabled=False).new_page()
    phone.goto(link)
    expect(phone.get_by_text("as ada@example.org")).to_be_visible()
    desk.get_by_label("Or type the code in the mail").fill(code)
    desk.get_by_role("button", name="Sign in").click()
    desk.get_by_label("Your name").fill("Ada Lindqvist")
    desk.get_by_label("A line about yourself").fill("Reads at night.")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("Your change is saved.")).to_be_visible()
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_text("has been used")).to_be_visible()
    desk.goto(f"{paper.base}/stories/{story.slug}")
    desk.get_by_label("Your comment").fill("Under my own name.")
    desk.get_by_label("Your name").fill("whatever the form asks for")
    desk.get_by_role("button", name="Send").click()
    expect(desk.locator(".p-author")).to_have_text("Ada Lindqvist")
    other, _ = inbox.last()
    phone.goto(f"{paper.base}/signin?next=/me")
    phone.get_by_label("Your e-mail address").fill("ada@example.org")
    phone.get_by_role("button", name="Send me a link").click()
    expect(phone.get_by_text("We sent a link to ada@example.org")).to_be_visible()
    fresh, _ = inbox.last()
    assert fresh != other
    phone.goto(fresh)
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_label("Your name")).to_have_value("Ada Lindqvist")
    paper.stop()
    office.stop()
