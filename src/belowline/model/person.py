"""A person who signed in: who they are here, what they may do, where they are signed in."""

import datetime as dt
import enum

import msgspec


class Role(enum.StrEnum):
    """What a person is on one site, in rising order; each may do what those before it may."""

    READER = "reader"
    MEMBER = "member"
    """Subscribes, or otherwise belongs to the publication."""
    AUTHOR = "author"
    """Writes stories; has the author's badge under their own."""
    STAFF = "staff"
    MODERATOR = "moderator"
    EDITOR = "editor"
    ADMIN = "admin"


class Person(msgspec.Struct, frozen=True):
    id: int
    name: str
    about: str
    """A line about themselves, plain text."""
    picture: str | None
    """Print of their picture's bytes: /people/{id}/picture?v={picture}; None: they have none."""
    private: bool
    """Others see neither the line nor their comments in one place."""
    lang: str | None
    """BCP 47 tag they chose for pages and mails; None follows the site."""
    email: str | None
    """An address that they proved; for mails to them, shown to nobody else."""
    created_at: dt.datetime
    deleted_at: dt.datetime | None


ERASED = "Deleted reader"
"""The name on what somebody wrote who had themselves erased; pages say it in their own language."""


class Session(msgspec.Struct, frozen=True):
    id: int
    person_id: int
    kind: str
    """page: a cookie on our own pages; embed: tokens in a publisher's page."""
    site_id: int | None
    """The only site it is good for; None: all."""
    created_at: dt.datetime
    seen_at: dt.datetime
    expires_at: dt.datetime
    agent: str
    """The browser as it names itself, cut short."""


class SignedIn(msgspec.Struct, frozen=True):
    """Who asks, and by which of their sessions."""

    person: Person
    session: Session


class Proof(msgspec.Struct, frozen=True):
    """What a way in has proved about somebody."""

    method: str
    """email, jwt, oidc"""
    issuer: str
    """Who vouches for the subject; "" where the method needs nobody."""
    subject: str
    """The issuer's lasting name for the person."""
    name: str = ""
    """A name to begin with; "" lets the address or a number stand in."""
    email: str | None = None
    """Only an address that was proved."""
    site_id: int | None = None
    """The site whose login this is, and whose roles it may give."""
    role: Role | None = None
    """The role that the publication's own login gives; None leaves what is there."""
