"""An appeal: its writer's answer to a decision, and what somebody else made of it."""

import datetime as dt
import enum

import msgspec


class Outcome(enum.StrEnum):
    UPHELD = "upheld"
    """The decision stands."""
    REVERSED = "reversed"
    """It was wrong, and is taken back."""


class Appeal(msgspec.Struct, frozen=True):
    id: int
    site_id: int
    decision_id: int
    person_id: int | None
    """Who appealed; None for a guest."""
    text: str
    made_at: dt.datetime
    outcome: Outcome | None
    """None: it waits."""
    answer: str
    """To who appealed, in words of whoever decided it."""
    decided_by: int | None
    decided_at: dt.datetime | None
    alone: bool
    """Whoever decided it had decided before too: nobody else here could."""
    told_at: dt.datetime | None
