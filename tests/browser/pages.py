"""What tests do on a page with a discussion, and what they ask of it. Works on our page and in the embed."""

import re
from collections.abc import Callable
from importlib import resources
from typing import Any, TypeVar
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, expect
from selectolax.lexbor import LexborHTMLParser

from belowline.model.story import Story
from members import Member
from paper import Paper

T = TypeVar("T")

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")

EARS = """
window.__xss = [];
for (const name of ["alert", "confirm", "prompt", "msgbox"])
  window[name] = (...what) => { window.__xss.push([name, ...what].join(" ")); };
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""


class Witness:
    """A page that remembers what its content tried: scripts that ran, hosts that were asked, rules that were broken."""

    def __init__(self, page: Page, hosts: tuple[str, ...]) -> None:
        self.page = page
        self.allowed = {urlsplit(host).netloc for host in hosts}
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        self.errors: list[str] = []
        page.add_init_script(EARS)
        page.on("request", self._asked)
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:", "about:")):
            self.requests.append(request.url)

    @property
    def strangers(self) -> list[str]:
        """Requests to other hosts than the named ones."""
        return [url for url in self.requests if urlsplit(url).netloc not in self.allowed]

    def executed(self) -> list[str]:
        return [*self.dialogs, *self.page.evaluate("window.__xss")]

    def violations(self) -> list[str]:
        return list(self.page.evaluate("window.__violations"))

    def assert_nothing_ran(self) -> None:
        assert self.executed() == []
        assert self.violations() == []
        assert self.errors == []
        assert self.strangers == []


def sign_in(reader: BrowserContext, member: Member) -> None:
    """The browser has the member's cookie, as after signing in."""
    token = member.client.cookies["belowline_session"]
    url = str(member.client.base_url)
    reader.add_cookies([{"name": "belowline_session", "value": token, "url": url, "sameSite": "Lax"}])


def main_form(page: Page) -> Locator:
    """The form for a new comment, above the threads."""
    return page.locator("section.discussion > form.write")


def taken_over(page: Page) -> None:
    """Waits until the script has the forms and links: in other languages than English it fetches its words first, and
    the page counts as loaded before they are here."""
    expect(main_form(page)).to_have_attribute("novalidate", "")


def write(form: Locator, text: str, name: str | None = "Ada") -> None:
    form.locator("textarea").fill(text)
    if name is not None:
        form.locator("input[name=name]").fill(name)


def press(form: Locator, name: str) -> None:
    form.get_by_role("button", name=name, exact=True).click()


def stopped(page: Page, waiting: list[T]) -> T:
    """A request that waits for its answer. The page says that it loads a moment before we hear of what it asks."""
    for _ in range(750):
        if waiting:
            break
        page.wait_for_timeout(20)
    return waiting.pop()


def comment(page: Page, text: str) -> Locator:
    """The article with exactly this comment."""
    return page.locator("article.comment").filter(
        has=page.locator(".e-content", has_text=re.compile(f"^{re.escape(text)}$"))
    )


def said(page: Page) -> Locator:
    """The line that screen readers announce."""
    return page.locator("section.discussion > .say")


def sideways(page: Page) -> int:
    """By how many pixels the page scrolls sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def axe(page: Page) -> list[str]:
    """Violations that axe-core finds, in words: rule, target, what is wrong."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in result["violations"]
        for node in one["nodes"]
    ]


def stored(paper: Paper, story: Story) -> list[str]:
    """The texts of the comments as another reader finds them."""
    html = LexborHTMLParser(paper.page(f"/stories/{story.slug}"))
    return [body.text().strip() for body in html.css(".comment .e-content")]


def write_and_come_back(page: Page, url: str, text: str) -> None:
    """Opens a discussion, sends a comment, and opens it again: it is still there."""
    page.goto(url)
    write(main_form(page), text)
    press(main_form(page), "Send")
    expect(comment(page, text)).to_be_visible()
    page.goto(url)
    expect(comment(page, text)).to_be_visible()


def cache_between(page: Page, where: str | Callable[[str], bool]) -> dict[str, str]:
    """Answers as a CDN that looks at no cookie: the first answer of an address is that of all who come after. Gives
    what it keeps, by address."""
    kept: dict[str, str] = {}

    def cache(route: Route) -> None:
        url = route.request.url
        if url not in kept:
            kept[url] = route.fetch().text()
        headers = {"access-control-allow-origin": "*"}
        route.fulfill(body=kept[url], content_type="text/html; charset=utf-8", headers=headers)

    page.route(where, cache)
    return kept
