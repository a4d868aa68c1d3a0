"""A service of the publication's own that is asked about each comment before it is judged."""

from typing import Annotated, Literal

import msgspec

Url = Annotated[str, msgspec.Meta(max_length=500)]


class ExternalCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where it is, and what holds when it does not answer."""

    url: Url
    """https; plain http and private addresses only where `private` says so."""
    secret: Annotated[str, msgspec.Meta(min_length=16, max_length=200)]
    """Shared; signs what is asked."""
    timeout_ms: Annotated[int, msgspec.Meta(ge=50, le=5_000)] = 1_000
    """A comment waits no longer for it."""
    on_failure: Literal["publish", "hold"] = "publish"
    """What the step asks for where there was no good answer in time."""
    private: bool = False
    """Whether it may stand in a private network, or speak plain http."""


class Target(msgspec.Struct, frozen=True):
    """Whose service is asked about a comment, and where the comment will stand."""

    site_key: str
    story_slug: str
    story_url: str | None
    story_title: str
    check: ExternalCheck
