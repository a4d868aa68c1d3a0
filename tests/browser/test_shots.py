"""Pictures to look at, not to compare: BELOWLINE_SHOTS=folder pytest tests/browser/test_shots.py

Among them are the README's: readme-*.png.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from browser.hosts import Host, allow
from browser.own_pages import OWN, Town
from browser.test_looks import HEATED, NO_SCRIPT, PAGES
from paper import Paper

FOLDER = os.environ.get("BELOWLINE_SHOTS", "")
TALLEST = 3_600

if not FOLDER:
    pytest.skip("BELOWLINE_SHOTS names no folder for pictures", allow_module_level=True)


def shoot(page: Page, name: str) -> Path:
    """The page from its top, as much as one can look at."""
    path = Path(FOLDER) / f"{name}.png"
    size = page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    clip = {"x": 0, "y": 0, "width": size[0], "height": min(size[1], TALLEST)}
    page.screenshot(path=path, full_page=True, clip=clip)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_shots(town: Paper, host: Host, context: Callable[..., BrowserContext], name: str, scheme: str) -> None:
    allow(town, host.origin, "harbour-courier")
    reader = context(color_scheme=scheme, java_script_enabled=True, viewport={"width": 1280, "height": 900})
    if name in NO_SCRIPT:
        reader.route("**/static/page.js*", lambda route: route.abort())
    page = reader.new_page()
    PAGES[name](town, host)(page)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert shoot(page, f"{name}-{scheme}-{width}").stat().st_size > 5_000


@pytest.fixture(scope="module")
def lived_in(town: Paper) -> Town:
    return Town(town)


@pytest.mark.parametrize("name", OWN)
def test_shots_of_readers_own_pages(lived_in: Town, context: Callable[..., BrowserContext], name: str) -> None:
    page = context(viewport={"width": 1280, "height": 900}).new_page()
    OWN[name](lived_in, page)
    assert shoot(page, f"{name}-light-1280").stat().st_size > 5_000
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 900})
    assert shoot(page, f"{name}-dark-360").stat().st_size > 5_000


@pytest.mark.parametrize(
    ("name", "scheme", "width", "height", "to"),
    [
        ("story", "light", 1280, 900, None),
        ("discussion", "light", 1280, 900, "#discussion-title"),
        ("phone-dark", "dark", 360, 760, "ol.thread"),
    ],
)
def test_the_readmes_pictures(
    town: Paper, context: Callable[..., BrowserContext], name: str, scheme: str, width: int, height: int, to: str | None
) -> None:
    page = context(color_scheme=scheme, viewport={"width": width, "height": height}).new_page()
    page.goto(f"{town.base}/stories/{HEATED}?order=discussed")
    if to:
        page.locator(to).first.evaluate("one => { one.scrollIntoView(); scrollBy(0, -24); }")
    path = Path(FOLDER) / f"readme-{name}.png"
    page.screenshot(path=path)
    assert 5_000 < path.stat().st_size < 200_000
