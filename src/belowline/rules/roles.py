"""What a role allows, and which badge it wears."""

from belowline.model.person import Role
from belowline.rules.names import skeleton

_RANK = {role: rank for rank, role in enumerate(Role)}


def at_least(role: Role, least: Role) -> bool:
    return _RANK[role] >= _RANK[least]


def works_here(role: Role) -> bool:
    """Writes for the publication: may use its name, and nobody else may use theirs."""
    return at_least(role, Role.AUTHOR)


def may_moderate(role: Role) -> bool:
    return at_least(role, Role.MODERATOR)


def badge(role: Role, name: str, story_author: str | None) -> str | None:
    """ "author" under one's own story, "staff" elsewhere, for those who work here; None for everybody else."""
    if not works_here(role):
        return None
    return "author" if story_author and skeleton(story_author) == skeleton(name) else "staff"


def claimed(value: object) -> Role | None:
    """The role that a login names, alone or in a list (then the highest that we know); None if we know none."""
    named = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
    known = [Role(one.casefold()) for one in named if one.casefold() in set(Role)]
    return max(known, key=lambda role: _RANK[role], default=None)
