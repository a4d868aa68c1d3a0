"""What jobs work with: the database, the clock, the settings, the words of mails, and the shelf to tell."""

from collections.abc import Callable

import msgspec

from belowline.actions.follows import Marks
from belowline.clock import Clock
from belowline.settings import Settings
from belowline.snapshots.render import Renderer
from belowline.store.db import Database


def elsewhere(tags: set[str]) -> None:
    """The shelf stands in another process, which sees by itself that the database has changed (shelf._look_around)."""


class Tools(msgspec.Struct, frozen=True):
    db: Database
    clock: Clock
    settings: Settings
    render: Renderer
    marks: Marks
    touch: Callable[[set[str]], None] = elsewhere
    """Says which pages show something else now."""
