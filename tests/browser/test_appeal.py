"""A removed comment's way back: the mail of the decision, the appeal, another moderator, in real browsers."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from belowline.model.person import Role
from belowline.store import people
from browser.pages import sign_in
from members import Member, enrol, write
from paper import Paper
from post_office import link_in, open_office, text_of

LATER = dt.timedelta(minutes=3)
Context = Callable[..., BrowserContext]


def page_of(context: Context, member: Member | None = None) -> Page:
    made = context()
    if member:
        sign_in(made, member)
    return made.new_page()


def test_from_the_mail_to_another_moderator_and_back(tmp_path: Path, context: Context) -> None:
    with open_office() as post:
        paper = Paper(tmp_path / "data", **post.settings()).start()
        story = paper.add_story()
        ada = enrol(paper, "Ada Morn")
        write(paper, people.change, ada.person.id, email="ada@readers.example")
        mo, nora = (enrol(paper, name, Role.MODERATOR) for name in ("Mo Judge", "Nora Judge"))
        comment = ada.post(story, "“Fools, all of them”, the minister said.")

        desk = page_of(context, mo)
        desk.goto(f"{paper.base}/desk/main/comments/{comment}?queue=all")
        desk.get_by_label("Be civil").check()
        desk.get_by_role("button", name="Remove").click()
        expect(desk.locator("i.mark.removed").first).to_be_visible()
        reader = page_of(context)  # at home: not signed in
        reader.goto(f"{paper.base}/stories/{story.slug}")
        expect(reader.get_by_text("the minister said")).to_have_count(0)

        paper.clock.ahead += LATER
        (mail,) = post.wait(1, 30)
        assert "Your comment was removed." in text_of(mail)
        reader.goto(link_in(mail, "/decisions/"))
        expect(reader.get_by_role("heading", level=1)).to_have_text("Your comment was removed.")
        expect(reader.get_by_text("Be civil")).to_be_visible()
        reader.get_by_label("Why is the decision wrong?").fill("I only quoted the minister.")
        reader.get_by_role("button", name="Appeal").click()
        expect(reader.get_by_text("Somebody else than who decided looks at it again.")).to_be_visible()

        desk.goto(f"{paper.base}/desk/main/appeals")
        expect(desk.get_by_text("your own decision")).to_be_visible()
        desk.get_by_role("link", name="Open appeal 1").click()
        expect(desk.get_by_text("somebody else decides the appeal")).to_be_visible()
        expect(desk.get_by_role("button", name="Publish again")).to_have_count(0)

        other = page_of(context, nora)
        other.goto(f"{paper.base}/desk/main/appeals")
        other.get_by_role("link", name="Open appeal 1").click()
        expect(other.get_by_text("I only quoted the minister.")).to_be_visible()
        other.get_by_label("Answer to the writer").fill("You did; it stands again.")
        other.get_by_role("button", name="Publish again").click()
        expect(other).to_have_url(re.compile("/desk/main/appeals$"))

        answer = post.wait(2, 30)[-1]
        assert answer["Subject"] == "The answer to your appeal · The Evening Lamp"
        assert "You did; it stands again." in text_of(answer)
        reader.goto(link_in(answer, "/decisions/"))
        expect(reader.get_by_role("status")).to_contain_text("the decision was wrong: it is taken back")
        expect(reader.get_by_text("You did; it stands again.")).to_be_visible()
        reader.goto(f"{paper.base}/stories/{story.slug}?v=now")
        expect(reader.get_by_text("the minister said")).to_be_visible()
        paper.assert_counts_are_right()
        paper.stop()
