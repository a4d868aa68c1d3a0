"""An import at the desk in a browser: upload, preview, bring in, receipt, undo; with and without script."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from belowline.model.person import Role
from browser.pages import EARS, axe, sideways, sign_in
from members import Member, enrol
from paper import Paper
from post_office import wait_for

FIXTURES = Path(__file__).parents[1] / "transfer" / "fixtures"
SLOW_MS = 60_000  # the work is done by a process that has to start

Desk = Callable[..., Page]


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    running = Paper(tmp_path_factory.mktemp("press"), upload_mb=1).start()
    yield running
    running.assert_counts_are_right()
    running.stop()


@pytest.fixture(scope="module")
def admin(press: Paper) -> Member:
    return enrol(press, "Ada Admin", Role.ADMIN)


@pytest.fixture
def imports(press: Paper, admin: Member, context: Callable[..., BrowserContext]) -> Iterator[Desk]:
    opened: list[Page] = []

    def open_page(**options: object) -> Page:
        one = context(**{"viewport": {"width": 1280, "height": 900}, **options})
        sign_in(one, admin)
        page = one.new_page()
        page.add_init_script(EARS)
        page.goto(f"{press.base}/desk/main/imports")
        opened.append(page)
        return page

    yield open_page
    for page in opened:
        if page.evaluate("typeof window.__violations === 'object'"):
            assert page.evaluate("window.__violations") == []


def upload(page: Page, name: str, source: str) -> None:
    page.get_by_label("It comes from").select_option(source)
    page.get_by_label("The file").set_input_files(FIXTURES / name)
    page.get_by_role("button", name="Upload and look").click()
    page.wait_for_url(re.compile(r"/imports/uploads/\d+$"))


def check(page: Page, name: str) -> None:
    """In the light and in the dark, on a desk and on a tablet."""
    page.wait_for_load_state("load")  # a heading can be there before the styles
    for width in (1280, 820):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) == 0, (name, width)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert axe(page) == [], (name, width, scheme)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("script", [True, False])
def test_upload_preview_import_receipt_undo(press: Paper, imports: Desk, script: bool) -> None:
    page = imports(java_script_enabled=script)
    upload(page, "wordpress.xml", "wordpress")
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("This is a preview: nothing was written.")).to_be_visible()
    if script:
        check(page, "preview")
    page.get_by_role("button", name="Import the good part").click()
    expect(page.get_by_role("heading", name="Receipt of import")).to_be_visible(timeout=SLOW_MS)
    run = page.url.rsplit("/", 1)[1]
    wait_for(lambda: press.client.get("/api/v1/stories").json()["stories"] != [], 60)
    if script:
        check(page, "receipt")
        page.emulate_media(media="print")
        expect(page.get_by_role("table").first).to_be_visible()
        expect(page.get_by_role("navigation", name="Desk")).to_be_hidden()
        expect(page.get_by_role("button", name="Undo this import")).to_be_hidden()
        page.emulate_media(media="screen")
        with page.expect_download() as loaded:
            page.get_by_role("link", name="Download as JSON").click()
        assert loaded.value.suggested_filename == f"receipt-{run}.json"
    page.get_by_label("Yes, take it back").check()
    page.get_by_role("button", name="Undo this import").click()
    page.wait_for_url(re.compile("undone="))
    expect(page.get_by_role("status").filter(has_text=f"Import {run} is being taken back;")).to_be_visible()
    if script:
        check(page, "list")
    wait_for(lambda: press.client.get("/api/v1/stories").json()["stories"] == [], 60)
    page.reload()
    expect(page.get_by_role("row").filter(has_text="taken back").get_by_role("link", name=str(run))).to_be_visible()


def test_what_cannot_be_read_is_said_and_can_be_deleted(imports: Desk) -> None:
    page = imports()
    upload(page, "isso.json", "disqus")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was brought in", timeout=SLOW_MS)
    check(page, "failed")
    page.get_by_role("button", name="Delete the uploaded file").click()
    page.wait_for_url(re.compile("/imports$"))
    expect(page.get_by_role("heading", name="Under way")).to_be_hidden()


def test_a_file_that_is_too_large_is_not_even_sent(imports: Desk) -> None:
    page = imports()
    page.get_by_label("It comes from").select_option("isso")
    field = page.get_by_label("The file")
    field.set_input_files({"name": "a.json", "mimeType": "application/json", "buffer": b"x" * (1 << 20) + b"x"})
    page.get_by_role("button", name="Upload and look").click()
    assert "too large" in field.evaluate("one => one.validationMessage")
    assert page.url.endswith("/imports")
