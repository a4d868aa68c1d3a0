"""What an import found again that the source had lost: whom a comment answers, and perhaps who wrote it."""

import datetime as dt
from typing import Literal

import msgspec

Reason = Literal["named", "quoted", "order"]


class FoundLink(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a comment probably answers the one it stands under (rules/threading.py)."""

    reason: Reason
    confidence: float
    """0 to 1: about the share of such guesses that were right where it was measured."""
    said: str | None = None
    """The name that the text calls, as understood."""
    lost: bool = False
    """That name is itself lost from the page: the comment answered is perhaps its bearer's."""


class FoundName(msgspec.Struct, frozen=True):
    """A name that later comments call, for a comment whose name the page has lost. Never shown as its name."""

    name: str
    confidence: float
    calls: int
    """How many later comments call it."""


class Correction(msgspec.Struct, frozen=True, omit_defaults=True):
    by: Literal["writer", "author", "moderator"]
    """The comment's writer, the story's author, or a moderator (or the operator's key)."""
    at: dt.datetime
    was: int | None = None
    """The comment that it stood under before; None: top level."""


class Found(msgspec.Struct, frozen=True, omit_defaults=True):
    """Kept with every comment of a list that had lost who answers whom, also where nothing was found."""

    link: FoundLink | None = None
    name: FoundName | None = None
    corrected: Correction | None = None
    """Set: where the comment stands now was said by somebody who may; `link` is what had been found."""

    @property
    def probable(self) -> FoundLink | None:
        """The link that is only a guess to this day."""
        return None if self.corrected else self.link
