"""A reader says that something in a story is wrong, and the newsroom answers in public."""

import datetime as dt
import enum

import msgspec


class Became(enum.StrEnum):
    WAITS = "waits"
    ACCEPTED = "accepted"
    """The story was corrected and bears the answer as a stamp."""
    DECLINED = "declined"
    """The newsroom says why the story stands as it is."""
    CLOSED = "closed"
    """Not answered in public: abuse, or asked before."""


class Correction(msgspec.Struct, frozen=True):
    id: int
    story_id: int
    reader: str
    """model.reader.Reader.key"""
    person_id: int | None
    name: str
    """As they want to be named in the answer; "" leaves them unnamed."""
    passage: str
    """The words of the story, with what stands around them, as a W3C text-quote selector."""
    prefix: str
    suffix: str
    claim: str
    """What is wrong, in the reader's words."""
    source: str
    """Where one can see that."""
    created_at: dt.datetime
    became: Became
    answer: str
    """The newsroom's, in public."""
    answered_by: int | None
    answered_at: dt.datetime | None
