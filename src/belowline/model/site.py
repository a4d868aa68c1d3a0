"""A site: one publication, its origins and its rules of the house."""

import msgspec


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one site allows. Kept as JSON beside the site, so that a new rule needs no migration."""

    max_comment_chars: int = 10_000
    edit_window_s: int = 600
    close_after_days: int | None = None
    """Discussions close this many days after publication; None keeps them open."""
    hold_all: bool = False
    """Every comment waits for a moderator."""
    hold_links_from: int = 4
    """A comment with this many links or more waits for a moderator."""
    staff_names: tuple[str, ...] = ()
    """Names that no guest may use or imitate; the site's own name is always among them."""


class Site(msgspec.Struct, frozen=True):
    id: int
    key: str
    """Short name in addresses and in the embed's `site` attribute: a-z, 0-9 and hyphens."""
    name: str
    lang: str
    """BCP 47 tag of the interface and of stories that do not say."""
    origins: tuple[str, ...]
    """Origins (scheme://host[:port]) whose pages may embed, post and announce new stories."""
    policy: Policy
