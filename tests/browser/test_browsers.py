"""Where Firefox and Safari go other ways than Chromium: what our scripts do so that all arrive."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Request, expect

from browser.hosts import Host
from browser.pages import comment, sign_in
from members import enrol
from paper import Paper


def test_a_passage_is_quoted_in_an_embed(paper: Paper, host: Host, browse: Callable[..., Page]) -> None:
    story = paper.add_story()
    claim = paper.post(story, "A claim about the ferry", name="Bela")
    page = browse(host.embed(paper, story.slug))
    comment(page, "A claim about the ferry").locator(".e-content p").click(click_count=3)
    page.get_by_role("button", name="Quote").click()
    expect(page.get_by_role("form", name="Reply to Bela").locator("textarea")).to_have_value(
        "> A claim about the ferry\n>\n"
        f"> — [Bela wrote]({paper.base}/comments/{claim}#:~:text=A%20claim%20about%20the%20ferry)\n\n"
    )


def test_the_reader_is_asked_before_anything_else_when_notices_are_switched_on(
    paper: Paper, context: Callable[..., BrowserContext]
) -> None:
    nora, reader, asked = enrol(paper, "Nora of the quay"), context(), list[str]()
    sign_in(reader, nora)
    page = reader.new_page()

    def note(request: Request) -> None:
        if "/static/" not in request.url:  # the icon
            asked.append(request.url)

    page.add_init_script("Notification.requestPermission = async () => 'denied'")
    page.goto(f"{paper.base}/following")
    page.on("request", note)
    page.get_by_role("button", name="Show them", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Your browser does not allow it.")
    assert asked == []
