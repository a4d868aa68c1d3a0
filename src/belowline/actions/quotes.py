"""What a comment quotes, kept so that it can be found again after small edits of where it stands."""

from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from belowline.errors import Invalid
from belowline.model.ids import RowId
from belowline.model.story import Story
from belowline.store import comments

Around = Annotated[str, msgspec.Meta(max_length=64)]


class Quote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A passage of a comment in the same discussion, or of the story."""

    exact: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
    prefix: Around = ""
    """What stands just before it, a few words."""
    suffix: Around = ""
    comment: RowId | None = None
    """None: the story."""


def kept(conn: sa.Connection, story: Story, quotes: tuple[Quote, ...]) -> list[dict[str, Any]] | None:
    """The quotes as W3C selectors (https://www.w3.org/TR/annotation-model/#text-quote-selector).

    Raises Invalid for a quote of a comment that is not in this discussion.
    """
    ids = [one.comment for one in quotes if one.comment is not None]
    known = comments.shown(conn, ids)
    if any(one not in known or known[one].story_id != story.id for one in ids):
        raise Invalid("What you quote is not in this discussion.", fields={"quotes": "Not in this discussion."})
    return [_selector(story, one) for one in quotes] or None


def _selector(story: Story, quote: Quote) -> dict[str, Any]:
    words = {"exact": quote.exact, "prefix": quote.prefix, "suffix": quote.suffix}
    return {
        "type": "SpecificResource",
        "source": f"/stories/{story.slug}" if quote.comment is None else f"/comments/{quote.comment}",
        "selector": {"type": "TextQuoteSelector", **words},
    }
