"""Takes an import back."""

import datetime as dt
from collections import Counter

import sqlalchemy as sa

from belowline.errors import Conflict, NotFound
from belowline.model.comment import COUNTED_DEPTH, State
from belowline.store import import_undo, imports, log
from belowline.transfer import ballots

NAMED = 5


def take_back(conn: sa.Connection, run_id: int, now: dt.datetime, actor: int | None = None) -> tuple[int, int]:
    """Removes the stories and comments of a run: how many of each.

    Raises NotFound, and Conflict where a reader (or a later import) has answered one of its comments or
    written under a story that it made: nothing is removed then.
    """
    found = imports.run(conn, run_id)
    if found is None or found.undone_at is not None:
        raise NotFound(f"There is no import {run_id} to take back; “belowline import runs” lists them.")
    answers = import_undo.answers_to_run(conn, run_id, NAMED + 1)
    if answers:
        named = ", ".join(map(str, answers[:NAMED])) + ("…" if len(answers) > NAMED else "")
        raise Conflict(f"Import {run_id} stays: others have answered since (comments {named}).", code="answered-since")
    ballots.recount(conn, import_undo.take_votes(conn, run_id))
    import_undo.lift_bans(conn, run_id, now)
    touched = import_undo.stories_of_run(conn, run_id)
    removed = import_undo.drop_run(conn, run_id)
    for story_id in touched:
        recount(conn, story_id)
    imports.mark_undone(conn, run_id, now)
    said = {"run": run_id, "source": found.source, "stories": removed[0], "comments": removed[1]}
    log.append(conn, now, "import-undone", said, actor, found.site_id)
    return removed


def recount(conn: sa.Connection, story_id: int) -> None:
    """Sets what is counted in a story by what is there; tombstones without replies leave the discussion."""
    rows = import_undo.rows_of_story(conn, story_id)
    parents = {row.id: row.parent_id for row in rows}
    replies: Counter[int] = Counter()
    descendants: Counter[int] = Counter()
    changed, published, threads = [], 0, 0
    for row in rows:  # deepest first: a comment's replies are counted when its turn comes
        shown = row.state == State.PUBLISHED or replies[row.id] > 0
        published += row.state == State.PUBLISHED
        threads += shown and row.parent_id is None
        if shown and row.parent_id is not None:
            replies[row.parent_id] += 1
            above, steps = row.parent_id, 0
            while above is not None and steps < COUNTED_DEPTH:
                descendants[above] += 1
                above, steps = parents[above], steps + 1
        if (row.shown, row.reply_count) != (shown, replies[row.id]) or row.descendant_count != descendants[row.id]:
            counts = {"reply_count": replies[row.id], "descendant_count": descendants[row.id]}
            changed.append(dict(row._mapping) | {"shown": shown} | counts)
    imports.set_places(conn, changed)
    import_undo.set_story_counts(conn, story_id, published, threads)
