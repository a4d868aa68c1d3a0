"""Whatever people say to each other: after an erasure, no table holds the name, the address or the words of one."""

import datetime as dt
import tempfile
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from belowline.actions import comments as act
from belowline.actions import erasure, follows, mutes, reports, votes
from belowline.actions import people as people_act
from belowline.actions import sites as site_act
from belowline.actions.quotes import Quote
from belowline.actions.stories import NewStory, add
from belowline.errors import Problem
from belowline.model.comment import State
from belowline.model.follow import Kind
from belowline.model.person import Person, Proof
from belowline.model.site import Policy
from belowline.store import erasing, migrate, people
from belowline.store.check import wrong_counts
from belowline.store.db import Database
from traces import found_in

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
NAME, EMAIL = "Ida Quersumpf", "ida.quersumpf@readers.example"
WORDS = ("quersilber", "wolkenstein", "zimtschnecke", "uferlaterne")

KINDS = ("write", "answer", "quote", "cite", "mention", "vote", "report", "edit", "hide", "follow", "mute")
step = st.tuples(
    st.sampled_from(KINDS),
    st.integers(0, 2),  # who
    st.integers(0, 30),  # about which comment
    st.sampled_from(WORDS),
)


class Town:
    """Three people, of whom the first is going to be erased, and what they say to each other."""

    def __init__(self, conn: sa.Connection) -> None:
        self.conn, self.now = conn, NOW
        site_act.add(conn, "main", "The Evening Lamp", "en", Policy(edit_window_s=10**6))
        self.stories = [add(conn, NewStory(title=f"Story {n}"), NOW) for n in range(2)]
        self.people = [self.person(name) for name in (NAME, "Ben Dusk", "Cleo Noon")]
        people.change(conn, self.people[0].id, email=EMAIL)
        self.said: list[tuple[int, int, str]] = []

    def person(self, name: str) -> Person:
        return people_act.enter(self.conn, Proof("test", "tests", name, name), NOW)

    def live(self, what: str, who: int, which: int, word: str) -> None:
        self.now += dt.timedelta(minutes=1)
        caller = act.Caller(person_id=self.people[who].id)
        number, story, text = self.said[which % len(self.said)] if self.said else (0, 0, "")
        said = f"I think of the {word} in the garden, {len(self.said)}" if who == 0 else f"So much for {len(self.said)}"
        if what == "write" or not number:
            self.say(caller, which % 2, said)
        elif what in ("answer", "quote", "cite", "mention"):
            before = {"quote": f"> {text}\n\n", "cite": f"> {text[:25]}\n\n", "mention": f"@{NAME}: "}.get(what, "")
            quotes = (Quote(exact=text[:25], comment=number),) if what == "cite" else ()
            self.say(caller, story, before + said, None if what == "mention" else number, quotes)
        elif what == "vote":
            votes.cast(self.conn, number, votes.NewVote("respect"), caller, self.now)
        elif what == "report":
            new = reports.NewReport("It incites hatred", f"This {word if who == 0 else 'thing'}")
            reports.file(self.conn, number, new, caller, self.now)
        elif what == "edit":
            act.edit(self.conn, number, f"{text} and more", None, self.now)
        elif what == "hide":
            act.decide(self.conn, number, State.REMOVED if which % 2 else State.HELD)
        elif what == "follow":
            follows.follow(self.conn, caller.person_id or 0, Kind.PERSON, self.people[which % 3].id, self.now)
        elif what == "mute":
            mutes.mute(self.conn, caller.person_id or 0, self.people[which % 3].id, self.now)

    def say(
        self, caller: act.Caller, story: int, text: str, parent: int | None = None, quotes: tuple[Quote, ...] = ()
    ) -> None:
        new = act.NewComment(text=text, parent=parent, quotes=quotes, key=f"key {len(self.said)}")
        posted = act.post(self.conn, self.stories[story].slug, new, caller, self.now)
        own = text.rpartition("\n")[2]
        self.said.append((posted.comment.id, story, own))


@settings(max_examples=25, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(st.lists(step, min_size=5, max_size=40), st.booleans())
def test_no_table_remembers(steps: list[tuple[str, int, int, str]], twice: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "belowline.sqlite3"
        migrate.upgrade(path, NOW)
        db = Database(path)
        with db.transaction() as conn:
            town = Town(conn)
            for one in steps:
                try:
                    town.live(*one)
                except Problem:
                    continue  # what cannot be done is not done
            ida = town.people[0].id
            number = erasing.add(conn, ida, "remove", town.now, town.now, [])
        more = True
        while more:
            with db.transaction() as conn:
                assert wrong_counts(conn) == [], "also halfway"
                more = erasure.step(conn, number, town.now).more
                if twice and more:
                    more = erasure.step(conn, number, town.now).more
        db.close()
        assert found_in(path, NAME, EMAIL, f"p{ida}", *WORDS) == []
