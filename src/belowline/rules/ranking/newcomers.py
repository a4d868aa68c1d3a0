"""A place for newcomers, so that early votes do not decide for ever.

Who stands on top is read, who is read gets votes. So every fifth place of the first page belongs to a
young comment, one with few votes, the newest first: it is seen while it is still being judged. Stored
votes alone decide who is young; no clock and no dice, so that a page stays the same until a vote changes it.
"""

from collections.abc import Sequence

EVERY = 5
"""Each such place is a newcomer's."""
FEW = 5
"""With fewer votes than this a comment is young: enough that one friend's vote does not end its turn."""


def is_young(respect: int, down: int) -> bool:
    return respect + down < FEW


def mixed(ranked: Sequence[int], young: Sequence[int]) -> tuple[list[int], list[int]]:
    """Ids in their order on the first page, and those of them that came by a newcomer's place.

    `ranked`: best first. `young`: newest first, a subset of the discussion's comments. Nobody stands twice:
    a young comment that ranks high enough keeps its own place.
    """
    order: list[int] = []
    placed: set[int] = set()
    lifted: list[int] = []
    waiting = iter(young)
    rest = iter(ranked)
    while True:
        fifth = len(order) % EVERY == EVERY - 1
        one = next((i for i in waiting if i not in placed), None) if fifth else None
        if one is not None:
            lifted.append(one)
        else:
            one = next((i for i in rest if i not in placed), None)
        if one is None:
            return order, lifted
        order.append(one)
        placed.add(one)
