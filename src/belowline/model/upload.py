"""A file that somebody has uploaded at the desk, to bring its discussions in."""

import datetime as dt
import enum
from typing import Any

import msgspec


class Wish(enum.StrEnum):
    """What is to be done with the file."""

    PREVIEW = "preview"
    """Say what would happen, and write nothing."""
    WHOLE = "whole"
    """Bring everything in; nothing, if a comment would be left out or the file breaks."""
    GOOD_PART = "good-part"
    """Bring in what can be; the receipt says what was left out."""


class Stage(enum.StrEnum):
    ARRIVING = "arriving"
    WORKING = "working"
    """The wish waits to be done, or is being done."""
    PREVIEWED = "previewed"
    DONE = "done"
    FAILED = "failed"
    """`error` says why. The wish can be tried again: what an import had brought in is known again."""


class Upload(msgspec.Struct, frozen=True):
    id: int
    site_id: int
    made_by: int
    made_at: dt.datetime
    source: str
    file: str
    """As the browser named it: for people, never a path."""
    place: str
    """Its name in the upload's own folder."""
    maps: dict[str, str]
    """Address prefixes of the source to those of the site."""
    threading: bool | None
    """Find again who answers whom; None only where the source has always lost it."""
    wish: Wish
    stage: Stage
    error: str
    receipt: Any
    """Of the wish that was done last."""
    run_id: int | None
    """The import that it became."""
    tries: int
    """How often work on the wish began."""
