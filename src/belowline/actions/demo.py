"""Fills an empty database with the invented publication of `belowline demo`."""

import datetime as dt

import sqlalchemy as sa

from belowline.actions import demo_desk
from belowline.actions import sites as site_act
from belowline.actions import stories as story_act
from belowline.actions.demo_desk import Written
from belowline.demo.sample import SampleComment, SampleStory, load
from belowline.model.comment import Comment, State
from belowline.model.site import Policy
from belowline.model.story import Closing, Story
from belowline.rules import text
from belowline.store import comments, sites

STAFF = ("Harbour Courier", "The Newsroom")


def fill_if_empty(conn: sa.Connection, base_url: str, now: dt.datetime, desk: bool = False) -> bool:
    """True if it filled; a database that has a site is left as it is, with all that readers added. `desk`: with
    something to do for moderators too."""
    if sites.first(conn):
        return False
    sample = load()
    site = site_act.add(conn, sample.site_key, sample.site_name, sample.lang, Policy(staff_names=STAFF))
    for origin in (base_url, "http://localhost:8081", "http://127.0.0.1:8081"):  # the last two: a host page to try
        site_act.allow_origin(conn, sample.site_key, origin)
    written: list[Written] = []
    stories = [_add_story(conn, one, now - dt.timedelta(hours=one.hours_ago), written) for one in sample.stories]
    if desk:
        demo_desk.fill(conn, site, stories, written, now)
    return True


def in_a_day(now: dt.datetime) -> dt.datetime:
    return now + dt.timedelta(days=1)


def _add_story(conn: sa.Connection, sample: SampleStory, published_at: dt.datetime, written: list[Written]) -> Story:
    """Appends its comments to `written`."""
    same = ("slug", "title", "deck", "body", "picture_alt", "picture_caption", "picture_credit", "lang")
    new = story_act.NewStory(
        **{name: getattr(sample, name) for name in (*same, "author_name", "author_about", "close_after_days")},
        picture_url=f"/static/demo/{sample.picture}",
        published_at=published_at,
        closing=Closing(sample.closing),
    )
    story = story_act.add(conn, new, published_at)
    by_ref: dict[str, Comment] = {}
    for one in sample.comments:
        at = published_at + dt.timedelta(minutes=one.minutes_after)
        by_ref[one.ref] = _add_comment(conn, story, one, by_ref.get(one.parent or ""), at)
        written.append(Written(at, by_ref[one.ref]))
    for one in sample.comments:  # after their replies are there, so that they stand as tombstones
        if one.state in ("deleted", "removed"):
            comments.set_state(conn, comments.must(conn, by_ref[one.ref].id), State(one.state))
    return story


def _add_comment(
    conn: sa.Connection, story: Story, sample: SampleComment, parent: Comment | None, at: dt.datetime
) -> Comment:
    values = {
        "story_id": story.id,
        "author_name": sample.author,
        "text": sample.text,
        "html": text.comment_html(sample.text),
        "lang": sample.lang,
        "state": State.HELD if sample.state == "held" else State.PUBLISHED,
        "orphan": False,
        "created_at": at,
        "date_lost": False,
    }
    return comments.add(conn, values, parent)
