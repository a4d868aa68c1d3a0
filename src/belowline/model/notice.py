"""A notice of illegal content (Digital Services Act, Article 16), and the bodies whose notices come first."""

import datetime as dt
import enum

import msgspec


class Outcome(enum.StrEnum):
    LAW = "law"
    """The content is illegal, and was taken down."""
    RULES = "rules"
    """It was taken down for the rules of the house."""
    KEPT = "kept"
    """It stands."""
    GONE = "gone"
    """It was not there any more, or never here."""


class Manifest(enum.StrEnum):
    """What anybody sees without looking twice; counted for repeated misuse (Article 23)."""

    NONE = ""
    ILLEGAL = "illegal"
    UNFOUNDED = "unfounded"


class Notice(msgspec.Struct, frozen=True):
    id: int
    site_id: int
    comment_id: int | None
    location: str
    kind: str
    """One of model.reasons.KINDS."""
    explanation: str
    name: str | None
    email: str | None
    lang: str | None
    person_id: int | None
    flagger_id: int | None
    """Given by a trusted flagger."""
    made_at: dt.datetime
    outcome: Outcome | None
    """None: it waits."""
    manifest: Manifest
    answer: str
    decision_id: int | None
    decided_by: int | None
    decided_at: dt.datetime | None
    received_told_at: dt.datetime | None
    answer_told_at: dt.datetime | None


class Flagger(msgspec.Struct, frozen=True):
    """A trusted flagger (Article 22): a body that a Digital Services Coordinator has named."""

    id: int
    site_id: int | None
    """None: for every site here."""
    name: str
    person_id: int | None
    email: str | None
    """Whoever signs in with this proved address speaks for it."""
    made_at: dt.datetime
    ended_at: dt.datetime | None


class Against(enum.StrEnum):
    """What is done where somebody's notices were manifestly unfounded again and again (Article 23(2))."""

    WARN = "warn"
    SUSPEND = "suspend"
    """Their notices are not taken until a day."""


class Measure(msgspec.Struct, frozen=True):
    id: int
    site_id: int
    email: str | None
    """None: forgotten."""
    lang: str | None
    kind: Against
    reason: str
    """As they are told."""
    unfounded: int
    notices: int
    made_by: int | None
    made_at: dt.datetime
    until: dt.datetime | None
    lifted_at: dt.datetime | None
    lifted_by: int | None
    told_at: dt.datetime | None

    def lasts(self, now: dt.datetime) -> bool:
        return self.until is not None and self.lifted_at is None and now < self.until
