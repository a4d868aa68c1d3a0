"""Tries other rules on what was sent in the last days, in pieces, so that nobody waits for it.

    run = replay.begin(conn, "main", Trial(policy={"hold_links_from": 2}), now)     on a reader
    while replay.go_on(conn, run): ...                                             each on a reader; run.share
    run.tally                                                                      what would be otherwise

Then actions.sites.set_policy and actions.lists.put make it hold from now on. Nothing is written here.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from belowline.actions import facts as fact_act
from belowline.actions import lists, ready_lists
from belowline.actions import sites as site_act
from belowline.actions.comments import access_story
from belowline.actions.lists import Kind
from belowline.errors import Invalid
from belowline.model.site import Site
from belowline.moderation.pipeline import judge
from belowline.moderation.replay import History, Kept, Place, Rules, Tally
from belowline.moderation.steps import classifier
from belowline.rules import access
from belowline.store import people
from belowline.store import replay as store

PIECE = 500  # comments judged in one go: a fifth of a second of a reader's thread
MAX_DAYS = 400
FEWEST_SCORES = 100


class Trial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is tried."""

    policy: dict[str, Any] = {}
    """Rules by their names, as actions.sites.set_policy takes them."""
    lists: dict[tuple[Kind, str], list[str]] = {}
    """Lines by kind and language, instead of the list that the site has."""
    days: int = 30
    against: Literal["rules", "kept"] = "rules"
    """Compare with today's rules, judged again; or with what the comments got when they were sent, which shows what
    other steps or another model change."""


class Run:
    """A trial under way."""

    def __init__(self, site: Site, trial: Trial, tried: Site, since: dt.datetime, first: int, last: int) -> None:
        self.site, self.trial, self.tried, self.since = site, trial, tried, since
        self.tally, self.history = Tally(), History()
        self.first, self.after, self.last = first, first - 1, last
        self.places: dict[int, Place] = {}
        self.rules: dict[tuple[int, bool], Rules] = {}
        self.met: set[str] = set()
        self.staff_names: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Done, from 0 to 1."""
        return min(1.0, (self.after - self.first + 1) / max(1, self.last - self.first + 1))


def begin(conn: sa.Connection, site_key: str, trial: Trial, now: dt.datetime) -> Run:
    """Raises NotFound, and Invalid for rules and lists that could not be set."""
    site = site_act.access_key(conn, site_key)
    if not 1 <= trial.days <= MAX_DAYS:
        raise Invalid(f"A replay goes back 1 to {MAX_DAYS} days.", fields={"days": f"1 to {MAX_DAYS}"})
    tried = msgspec.structs.replace(site, policy=site_act.changed_policy(site, trial.policy))
    for (kind, _), lines in trial.lists.items():
        lists.read(kind, lines)
    since = now - dt.timedelta(days=trial.days)
    run = Run(site, trial, tried, since, *store.span(conn, since))
    run.staff_names = (site.name, *people.staff_names(conn, site.id))
    return run


def go_on(conn: sa.Connection, run: Run) -> bool:
    """Judges the next PIECE; False when all is done."""
    rows, run.after = store.sent(conn, run.site.id, run.after, run.last, PIECE)
    counts = max(run.site.policy.hold_first, run.tried.policy.hold_first)
    for sender, kept in rows:
        if counts and kept.writer and kept.writer not in run.met:
            run.met.add(kept.writer)
            run.history.standing[kept.writer] += store.standing_before(conn, run.site.id, sender, run.since, counts)
        _try(conn, run, kept)
    return run.after < run.last


def finish(conn: sa.Connection, run: Run, told: Callable[[float], None] = lambda _share: None) -> Tally:
    """All of it in one go, for commands."""
    more = True
    while more:
        more = go_on(conn, run)
        told(run.share)
    return run.tally


def _try(conn: sa.Connection, run: Run, kept: Kept) -> None:
    facts = run.history.facts(kept, _place(conn, run, kept.draft.story_id))
    run.history.add(kept)
    tried = _rules(conn, run, kept, tried=True)
    after = judge(kept.draft, tried.over(facts), tried.policy)
    if run.trial.against == "kept":
        run.tally.note(kept, kept.outcome, None, after)
        return
    today = _rules(conn, run, kept, tried=False)
    before = judge(kept.draft, today.over(facts), today.policy)
    run.tally.note(kept, before.outcome, before, after)


def _place(conn: sa.Connection, run: Run, story_id: int) -> Place:
    if story_id not in run.places:
        story = access_story(conn, story_id)
        run.places[story_id] = Place(
            site_name=run.site.name,
            staff_names=run.staff_names,
            site_hosts=fact_act.hosts(run.site.origins, story.url),
            languages=(run.site.lang, story.lang),
            text=fact_act.story_words(story),
        )
    return run.places[story_id]


def _rules(conn: sa.Connection, run: Run, kept: Kept, tried: bool) -> Rules:
    """The rules under a story; lists compiled once for its languages."""
    story_id = kept.draft.story_id
    if (story_id, tried) not in run.rules:
        site = run.tried if tried else run.site
        story = access_story(conn, story_id)
        langs = (site.lang, story.lang)
        found = ready_lists.of_site(conn, site.id, langs, run.trial.lists if tried else {})
        run.rules[story_id, tried] = Rules(access.under(site, story).policy, **found)
    return run.rules[story_id, tried]


# --- by example ---------------------------------------------------------------------------------------


class Suggestion(msgspec.Struct, frozen=True):
    """A threshold of the model that would hold about the share that was asked for."""

    hold_from: float
    share: float
    """Of the comments that it would hold, of those that were scored."""
    scored: int
    enough: bool
    """Whether enough were scored by this model to go by."""


def by_example(conn: sa.Connection, site_key: str, share: float, now: dt.datetime, days: int = 30) -> Suggestion:
    """From the scores that the comments of the last days got when they were sent: the lowest `classifier_hold_from`
    that would have held no more than this share of them. Try it (`begin`) before it is set. Raises NotFound, Invalid.
    """
    if not 0 < share < 1:
        raise Invalid("A share is more than 0 and less than 1.", fields={"share": "0.05 for 5 %"})
    site = site_act.access_key(conn, site_key)
    first, last = store.span(conn, now - dt.timedelta(days=days))
    scores = store.scores(conn, site.id, first, last, classifier.NAME, classifier.VERSION)
    scored = sum(scores.values())
    held, threshold = 0, 1.001
    for score in sorted(scores, reverse=True):
        if held + scores[score] > share * scored:
            break
        held, threshold = held + scores[score], score
    return Suggestion(round(threshold, 3), held / scored if scored else 0.0, scored, scored >= FEWEST_SCORES)
