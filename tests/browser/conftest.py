"""A real Chromium, and a witness on every page that hears what must not happen."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from belowline import clock
from belowline.actions import demo as demo_act
from belowline.store import migrate
from belowline.store.db import Database
from browser.hosts import Host
from browser.pages import Witness
from paper import Paper

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",  # at once, whatever the network does
]

PATIENCE_MS = 15_000  # what a test waits for comes at once, but not on a machine that does other work

Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, else Playwright's own. One for all: a start costs half a second."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        except Error as error:
            pytest.skip(f"no Chromium: install one, or run “playwright install chromium” ({error.message[:80]} …)")
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers of readers: what one keeps, another does not see."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        made.append(chromium.new_context(**{"locale": "en-GB", "reduced_motion": "reduce", **options}))
        made[-1].set_default_timeout(PATIENCE_MS)
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def browse(context: Callable[..., BrowserContext]) -> Open:
    """Opens an address in a browser of its own; options as of Browser.new_context."""

    def open_page(url: str, **options: Any) -> Page:
        page = context(**options).new_page()
        page.goto(url)
        return page

    return open_page


@pytest.fixture
def witness(context: Callable[..., BrowserContext]) -> Callable[..., Witness]:
    """A page that is watched: dialogs, scripts that ran, requests, policy violations."""
    return lambda *hosts, **options: Witness(context(**options).new_page(), hosts)


@pytest.fixture(scope="package")
def host() -> Iterator[Host]:
    """A publisher's web server, on an origin of its own."""
    running = Host()
    yield running
    running.stop()


@pytest.fixture(scope="package")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    """The invented publication of `belowline demo`: long threads, many scripts, a closed discussion."""
    data = tmp_path_factory.mktemp("town")
    migrate.upgrade(data / "belowline.sqlite3", clock.now())
    db = Database(data / "belowline.sqlite3")
    with db.transaction() as conn:
        demo_act.fill_if_empty(conn, "http://127.0.0.1", clock.now())
    db.close()
    paper = Paper(data).start()
    yield paper
    paper.assert_counts_are_right()
    paper.stop()
