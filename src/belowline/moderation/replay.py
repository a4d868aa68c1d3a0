"""Judges again what was sent, in the order in which it came, under other rules: what would have become of it.

The facts are rebuilt from the kept comments in one pass. Exact: rates of persons and stories, time since the last
comment, the same and nearly the same texts of two weeks, languages, hosts, word lists. Approximate, because what
stood then is not kept: a text is judged as it reads now; reports, holds and removals count from the moment when their
comment was sent; network addresses are known for two weeks. Left out: sanctions (who was banned sent nothing), quotes
of comments from before the replay, what an outside service said, and all that was refused at the time, which is kept
nowhere. What followed from a comment is what followed in truth, not what would have followed.
"""

from collections import Counter, defaultdict, deque
from typing import TypeVar

import msgspec

from belowline.model.evidence import Draft, Facts, Outcome, Print, Recent, Verdict, Words
from belowline.model.site import Policy
from belowline.moderation import prints

_MINUTE_US, _HOUR_US, _DAY_US = 60_000_000, 3_600_000_000, 86_400_000_000
_PRINTS_US, _RECORD_US = 14 * _DAY_US, 90 * _DAY_US
_EACH = 30
"""Comments compared for each mark, as when a comment is sent (store/facts.py)."""


_Key = TypeVar("_Key", int, str)


class Kept(msgspec.Struct, frozen=True):
    """A comment that was sent, as it is kept."""

    comment_id: int
    draft: Draft
    writer: str | None
    address: str | None
    staff: bool
    sent_us: int
    outcome: Outcome
    """When it was sent."""
    troubled: bool
    """Reported, held or taken down, then or later."""
    taken_down: bool
    stands: bool


class Place(msgspec.Struct, frozen=True):
    """What holds for every comment under a story."""

    site_name: str
    staff_names: tuple[str, ...]
    site_hosts: frozenset[str]
    languages: tuple[str, ...]
    text: str
    """What may be quoted of the story."""


class Rules(msgspec.Struct, frozen=True):
    """What is tried, or what it is compared with."""

    policy: Policy
    words: Words | None = None
    allowed_domains: frozenset[str] = frozenset()
    blocked_domains: frozenset[str] = frozenset()

    def over(self, facts: Facts) -> Facts:
        return msgspec.structs.replace(
            facts, words=self.words, allowed_domains=self.allowed_domains, blocked_domains=self.blocked_domains
        )


class _Sent(msgspec.Struct, frozen=True):
    """What is remembered of a comment for those that come after."""

    comment_id: int
    story_id: int
    writer: str | None
    print: Print
    sent_us: int


class History:
    """What was sent up to now, so far as it is a fact for the next comment. `standing_before`: published comments of
    writers from before the replay, filled in by the caller for those it meets."""

    def __init__(self) -> None:
        self.standing: Counter[str] = Counter()
        self._removed: defaultdict[str, deque[int]] = defaultdict(deque)
        self._writers: defaultdict[str, deque[int]] = defaultdict(deque)
        self._addresses: defaultdict[str, deque[int]] = defaultdict(deque)
        self._stories: defaultdict[int, deque[int]] = defaultdict(deque)
        self._hours: defaultdict[int, deque[int]] = defaultdict(deque)
        self._troubles: defaultdict[int, deque[int]] = defaultdict(deque)
        self._last: dict[tuple[int, str], int] = {}
        self._marks: defaultdict[int, deque[_Sent]] = defaultdict(lambda: deque(maxlen=_EACH))
        self._texts: dict[int, tuple[int | None, str]] = {}

    def facts(self, of: Kept, place: Place) -> Facts:
        now, writer, story_id = of.sent_us, of.writer, of.draft.story_id
        last = self._last.get((story_id, writer)) if writer else None
        return Facts(
            site_name=place.site_name,
            site_hosts=place.site_hosts,
            staff_names=place.staff_names,
            languages=place.languages,
            staff=of.staff,
            published_before=self.standing[writer] if writer else None,
            removed_lately=_count(self._removed, writer, now - _RECORD_US),
            person_last_minute=_count(self._writers, writer, now - _MINUTE_US),
            address_last_minute=_count(self._addresses, of.address, now - _MINUTE_US),
            story_last_minute=_count(self._stories, story_id, now - _MINUTE_US),
            story_last_hour=_count(self._hours, story_id, now - _HOUR_US),
            holds_last_hour=_count(self._troubles, story_id, now - _HOUR_US),
            since_last_s=None if last is None else (now - last) / 1e6,
            recent=self._recent(of),
            quotable=self._quotable(of, place) if ">" in of.draft.text else None,
        )

    def add(self, of: Kept) -> None:
        story_id, writer = of.draft.story_id, of.writer
        self._stories[story_id].append(of.sent_us)
        self._hours[story_id].append(of.sent_us)
        if of.troubled:
            self._troubles[story_id].append(of.sent_us)
        self._texts[of.comment_id] = (of.draft.parent_id, of.draft.text)
        if of.address:
            self._addresses[of.address].append(of.sent_us)
        if writer:
            self._writers[writer].append(of.sent_us)
            self._last[story_id, writer] = of.sent_us
            self.standing[writer] += of.stands
            if of.taken_down:
                self._removed[writer].append(of.sent_us)
        own = prints.take(of.draft.text)
        sent = _Sent(of.comment_id, story_id, writer, own, of.sent_us)
        for mark in prints.marks(own):
            self._marks[mark].append(sent)

    def _recent(self, of: Kept) -> tuple[Recent, ...]:
        if of.staff:
            return ()
        found = {
            one.comment_id: one
            for mark in prints.marks(prints.take(of.draft.text))
            if mark in self._marks
            for one in self._marks[mark]
            if one.sent_us > of.sent_us - _PRINTS_US
        }
        story_id, writer = of.draft.story_id, of.writer
        return tuple(
            Recent(one.print, writer is not None and one.writer == writer, one.story_id == story_id, one.comment_id)
            for one in found.values()
        )

    def _quotable(self, of: Kept, place: Place) -> tuple[str, ...] | None:
        """None where a comment above was sent before the replay."""
        texts, above = [place.text], of.draft.parent_id
        while above is not None:
            if above not in self._texts:
                return None
            above, text = self._texts[above]
            texts.append(text)
        return tuple(texts)


def _count(by: defaultdict[_Key, deque[int]], key: _Key | None, since: int) -> int:
    """How many since then; those before are forgotten, for time only rises."""
    times = by.get(key) if key else None
    while times and times[0] <= since:
        times.popleft()
    return len(times) if times else 0


# --- what comes of it ---------------------------------------------------------------------------------


class Change(msgspec.Struct, frozen=True):
    """A comment that would fare otherwise."""

    comment_id: int
    before: Outcome
    after: Outcome
    reasons: tuple[str, ...]
    """Of the steps that ask for what it would be now; of those that asked before, where none does."""


class Tally:
    """How many would fare how, and the first `listed` of those that would fare otherwise."""

    def __init__(self, listed: int = 1_000) -> None:
        self.judged = 0
        self.outcomes: Counter[tuple[Outcome, Outcome]] = Counter()
        """(before, after)"""
        self.changes: list[Change] = []
        self._listed = listed

    @property
    def changed(self) -> int:
        return sum(count for (before, after), count in self.outcomes.items() if before != after)

    def after(self, outcome: Outcome) -> int:
        return sum(count for (_, new), count in self.outcomes.items() if new == outcome)

    def before(self, outcome: Outcome) -> int:
        return sum(count for (old, _), count in self.outcomes.items() if old == outcome)

    def note(self, of: Kept, before: Outcome, was: Verdict | None, now: Verdict) -> None:
        self.judged += 1
        self.outcomes[before, now.outcome] += 1
        if before != now.outcome and len(self.changes) < self._listed:
            self.changes.append(
                Change(of.comment_id, before, now.outcome, _reasons(now) or (_reasons(was) if was else ()))
            )


def _reasons(verdict: Verdict) -> tuple[str, ...]:
    if verdict.outcome == Outcome.PUBLISH:
        return ()
    return tuple(found.reason for found in verdict.evidence if found.asks == verdict.outcome)
