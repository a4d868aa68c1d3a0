"""What jobs work with: the database, the clock, the settings, and the words of mails."""

import msgspec

from belowline.actions.follows import Marks
from belowline.clock import Clock
from belowline.settings import Settings
from belowline.snapshots.render import Renderer
from belowline.store.db import Database


class Tools(msgspec.Struct, frozen=True):
    db: Database
    clock: Clock
    settings: Settings
    render: Renderer
    marks: Marks
