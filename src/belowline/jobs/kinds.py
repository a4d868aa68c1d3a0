"""Every kind of job, by the name under which it is queued, and a loop that knows them all."""

from collections.abc import Callable

from belowline.actions.follows import Marks
from belowline.clock import Clock
from belowline.jobs import (
    confirm,
    correction,
    erase,
    erasure_mail,
    forget,
    mail,
    newsroom,
    notify,
    push,
    refreeze,
    retain,
    take_back,
    tell,
    upload,
    webhook,
)
from belowline.jobs.loop import Loop, Run
from belowline.jobs.tools import Tools, elsewhere
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
    "push": push.run,
    "forget": forget.run,
    "retain": retain.run,
    "refreeze": refreeze.run,
    "upload": upload.run,
    "take_back": take_back.run,
    "erase": erase.run,
    "erase_due": erase.queue_due,
    "erasure_mail": erasure_mail.run,
}
DAILY = ("forget", "retain", "erase_due")


def loop(
    db: Database,
    clock: Clock,
    settings: Settings,
    renderer: Renderer,
    secret: str,
    touch: Callable[[set[str]], None] = elsewhere,
) -> Loop:
    return Loop(db, Tools(db, clock, settings, renderer, Marks(secret), touch), KINDS, clock, DAILY)
