"""Who may do what, when: pure questions about what was fetched."""

import datetime as dt
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from belowline.model.comment import Comment, State
from belowline.model.site import Policy, Site
from belowline.model.story import Closing, Mode, Story
from belowline.words import by_number


def closes_at(story: Story, policy: Policy) -> dt.datetime | None:
    """When the age rule closes the discussion; None if it never does."""
    days = story.close_after_days if story.close_after_days is not None else policy.close_after_days
    if story.closing != Closing.AUTO or days is None:
        return None
    try:
        return story.published_at + dt.timedelta(days=days)
    except OverflowError:
        return None


def closed(story: Story, policy: Policy, now: dt.datetime) -> Literal["hand", "age"] | None:
    """Why the discussion takes no comments; None while it does."""
    if story.closing == Closing.CLOSED:
        return "hand"
    ends = closes_at(story, policy)
    return "age" if ends is not None and ends <= now else None


_BY_MODE: dict[Mode, dict[str, bool]] = {
    Mode.HELD: {"hold_all": True},
    Mode.SLOW: {"slow": True},
    Mode.MEMBERS: {"members_only": True},
}


def under(site: Site, story: Story) -> Site:
    """The site with the rules that hold under this story: its own, and those of the story's mode."""
    if story.mode == Mode.OPEN:
        return site
    return msgspec.structs.replace(site, policy=msgspec.structs.replace(site.policy, **_BY_MODE[story.mode]))


def edit_until(comment: Comment, policy: Policy) -> dt.datetime:
    """The end of the window in which its writer may change or delete a comment."""
    return comment.created_at + dt.timedelta(seconds=policy.edit_window_s)


def may_edit(comment: Comment, policy: Policy, now: dt.datetime) -> bool:
    return comment.state in (State.PUBLISHED, State.HELD) and now < edit_until(comment, policy)


def origin_of(url: str) -> str | None:
    """scheme://host[:port] of a web address, lower-case; None if it is not one."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}".lower()


def allows_origin(site: Site, origin: str) -> bool:
    return origin.lower() in site.origins


def window_is_over(policy: Policy) -> str:
    """What is said to who comes too late to change a comment."""
    minutes = policy.edit_window_s // 60
    return by_number(
        minutes,
        f"A comment can be changed for {minutes} minute after it was sent; that time is over.",
        f"A comment can be changed for {minutes} minutes after it was sent; that time is over.",
    )
