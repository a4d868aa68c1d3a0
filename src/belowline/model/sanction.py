"""What keeps somebody from writing, or from being read at once: always told to them, never hidden."""

import datetime as dt
import enum

import msgspec


class Kind(enum.StrEnum):
    """In rising order of severity."""

    WARN = "warn"
    """They are told; nothing else follows."""
    HOLD = "hold"
    """All they write waits for a moderator."""
    SUSPEND = "suspend"
    """They cannot write until a day."""
    BAN = "ban"
    """They cannot write, until it is lifted."""


class Sanction(msgspec.Struct, frozen=True):
    id: int
    site_id: int | None
    """None: on every site here."""
    person_id: int | None
    guest: str | None
    """Mark of a guest's browser."""
    email_hash: str | None
    """Keyed hash of the address that a guest left."""
    kind: Kind
    reason: str
    """As they are told."""
    note: str
    """For moderators alone."""
    until: dt.datetime | None
    """None: until it is lifted."""
    made_by: int | None
    """None: the operator, or an import."""
    made_at: dt.datetime
    lifted_at: dt.datetime | None
    lifted_by: int | None

    def lasts(self, now: dt.datetime) -> bool:
        return self.lifted_at is None and (self.until is None or now < self.until)
