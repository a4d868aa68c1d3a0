"""What the steps may know beside the draft: gathered in one read, of the place, the writer and what happens now."""

import datetime as dt
import functools
from typing import Any
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from belowline.actions import ready_lists
from belowline.actions.people import Caller, Writer
from belowline.model.comment import Comment
from belowline.model.evidence import Draft, External, Facts, Recent
from belowline.model.site import Policy, Site
from belowline.model.story import Story
from belowline.moderation import prints
from belowline.moderation.steps import heated
from belowline.rules.text import plain
from belowline.store import comments, facts
from belowline.store.facts import Counts, Sender

_MINUTE, _HOUR, _LATELY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=90)


class Asked(msgspec.Struct, frozen=True):
    """What is known before the facts are fetched."""

    site: Site
    story: Story
    sender: Sender
    staff: bool = False
    staff_names: tuple[str, ...] = ()
    nudged: bool = False
    parent: Comment | None = None
    quoted: tuple[int, ...] = ()
    """Comments from which the writer says to quote."""
    external: External | None = None
    of: int | None = None
    """The comment that is changed; None: a new one, which the limits count."""


def by_writer(site: Site, story: Story, parent: Comment | None, writer: Writer, caller: Caller, **about: Any) -> Asked:
    """Of a new comment by somebody who may write."""
    sender = Sender(writer.person_id, caller.guest, writer.email_hash, caller.address)
    staff = writer.badge is not None
    return Asked(site, story, sender, staff=staff, staff_names=writer.reserved, parent=parent, **about)


def gather(conn: sa.Connection, draft: Draft, asked: Asked, now: dt.datetime) -> Facts:
    """Reads, writes nothing. Two statements where nothing is out of the ordinary."""
    site = asked.site
    values = _values(asked, now)
    counted = facts.counts(conn, values)
    found: dict[str, Any] = {}
    if counted.sanctions:
        found |= _sanctions(conn, values)
    if counted.lists:
        found |= ready_lists.of_site(conn, site.id, (site.lang, asked.story.lang, draft.lang or ""), wait=False)
    if not asked.staff:
        found |= _writer(conn, asked, counted)
        found["recent"] = _recent(conn, draft, asked)
    if _paced(asked) and (site.policy.slow or counted.troubled_last_hour >= heated.FEWEST):
        found |= _trouble(conn, asked, counted, now)
    if ">" in draft.text:
        found["quotable"] = _quotable(conn, asked)
    return Facts(
        site_name=site.name,
        site_hosts=hosts(site.origins, asked.story.url),
        languages=(site.lang, asked.story.lang),
        staff=asked.staff,
        staff_names=asked.staff_names,
        nudged=asked.nudged,
        external=asked.external,
        person_last_minute=counted.person_last_minute,
        address_last_minute=counted.address_last_minute,
        story_last_minute=counted.published_last_minute + counted.troubled_last_minute,
        **found,
    )


def _values(asked: Asked, now: dt.datetime) -> dict[str, Any]:
    """What the statement is given: a limit of 0 where the policy does not ask, or the step exempts staff."""
    policy, sender, paced = asked.site.policy, asked.sender, _paced(asked)
    return {
        "site_id": asked.site.id,
        "story_id": asked.story.id,
        "writer": sender.key,
        "address": sender.address,
        "now": now,
        "minute_ago": now - _MINUTE,
        "hour_ago": now - _HOUR,
        "long_ago": now - _LATELY,
        "most_removed": 0 if asked.staff else facts.MOST_REMOVALS,
        "most_person": policy.person_per_minute if paced else 0,
        "most_address": policy.address_per_minute if paced else 0,
        "most_story": policy.story_per_minute if paced else 0,
        "most_troubled": facts.MOST_OF_AN_HOUR if paced and _may_heat(policy) else 0,
        **sender.marks,
    }


def _paced(asked: Asked) -> bool:
    """Whether it counts how fast they send: a change of what was sent is no sending."""
    return not asked.staff and asked.of is None


def _may_heat(policy: Policy) -> bool:
    """Where everything waits, what waits says nothing."""
    return policy.heated_share < 1 and not policy.hold_all


def _sanctions(conn: sa.Connection, values: dict[str, Any]) -> dict[str, Any]:
    in_force = facts.sanctions(conn, values)
    kinds = {kind for kind, _ in in_force}
    ends = [until for kind, until in in_force if kind == "suspend"]
    forever = "ban" in kinds or None in ends
    return {
        "banned": forever,
        "suspended_until": max((end for end in ends if end), default=None),
        "watched": "hold" in kinds,
    }


def _writer(conn: sa.Connection, asked: Asked, counted: Counts) -> dict[str, Any]:
    """Their record. What stands is counted only where it matters."""
    policy, removed = asked.site.policy, counted.removed_lately
    if asked.sender.key is None or not (removed or policy.hold_first):
        return {}
    most = max(policy.hold_first, facts.MOST_STANDING if removed else 0)
    return {
        "removed_lately": removed,
        "published_before": facts.standing(conn, asked.site.id, asked.sender, most),
    }


def _recent(conn: sa.Connection, draft: Draft, asked: Asked) -> tuple[Recent, ...]:
    """Comments of the last two weeks on the site that may say the same: found by marks, so that few are compared."""
    own = prints.take(draft.text)
    writer = asked.sender.key
    return tuple(
        Recent(one.print, writer is not None and one.writer == writer, one.story_id == draft.story_id, one.comment_id)
        for one in facts.alike(conn, asked.site.id, own, prints.marks(own))
        if one.comment_id != asked.of
    )


def _trouble(conn: sa.Connection, asked: Asked, counted: Counts, now: dt.datetime) -> dict[str, Any]:
    slow = dt.timedelta(seconds=asked.site.policy.slow_mode_s)
    standing, fallen, last = facts.last_hour(conn, asked.story.id, asked.sender.key, now - _HOUR, now - slow)
    return {
        "story_last_hour": standing + fallen,
        "reports_last_hour": max(0, counted.troubled_last_hour - fallen),
        "holds_last_hour": fallen,
        "since_last_s": None if last is None else (now - last).total_seconds(),
    }


def _quotable(conn: sa.Connection, asked: Asked) -> tuple[str, ...]:
    """The story, the comments above, and those from which the writer says to quote."""
    story = asked.story
    above = [*comments.ancestors(conn, asked.parent), asked.parent] if asked.parent else []
    named = comments.shown(conn, list(asked.quoted)).values()
    said = [one.text for one in (*above, *named) if one.story_id == story.id]
    return (story_words(story), *said)


def story_words(story: Story) -> str:
    """What may be quoted of it."""
    return f"{story.title}\n{story.deck or ''}\n{_story_text(story.body_html)}"


@functools.lru_cache(maxsize=64)
def _story_text(html: str) -> str:
    return plain(html)


@functools.lru_cache(maxsize=256)
def hosts(origins: tuple[str, ...], url: str | None) -> frozenset[str]:
    """The publication's own: of the pages that embed, and of the story's."""
    return frozenset(host for one in (*origins, url or "") if (host := _host(one)))


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
