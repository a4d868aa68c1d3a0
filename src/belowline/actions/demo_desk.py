"""What the demo's desk has to do: verdicts on its comments, some held, a decision, a report, a correction."""

import datetime as dt
import importlib.resources
import tomllib
from typing import Literal, NamedTuple

import msgspec
import sqlalchemy as sa

from belowline.actions import moderate
from belowline.actions.desk import access_desk
from belowline.model.comment import Comment, State
from belowline.model.decision import Action, Ground, NewDecision
from belowline.model.evidence import Draft, Facts, Outcome
from belowline.model.person import Person, Role
from belowline.model.site import Site
from belowline.model.story import Story
from belowline.moderation.pipeline import judge
from belowline.rules import text
from belowline.store import comments, corrections, people, reports, verdicts

GUEST = "gdemo"  # a browser that there is not: whoever reports and asks in the demo


class Colleague(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    role: Role


class Held(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    story: int
    """Its place in the sample."""
    author: str
    minutes_ago: int
    text: str


class Removed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text_begins: str
    action: Literal["remove", "spam"]
    rule: str
    after_minutes: int


class Reported(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    author: str
    """Of the comment."""
    reason: str
    text: str


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    story: int
    name: str
    passage: str
    claim: str
    source: str


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    newsroom: list[Colleague]
    held: list[Held]
    removed: list[Removed]
    reported: list[Reported]
    corrections: list[Asked]


class Written(NamedTuple):
    at: dt.datetime
    comment: Comment


def load() -> Sample:
    data = (importlib.resources.files("belowline") / "demo" / "desk.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(data), Sample)


def fill(conn: sa.Connection, site: Site, stories: list[Story], written: list[Written], now: dt.datetime) -> None:
    """`written`: the sample's comments as they were added; `stories` in the sample's order."""
    sample = load()
    newsroom = [_colleague(conn, site, one, now) for one in sample.newsroom]
    written = written + [_hold(conn, stories[one.story], one, now) for one in sample.held]
    for at, comment in sorted(written, key=lambda one: one.at):  # verdicts stand in the order of time
        _judge(conn, site, comment, at)
    for removed in sample.removed:
        at, comment = next(one for one in written if one.comment.text.startswith(removed.text_begins))
        new = NewDecision(Action(removed.action), Ground.RULES, removed.rule)
        desk = access_desk(conn, newsroom[0], site.key)
        moderate.decide(conn, comment.id, new, desk, at + dt.timedelta(minutes=removed.after_minutes))
    for reported in sample.reported:
        comment = next(one.comment for one in written if one.comment.author_name == reported.author)
        reports.add(conn, comment.id, GUEST, reported.reason, reported.text, now)
    for asked in sample.corrections:
        _ask(conn, stories[asked.story], asked, now)


def _colleague(conn: sa.Connection, site: Site, one: Colleague, now: dt.datetime) -> Person:
    person = people.add(conn, one.name, None, now)
    people.set_role(conn, person.id, site.id, one.role)
    return person


def _hold(conn: sa.Connection, story: Story, one: Held, now: dt.datetime) -> Written:
    at = now - dt.timedelta(minutes=one.minutes_ago)
    values = {
        "story_id": story.id,
        "author_name": one.author,
        "text": one.text,
        "html": text.comment_html(one.text),
        "lang": None,
        "state": State.HELD,
        "orphan": False,
        "created_at": at,
        "date_lost": False,
    }
    return Written(at, comments.add(conn, values, None))


def _judge(conn: sa.Connection, site: Site, comment: Comment, at: dt.datetime) -> None:
    """The verdict as the steps find it; what the sample shows as published was let through."""
    draft = Draft(
        comment.text, comment.html, comment.author_name or "", comment.story_id, comment.parent_id, comment.lang
    )
    found = judge(draft, Facts(site_name=site.name), site.policy)
    outcome = Outcome.HOLD if comment.state == State.HELD else Outcome.PUBLISH
    verdicts.note(conn, comment.id, msgspec.structs.replace(found, outcome=outcome), at)


def _ask(conn: sa.Connection, story: Story, asked: Asked, now: dt.datetime) -> None:
    said = {name: getattr(asked, name) for name in ("name", "passage", "claim", "source")}
    around = {"prefix": "", "suffix": ""}
    corrections.add(conn, **said, **around, story_id=story.id, reader=GUEST, person_id=None, created_at=now)
