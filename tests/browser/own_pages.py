"""What readers see besides stories and discussions: forms, what became of them, and the pages about themselves."""

from collections.abc import Callable

import httpx
from playwright.sync_api import Page, expect

from belowline.actions import stories as story_act
from belowline.model.person import Role
from belowline.model.story import Mode
from journeys.test_duties_notices import give
from journeys.test_duties_reasons import remove
from members import Member, browser, enrol, write
from paper import Paper

SITE = "harbour-courier"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
WRONG = {
    "passage": "opened in 1887",
    "prefix": "The bridge ",
    "suffix": " with a brass band.",
    "claim": "It opened in 1889.",
    "source": f"https://archive.example/{LONG}",
    "name": "Bea Rune",
}


class Town:
    """The invented town after some life in it: followed, corrected, decided about, reported."""

    def __init__(self, paper: Paper) -> None:
        self.paper, self.base = paper, paper.base
        self.story = paper.add_story(
            site=SITE, title="The bridge with the brass band", body="The bridge opened in 1887 with a brass band."
        )
        self.closed_off = paper.add_story(site=SITE, title="For members")
        self.ada, self.ben = enrol(paper, "Ada Morn", site=SITE), enrol(paper, "Ben Dusk", site=SITE)
        self.leaving = enrol(paper, "Carl Eave", site=SITE)
        moderator = enrol(paper, "Ina Keel", Role.MODERATOR, site=SITE)
        follow = {"kind": "story", "subject": self.story.id}
        assert self.ada.client.post("/api/v1/following", json=follow).status_code < 300
        self.first = self.ada.post(self.story, f"I was there. {LONG}")
        self.ben.post(self.story, "With a band, @Ada Morn?", parent=self.first)
        self.decision = remove(
            paper, self.ada.post(self.story, "You are a thief."), moderator.person.id, site_id=self.story.site_id
        ).id
        ask = story_act.Discussion(mode=Mode.MEMBERS, question="Who should pay?")
        write(paper, story_act.set_discussion, self.closed_off.slug, ask, paper.clock())
        self.answered = self._correction("accepted", "The bridge opened in 1889, not 1887.")
        self._correction("declined", "The weather service says so.", passage="with a brass band")
        self.report = self._sent(f"/comments/{self.first}/report", reason="It is advertising or spam", text=LONG)
        notice = give(browser(paper), f"{self.base}/comments/{self.first}")
        assert notice.status_code == 303, notice.text
        self.notice = notice.headers["location"]
        assert self.leaving.client.post("/api/v1/me/erasure", json={"texts": "keep"}).status_code == 200

    def _correction(self, became: str, answer: str, **more: str) -> str:
        """The page that says what became of it."""
        asked = self.paper.client.post(f"/api/v1/stories/{self.story.slug}/corrections", json={**WRONG, **more}).json()
        said = {"became": became, "answer": answer}
        done = self.paper.client.put(f"/api/v1/corrections/{asked['id']}", json=said, headers=self.paper.operator)
        assert done.status_code == 200, done.text
        return str(asked["url"]).removeprefix(self.base)

    def _sent(self, path: str, **form: str) -> str:
        answer: httpx.Response = browser(self.paper).post(path, data=form)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])


Open = Callable[[Town, Page], None]


def at(path: Callable[[Town], str], reader: Callable[[Town], Member] | None = None) -> Open:
    """Goes there, as this reader; the browser forgets the session at once, for others use it too."""

    def visit(town: Town, page: Page) -> None:
        if reader:
            member = reader(town)
            # signed in anew: a planned erasure has ended what was open before
            again = enrol(town.paper, member.person.name, site=SITE)
            page.context.add_cookies(
                [{"name": one.name, "value": one.value or "", "url": town.base} for one in again.client.cookies.jar]
            )
        page.goto(town.base + path(town))
        page.context.clear_cookies()

    return visit


def by(path: str) -> Open:
    return at(lambda _: path, lambda town: town.ada)


def wrong_address(town: Town, page: Page) -> None:
    """A form that was sent with something wrong in it."""
    page.goto(f"{town.base}/notices/new")
    page.locator("form.write").evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="Give notice").click()
    expect(page.locator(".error").first).to_be_visible()


OWN: dict[str, Open] = {
    "corrected-story": at(lambda town: f"/stories/{town.story.slug}"),
    "members-story": at(lambda town: f"/stories/{town.closed_off.slug}"),
    "correct": at(lambda town: f"/stories/{town.story.slug}/correct?passage=opened+in+1887"),
    "correction": at(lambda town: town.answered),
    "report": at(lambda town: f"/comments/{town.first}/report"),
    "reported": at(lambda town: town.report),
    "vote": at(lambda town: f"/comments/{town.first}/vote"),
    "follow": at(lambda town: f"/follow/person/{town.ben.person.id}", lambda town: town.ada),
    "follow-guest": at(lambda town: f"/follow/story/{town.story.id}"),
    "following": by("/following"),
    "notifications": by("/notifications"),
    "me": by("/me?saved=yes"),
    "data": by("/me/data"),
    "erasure": at(lambda _: "/me/data", lambda town: town.leaving),
    "sessions": by("/me/sessions"),
    "decisions": by("/me/decisions"),
    "decision": at(lambda town: f"/decisions/{town.decision}", lambda town: town.ada),
    "profile": at(lambda town: f"/people/{town.ada.person.id}"),
    "notice-new": at(lambda town: f"/notices/new?comment={town.first}"),
    "notice-wrong": wrong_address,
    "notice": at(lambda town: town.notice),
    "terms": at(lambda _: f"/terms?site={SITE}"),
    "contact": at(lambda _: f"/contact?site={SITE}"),
    "signin": at(lambda _: "/signin"),
    "please-sign-in": at(lambda _: "/following"),
}
