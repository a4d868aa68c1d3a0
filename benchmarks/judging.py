"""What it costs to judge a comment, on one core, in processor time: the steps, the model, the facts, a replay."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from belowline.actions import comments as act
from belowline.actions import replay
from belowline.actions import sites as site_act
from belowline.actions.people import Caller
from belowline.actions.stories import NewStory, add
from belowline.clock import now
from belowline.model.evidence import Draft, Facts
from belowline.model.site import Policy
from belowline.moderation.classifier import classify
from belowline.moderation.pipeline import judge
from belowline.moderation.words import Matcher, Term
from belowline.rules.text import comment_html
from belowline.store import migrate
from belowline.store.db import Database
from benchmarks import fill

COMMENTS = 2_000
WORDS = 100_000  # on the site's list


class Found(NamedTuple):
    steps_ms: float
    """All steps but the model, with a word list of WORDS terms."""
    model_ms: float
    replay_per_s: float
    """Each comment judged twice: under today's rules and under those that are tried."""


def measure(folder: Path) -> Found:
    texts = fill.texts()[:COMMENTS]
    words = Matcher(Term(f"mischief{number}") for number in range(WORDS))
    drafts = [Draft(text, comment_html(text), "Ann Reader", 1, None, None) for text in texts]
    facts, rules = Facts(site_name="Mile", languages=("en",), words=words), Policy(classifier=False)
    classify(["warm"])
    steps = _each(lambda: [judge(draft, facts, rules) for draft in drafts], len(drafts))
    model = _each(lambda: [classify([text]) for text in texts], len(texts))
    return Found(steps * 1000, model * 1000, _replay(folder, texts))


def _each(work: Callable[[], object], count: int) -> float:
    """Seconds of processor time for one of them."""
    started = time.process_time()
    work()
    return (time.process_time() - started) / count


def _replay(folder: Path, texts: list[str]) -> float:
    migrate.upgrade(folder / "judging.sqlite3", now())
    db = Database(folder / "judging.sqlite3")
    with db.transaction() as conn:
        site_act.add(conn, "main", "The Measured Mile", policy=fill.UNHURRIED)
        story = add(conn, NewStory(title="Judged again"), now())
        for number, text in enumerate(texts):
            new = act.NewComment(name="Ann Reader", text=text)
            act.post(conn, story.slug, new, Caller(guest=f"guest {number % 300}"), now())
        run = replay.begin(conn, "main", replay.Trial(policy={"hold_links_from": 2}), now())
        judged = replay.finish(conn, run).judged
        run = replay.begin(conn, "main", replay.Trial(policy={"hold_links_from": 2}), now())
        took = _each(lambda: replay.finish(conn, run), judged)
    db.close()
    return 1 / took
