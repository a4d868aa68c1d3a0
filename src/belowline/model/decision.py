"""What the newsroom decides: about a comment or a person, on which ground, found by whom."""

import datetime as dt
import enum

import msgspec


class Action(enum.StrEnum):
    PUBLISH = "publish"
    """A held or removed comment stands."""
    KEEP = "keep"
    """A reported comment stands as it did."""
    HOLD = "hold"
    REMOVE = "remove"
    SPAM = "spam"
    WARN = "warn"
    SUSPEND = "suspend"
    BAN = "ban"
    HOLD_PERSON = "hold-person"
    """All they write waits for a moderator."""
    LIFT = "lift"
    """A sanction ends."""


class Ground(enum.StrEnum):
    RULES = "rules"
    """The rules of the house. In the words of the Digital Services Act: incompatible with the terms."""
    LAW = "law"
    NONE = "none"
    """Nothing is taken from anybody."""


class FoundBy(enum.StrEnum):
    MODERATOR = "moderator"
    MACHINE = "machine"
    REPORT = "report"
    NOTICE = "notice"
    """A notice of illegal content, Article 16 of the Digital Services Act."""
    APPEAL = "appeal"


class NewDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a moderator asks for, before it is checked (rules.grounds)."""

    action: Action
    ground: Ground = Ground.NONE
    reason: str = ""
    explanation: str = ""
    note: str = ""
    seen: str = ""
    """What they saw (rules.grounds.mark); what has changed since is not decided. "" decides whatever there is."""
    found_by: FoundBy | None = None
    """None: as the comment's own record tells."""


class Decision(msgspec.Struct, frozen=True):
    id: int
    site_id: int
    comment_id: int | None
    person_id: int | None
    """Whom it concerns; None for a guest."""
    action: Action
    state_before: str | None
    state_after: str | None
    ground: Ground
    reason: str
    """Key of one of the site's rules, or of a kind of illegal content."""
    explanation: str
    """To the writer, in the moderator's words."""
    note: str
    """For moderators alone."""
    found_by: FoundBy
    by_machine: bool
    decided_by: int | None
    """None: the machine, or the operator's key."""
    decided_at: dt.datetime
    batch: str | None
    undone_at: dt.datetime | None
    undone_by: int | None
    told_at: dt.datetime | None
