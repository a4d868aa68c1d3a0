"""The time, handed in, so that tests own it."""

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]


def now() -> dt.datetime:
    """The present, UTC, to the microsecond."""
    return dt.datetime.now(dt.UTC)
