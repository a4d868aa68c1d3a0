"""Every kind of job, by the name under which it is queued, and a loop that knows them all."""

from belowline.actions.follows import Marks
from belowline.clock import Clock
from belowline.jobs import confirm, correction, forget, mail, newsroom, notify, retain, tell, webhook
from belowline.jobs.loop import Loop, Run
from belowline.jobs.tools import Tools
from belowline.settings import Settings
from belowline.snapshots.render import Renderer
from belowline.store.db import Database

KINDS: dict[str, Run] = {
    "notify": notify.run,
    "mail": mail.run,
    "confirm": confirm.run,
    "tell": tell.run,
    "correction": correction.run,
    "newsroom": newsroom.run,
    "webhook": webhook.run,
    "forget": forget.run,
    "retain": retain.run,
}
DAILY = ("forget", "retain")


def loop(db: Database, clock: Clock, settings: Settings, renderer: Renderer, secret: str) -> Loop:
    return Loop(db, Tools(db, clock, settings, renderer, Marks(secret)), KINDS, clock, DAILY)
