"""Asks the service of a site about a comment before it is written, in bounded time.

    POST <url>                                     JSON: site, story, text, name, lang, parent, signed_in
    Belowline-Timestamp, Belowline-Signature       rules/signing.py
    → 200 {"outcome": "hold", "score": 0.8, "reason": "for the moderator", "sentence": "for the writer"}

Who does not answer well and in time counts as the site chose: published, or held. A service that fails again and again
is left alone for a while, and no more than a few comments wait for one at once: the rest are judged without it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec

from belowline import outgoing
from belowline.clock import Clock
from belowline.errors import Unavailable
from belowline.model.evidence import External, Outcome
from belowline.model.external import ExternalCheck, Target
from belowline.rules import signing
from belowline.store import external
from belowline.store.db import Database

AT_ONCE = 16  # comments that wait for one service
FAILURES = 5  # in a row, then it is left alone …
PAUSE_S = 30.0  # … for so long
LOOK_EVERY_S = 5.0  # whether any site has a service at all

Find = Callable[[], Awaitable[Target | None]]


class Answer(msgspec.Struct, frozen=True):
    """What a service may say; more is not read."""

    outcome: Outcome
    score: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    reason: str = ""
    sentence: str = ""


class Asker:
    """Knows the services that are asked, how many wait for each, and which are left alone."""

    def __init__(self, db: Database, clock: Clock, timer: Callable[[], float] = time.monotonic) -> None:
        self._db, self._clock, self._timer = db, clock, timer
        self._any, self._looked = False, float("-inf")
        self._waiting: defaultdict[str, int] = defaultdict(int)
        self._failed: defaultdict[str, int] = defaultdict(int)
        self._alone_until: dict[str, float] = {}

    async def about_new(self, slug: str, text: str, more: dict[str, Any]) -> External | None:
        """What is said of a comment for a story; None where the site asks nobody."""
        if not await self._anybody():
            return None
        return await self._about(await self._db.read(external.of_story, slug), text, more)

    async def about_changed(self, comment_id: int, text: str, more: dict[str, Any]) -> External | None:
        if not await self._anybody():
            return None
        return await self._about(await self._db.read(external.of_comment, comment_id), text, more)

    async def _anybody(self) -> bool:
        now = self._timer()
        if now - self._looked > LOOK_EVERY_S:
            self._any, self._looked = await self._db.read(external.any_at_all), now
        return self._any

    async def _about(self, target: Target | None, text: str, more: dict[str, Any]) -> External | None:
        if target is None or not text.strip():
            return None
        check, url = target.check, target.check.url
        if self._waiting[url] >= AT_ONCE:
            return _failed(check, "too many comments wait for it")
        if self._timer() < self._alone_until.get(url, float("-inf")):
            return _failed(check, "it failed several times and is left alone for a while")
        self._waiting[url] += 1
        try:
            asked = self._ask(target, text, more)
            said = await asyncio.wait_for(asked, check.timeout_ms / 1000)
        except (TimeoutError, Unavailable, msgspec.MsgspecError, UnicodeDecodeError) as error:
            self._failed[url] += 1
            if self._failed[url] >= FAILURES:
                self._failed[url], self._alone_until[url] = 0, self._timer() + PAUSE_S
            return _failed(check, "no answer in time" if isinstance(error, TimeoutError) else "no good answer")
        finally:
            self._waiting[url] -= 1
        self._failed[url] = 0
        reason = said.reason[:300] or ("" if said.outcome == Outcome.PUBLISH else "The site's own service asks for it.")
        return External(said.outcome, said.score, reason, said.sentence[:300])

    async def _ask(self, target: Target, text: str, more: dict[str, Any]) -> Answer:
        story = {"slug": target.story_slug, "url": target.story_url, "title": target.story_title}
        body = msgspec.json.encode({"site": target.site_key, "story": story, "text": text, **more})
        headers = signing.headers(target.check.secret, body, int(self._clock().timestamp()))
        answer = await outgoing.send_json(target.check.url, body, headers, private=target.check.private)
        return msgspec.json.decode(answer, type=Answer)


def _failed(check: ExternalCheck, why: str) -> External:
    asks = Outcome(check.on_failure)
    sentence = "A moderator will look at your comment first." if asks == Outcome.HOLD else ""
    return External(asks, 0.0, f"The site's own service was not heard: {why}.", sentence)
