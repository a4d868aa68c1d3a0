"""The demo's newsroom on a busy day: people, decisions, an appeal, a notice, lists; and every page of the desk."""

import datetime as dt
from pathlib import Path

import httpx

from belowline import clock
from belowline.actions import demo as demo_act
from belowline.actions import sites as site_act
from belowline.actions import stories as story_act
from belowline.model.person import Role
from belowline.store import appeals, corrections, decisions, migrate, notices
from belowline.store.db import Database
from members import Member, browser, enrol, write
from paper import UNHURRIED, Paper

SITE = "harbour-courier"
HEATED = "give-harbour-street-back-to-its-feet"
LINKS = " ".join(f"https://{name}.example" for name in "abcd")
WORDS = "# what nobody calls anybody here\r\nnumbskull  2\r\nscallywag  3\r\nblackguard  4\r\n*quay rat*  3"


def open_courier(data: Path) -> Paper:
    migrate.upgrade(data / "belowline.sqlite3", clock.now())
    db = Database(data / "belowline.sqlite3")
    with db.transaction() as conn:
        demo_act.fill_if_empty(conn, "http://127.0.0.1", clock.now(), desk=True)
    db.close()
    return Paper(data).start()


class Newsroom:
    """Who works at the desk, and what they have done today; `pages`: every page of the desk by a name."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        write(paper, site_act.set_policy, SITE, UNHURRIED | {"second_look_share": 1.0}, paper.clock())
        self.admin = enrol(paper, "Nora Quist", Role.ADMIN, SITE)
        self.other = enrol(paper, "Ilse Hartwig", Role.MODERATOR, SITE)
        self.story = paper.read(story_act.access_slug, HEATED)
        self.reader = enrol(paper, "Peer Lindqvist", Role.READER, SITE)
        self.work()
        self.pages = self.all_pages()

    def post(self, who: Member, place: str, **form: str) -> httpx.Response:
        answer = who.client.post(f"/desk/{SITE}/{place}", data=form)
        assert answer.status_code == 303, answer.text
        return answer

    def decide(self, who: Member, comment: int, action: str, reason: str = "", **more: str) -> None:
        self.post(who, f"comments/{comment}/decision", action=action, reason=reason, **more)

    def work(self) -> None:
        reader = self.reader
        said = "The square was never closed to bicycles, and whoever says so has not read the plan."
        good = reader.post(self.story, said)
        sharp = reader.post(
            self.story, "Only a numbskull can believe that the trams will pay for themselves by spring."
        )
        self.post(self.admin, "lists", kind="words", lang="", seen="", lines=WORDS)
        self.post(self.admin, "lists", kind="blocked", lang="", seen="", lines="casino.example\r\npills.example")
        above = self.paper.post(
            self.story, "The carriers had a year to say what they need, and said nothing.", "Marit Solvang"
        )
        text = f"Only a *scallywag* can say so. Read these four before you answer: {LINKS}"
        self.held = int(reader.send(self.story, text, above).json()["comment"]["id"])
        self.decide(self.admin, good, "keep")
        self.decide(self.other, sharp, "remove", "rules:insults", explanation="Please say it again without the name.")
        warning = {"kind": "warn", "reason": "You called another reader names.", "note": "Second time this week."}
        self.post(self.other, f"people/{reader.person.id}/sanctions", **warning)
        pause = {"kind": "suspend", "days": "7", "reason": "You called another reader names again."}
        self.post(self.admin, f"people/{reader.person.id}/sanctions", **pause)
        self.post(
            self.other, f"people/{reader.person.id}/notes", text="Writes well when the trams are not the subject."
        )
        (removal,) = self.paper.read(decisions.of_comment, sharp)
        text = "I was quoting the alderman, who said it of himself in the council."
        assert reader.client.post(f"/decisions/{removal.id}/appeal", data={"text": text}).is_redirect
        self.notice()
        self.paper.clock.ahead = dt.timedelta(minutes=5)  # what was opened meanwhile is in nobody's hands
        self.sharp = sharp

    def held_too(self, words: str) -> int:
        return int(self.paper.send(self.story, f"{words} {LINKS}").json()["comment"]["id"])

    def notice(self) -> None:
        thief = self.paper.post(
            self.story, "The man who runs the ferry kiosk is a thief, and everybody knows it.", "Gus"
        )
        form = {"location": f"{self.paper.base}/comments/{thief}", "kind": "insult", "name": "Nell Near"}
        said = (
            "It calls my neighbour a thief, which he is not, and names his kiosk so that everybody knows who is meant."
        )
        more = {"explanation": said, "email": "nell@neighbours.example", "good_faith": "yes"}
        assert browser(self.paper).post("/notices/new", data={**form, **more}).is_redirect
        self.noticed = thief

    def all_pages(self) -> dict[str, str]:
        site = self.paper.read(story_act.access_slug, HEATED).site_id
        (appeal,) = self.paper.read(appeals.waiting, [site], 1)
        (notice,) = self.paper.read(notices.waiting, [site], 1)
        correction = self.paper.read(corrections.waiting, site)[0]
        year = self.paper.clock().year
        person = self.reader.person.id
        queues = {f"queue-{key}": f"queues/{key}" for key in ("held", "reported", "new", "spam", "all")}
        places = ("people", "stories", "second-look", "figures", "rules", "lists", "duties", "log", "search")
        beside = {one: one for one in (*places, "appeals", "notices", "corrections")}
        return {
            **queues,
            **beside,
            "item-held": f"comments/{self.held}?queue=held",
            "item-removed": f"comments/{self.sharp}?queue=all",
            "item-published": f"comments/{self.noticed}?queue=new",
            "found": "search?q=is:held",
            "not-found": "search?q=is:sad",
            "appeal": f"appeals/{appeal.id}",
            "notice": f"notices/{notice.id}",
            "correction": f"corrections/{correction.id}",
            "person": f"people/{person}",
            "people-found": "people?q=peer",
            "guest": f"comments/{self.noticed}/writer",
            "suspicion": f"comments/{self.noticed}/suspicion",
            "story": f"stories/{HEATED}",
            "list-blocked": "lists?kind=blocked",
            "log-proved": "log?proved=1",
            "report": f"report?year={year}",
            "report-empty": "report?year=2001",
        }
