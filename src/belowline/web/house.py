"""What the handlers share: database, shelf, builder, clock, tokens, limits. Made once, handed in."""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
import time
from collections import deque
from collections.abc import Callable

from itsdangerous import BadSignature, Signer, URLSafeSerializer
from litestar.di import NamedDependency

from belowline.clock import Clock
from belowline.errors import TooMany
from belowline.jobs.loop import Loop
from belowline.settings import Settings
from belowline.snapshots.build import Builder
from belowline.snapshots.render import Renderer
from belowline.snapshots.shelf import Shelf
from belowline.store.db import Database
from belowline.web import language
from belowline.web.external import Asker
from belowline.web.issuers import Documents
from belowline.web.live import Live
from belowline.words import by_number, choose

MAX_ADDRESSES = 100_000  # remembered at once by the limits; the oldest are forgotten beyond it


class Random:
    """Random bytes from the system, a supply at a time: each call hands the interpreter to other threads, and getting
    it back from a busy one takes longer than all else that an answer needs."""

    def __init__(self) -> None:
        self._left = b""

    def take(self, count: int) -> bytes:
        """None of them is ever given again."""
        if len(self._left) < count:
            self._left = secrets.token_bytes(4096)
        taken, self._left = self._left[:count], self._left[count:]
        return taken


class Tokens:
    """Signed marks by which a writer without an account is known."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._random = Random().take
        self._one = Signer(secret, salt="comment", digest_method=hashlib.sha256)
        self._guest = Signer(secret, salt="guest", digest_method=hashlib.sha256)
        self._report = Signer(secret, salt="report", digest_method=hashlib.sha256)
        self._correction = Signer(secret, salt="correction", digest_method=hashlib.sha256)
        self._many = Signer(secret, salt="own comments", digest_method=hashlib.sha256)
        self._under_way = URLSafeSerializer(secret, salt="under way", signer_kwargs={"digest_method": hashlib.sha256})

    def for_comment(self, comment_id: int) -> str:
        return self._one.sign(str(comment_id)).decode()

    def is_for(self, comment_id: int, token: str) -> bool:
        try:
            return self._one.unsign(token) == str(comment_id).encode()
        except BadSignature:
            return False

    def seal(self, purpose: str, values: dict[str, str], until: dt.datetime) -> str:
        """What a sign-in that is under way must find again: signed, readable by its own browser, for one purpose."""
        return str(self._under_way.dumps([purpose, values, until.timestamp()]))

    def unseal(self, purpose: str, sealed: str | None, now: dt.datetime) -> dict[str, str] | None:
        try:
            kept_for, values, until = self._under_way.loads(sealed or "")
        except (BadSignature, ValueError):
            return None
        return dict(values) if kept_for == purpose and until > now.timestamp() else None

    def cookie(self, comment_ids: list[int]) -> str:
        """The comments that this browser has written, newest last."""
        return self._many.sign("-".join(map(str, comment_ids))).decode()

    def new_guest(self) -> tuple[str, str]:
        """A mark for a browser, by which it is known again, and its token; it says nothing of its reader."""
        mark = base64.urlsafe_b64encode(self._random(16)).rstrip(b"=").decode()
        return mark, self._guest.sign(mark).decode()

    def guest(self, token: str | None) -> str | None:
        """The mark in a good token."""
        if not token:
            return None
        try:
            return self._guest.unsign(token).decode()
        except (BadSignature, ValueError):
            return None

    def for_correction(self, correction_id: int) -> str:
        return self._correction.sign(str(correction_id)).decode()

    def correction(self, token: str) -> int | None:
        return _number(self._correction, token)

    def address(self, place: str) -> str:
        """A keyed hash of a network address, by which what comes from it is counted and nobody finds the address."""
        return hmac.new(self._secret, b"address\0" + place.encode(), hashlib.sha256).hexdigest()[:24]

    def for_report(self, report_id: int) -> str:
        return self._report.sign(str(report_id)).decode()

    def report(self, token: str) -> int | None:
        return _number(self._report, token)

    def in_cookie(self, value: str | None) -> list[int]:
        try:
            return [int(part) for part in self._many.unsign(value or "").split(b"-")]
        except (BadSignature, ValueError):
            return []


def _number(signer: Signer, token: str) -> int | None:
    """The number in a good token."""
    try:
        return int(signer.unsign(token))
    except (BadSignature, ValueError):
        return None


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
            sentence = by_number(
                wait,
                f"That was quick. Please wait {wait} second, then send it again.",
                f"That was quick. Please wait {wait} seconds, then send it again.",
            )
            raise TooMany(sentence, retry_after=wait)
        times.append(now)
        if len(self._times) > MAX_ADDRESSES:
            del self._times[next(iter(self._times))]


class Crowd:
    """At most `most` different guests from one address at one thing in `window_s`; in memory, this process only."""

    def __init__(self, most: int, window_s: float = 86_400, timer: Callable[[], float] = time.monotonic) -> None:
        self._most, self._window, self._timer = most, window_s, timer
        self._seen: dict[tuple[str, int], dict[str, float]] = {}

    def check(self, address: str, thing: int, guest: str) -> None:
        """Counts this guest, once. Raises TooMany where the others are too many already."""
        now = self._timer()
        guests = self._seen.pop((address, thing), {})
        guests = {one: at for one, at in guests.items() if now - at < self._window}
        self._seen[address, thing] = guests
        if guest not in guests and len(guests) >= self._most:
            raise TooMany("Too many votes on this comment came from your network today.", retry_after=3600)
        guests[guest] = now
        if len(self._seen) > MAX_ADDRESSES:
            del self._seen[next(iter(self._seen))]


class House:
    def __init__(
        self, settings: Settings, db: Database, shelf: Shelf, builder: Builder, clock: Clock, tokens: Tokens
    ) -> None:
        self.settings = settings
        self.db = db
        self.shelf = shelf
        self.build = builder
        self.clock = clock
        self.tokens = tokens
        self.jobs: Loop  # made from the same parts, in app.py
        self.live = Live(db)
        self.external = Asker(db, clock)
        shelf.told = self.live.hear
        self.posts = Limit(settings.posts_per_minute)
        self.issuers = Documents(settings.private_issuers)
        self.signins = Limit(settings.signins_per_minute)
        self.previews = Limit(settings.posts_per_minute * 6)
        self.votes = Limit(settings.posts_per_minute * 12)
        self.reports = Limit(settings.posts_per_minute * 3, 3600)
        self.new_guests = Limit(settings.posts_per_minute * 6, 3600)
        self.exports = Limit(10, 3600)
        self.crowd = Crowd(settings.guests_per_address)

    @property
    def render(self) -> Renderer:
        """In the language of the request that is being answered."""
        return self.build.render.speaking(language.asked() or "en")

    def speaking(self, *tags: str | None) -> Renderer:
        """The same, with the languages of the place for readers who have said none of ours."""
        return self.build.render.speaking(choose(language.asked(), *tags))


Here = NamedDependency[House]
"""How handlers ask for it."""
