"""From a writer to the database: what the steps refuse is counted on the way back (actions/refusals.py)."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

import sqlalchemy as sa

from belowline.actions import refusals
from belowline.actions.comments import Changed
from belowline.errors import Refused
from belowline.web.house import House

P = ParamSpec("P")


async def send(
    house: House, work: Callable[Concatenate[sa.Connection, P], Changed], *args: P.args, **kwargs: P.kwargs
) -> Changed:
    """Does `work` (post or edit) in a transaction. Raises as it does."""
    try:
        return await house.db.write(work, *args, **kwargs)
    except Refused as refused:
        await house.db.write(refusals.count, refused, house.clock())
        raise
