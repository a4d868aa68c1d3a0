"""What the handlers share: database, shelf, builder, clock, tokens, limits. Made once, handed in."""

import hashlib
import time
from collections import deque
from collections.abc import Callable

from itsdangerous import BadSignature, Signer
from litestar.di import NamedDependency

from belowline.clock import Clock
from belowline.errors import TooMany
from belowline.settings import Settings
from belowline.snapshots.build import Builder
from belowline.snapshots.shelf import Shelf
from belowline.store.db import Database
from belowline.web.live import Live

MAX_ADDRESSES = 100_000  # remembered at once by the limits; the oldest are forgotten beyond it


class Tokens:
    """Signed marks by which a writer without an account is known."""

    def __init__(self, secret: str) -> None:
        self._one = Signer(secret, salt="comment", digest_method=hashlib.sha256)
        self._many = Signer(secret, salt="own comments", digest_method=hashlib.sha256)

    def for_comment(self, comment_id: int) -> str:
        return self._one.sign(str(comment_id)).decode()

    def is_for(self, comment_id: int, token: str) -> bool:
        try:
            return self._one.unsign(token) == str(comment_id).encode()
        except BadSignature:
            return False

    def cookie(self, comment_ids: list[int]) -> str:
        """The comments that this browser has written, newest last."""
        return self._many.sign("-".join(map(str, comment_ids))).decode()

    def in_cookie(self, value: str | None) -> list[int]:
        try:
            return [int(part) for part in self._many.unsign(value or "").split(b"-")]
        except (BadSignature, ValueError):
            return []


class Limit:
    """At most `most` in any `window_s` seconds for one address; in memory, this process only."""

    def __init__(self, most: int, window_s: float = 60, timer: Callable[[], float] = time.monotonic) -> None:
        self._most, self._window, self._timer = most, window_s, timer
        self._times: dict[str, deque[float]] = {}

    def check(self, address: str) -> None:
        """Counts one. Raises TooMany with the seconds to wait."""
        now = self._timer()
        times = self._times.pop(address, None) or deque(maxlen=self._most)
        self._times[address] = times  # the last used stands last
        if len(times) == self._most and now - times[0] < self._window:
            wait = int(self._window - (now - times[0])) + 1
            raise TooMany(f"That was quick. Please wait {wait} seconds, then send it again.", retry_after=wait)
        times.append(now)
        if len(self._times) > MAX_ADDRESSES:
            del self._times[next(iter(self._times))]


class House:
    def __init__(
        self, settings: Settings, db: Database, shelf: Shelf, builder: Builder, clock: Clock, tokens: Tokens
    ) -> None:
        self.settings = settings
        self.db = db
        self.shelf = shelf
        self.build = builder
        self.render = builder.render
        self.clock = clock
        self.tokens = tokens
        self.live = Live(db)
        shelf.told = self.live.hear
        self.posts = Limit(settings.posts_per_minute)
        self.previews = Limit(settings.posts_per_minute * 6)


Here = NamedDependency[House]
"""How handlers ask for it."""
