"""The desk's figures over the last days: how much comes, how much is held, how long it waits, how right we were."""

import datetime as dt
from collections import defaultdict

import msgspec
import sqlalchemy as sa

from belowline.model.evidence import Outcome
from belowline.rules import figures as rules
from belowline.store import figures as store
from belowline.store import second_looks
from belowline.store.tables import EPOCH


class StepFigure(msgspec.Struct, frozen=True):
    """A step that asked to hold comments which people then decided."""

    step: str
    decided: int
    removed: int
    """Of these, what people took down: the step was right."""

    @property
    def precision(self) -> float | None:
        return rules.share(self.removed, self.decided)


class Figures(msgspec.Struct, frozen=True):
    days: list[dt.date]
    published: list[int]
    """By day: what the pipeline let through at once."""
    held: list[int]
    decided: list[int]
    """By day: decisions by people."""
    wait_minutes: list[float | None]
    """By day of the decision: the median from being held to being decided."""
    held_share: float | None
    """Of all that was sent, in per cent."""
    median_wait_minutes: float | None
    undone: int
    people: int
    """The most who decided on one day."""
    appeals: int
    """Decided in the period."""
    reversed: int
    steps: list[StepFigure]
    second_looks: int
    alike: float | None
    """Of the second looks, how many said what had been decided, in per cent."""
    kappa: float | None
    """rules.figures.kappa of them."""

    @property
    def reversal_rate(self) -> float | None:
        return rules.share(self.reversed, self.appeals)


def figures(conn: sa.Connection, site_id: int, days: int, now: dt.datetime) -> Figures:
    """Of the last `days` days, today included. Costs as much as happened in them, whatever there was before."""
    since = now.replace(hour=0, minute=0, second=0, microsecond=0) - dt.timedelta(days=days - 1)
    span = store.days_between(since, now)
    came: dict[tuple[int, str], int] = {
        (one.day, one.outcome): one.many for one in store.judged_by_day(conn, site_id, since)
    }
    decided = {day: (many, people, undone) for day, many, people, undone in store.decided_by_day(conn, site_id, since)}
    waited = store.waited(conn, site_id, since)
    waits: dict[int, list[float]] = defaultdict(list)
    for one in waited:
        waits[one.decided_at // store.DAY_US].append((one.decided_at - one.held_at) / 60e6)
    held = [came.get((day, str(Outcome.HOLD)), 0) for day in span]
    published = [sum(came.get((day, str(one)), 0) for one in Outcome if one != Outcome.HOLD) for day in span]
    outcomes = store.appeals(conn, site_id, since)
    pairs = second_looks.pairs(conn, site_id, since)
    return Figures(
        days=[(EPOCH + dt.timedelta(days=day)).date() for day in span],
        published=published,
        held=held,
        decided=[decided.get(day, (0, 0, 0))[0] for day in span],
        wait_minutes=[rules.median(waits.get(day, [])) for day in span],
        held_share=rules.share(sum(held), sum(held) + sum(published)),
        median_wait_minutes=rules.median([one for many in waits.values() for one in many]),
        undone=sum(undone for _, _, undone in decided.values()),
        people=max((people for _, people, _ in decided.values()), default=0),
        appeals=len(outcomes),
        reversed=outcomes.count("reversed"),
        steps=_steps(waited),
        second_looks=len(pairs),
        alike=rules.share(sum(first == second for first, second in pairs), len(pairs)),
        kappa=rules.kappa(pairs),
    )


def _steps(waited: list[store.Waited]) -> list[StepFigure]:
    """Those first that held the most."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in waited:
        for step in {found["step"] for found in one.evidence if found["asks"] == str(Outcome.HOLD)}:
            counted[step][0] += 1
            counted[step][1] += one.state_after in ("removed", "spam")
    return sorted((StepFigure(step, *many) for step, many in counted.items()), key=lambda one: (-one.decided, one.step))
