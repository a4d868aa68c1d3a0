"""Takes an import back, in steps of one transaction each.

After every step the counts are right, others write in between, and who is broken off is finished by beginning again:
a run says how much of it is gone already. While it lasts the stories that the run made take no comments.
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from belowline.errors import Conflict, NotFound
from belowline.model.comment import COUNTED_DEPTH, State
from belowline.store import import_undo, imports, jobs, log
from belowline.store.db import Database
from belowline.transfer import ballots
from belowline.transfer.turns import REST_S

NAMED = 5
STEP = 2_000
"""Comments in one transaction."""
STORIES = 200
"""In one transaction."""


class Piece(msgspec.Struct, frozen=True):
    """One step's work."""

    what: Literal["threads", "votes", "stories"]
    ids: tuple[int, ...]
    size: int
    """About how many comments, votes or stories."""


def in_steps(
    db: Database,
    run_id: int,
    now: dt.datetime,
    actor: int | None = None,
    *,
    until: float | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> tuple[int, int] | None:
    """How many stories and comments, with rests in which others write; None where `until` (of time.monotonic) came
    before its end. Raises as `begin` and `take`."""
    with db.transaction() as conn:
        begin(conn, run_id, now)
    while whole := db.read_now(lambda conn: list(pieces(conn, run_id))):
        total, done = sum(piece.size for piece in whole), 0
        for piece in whole:
            if until is not None and time.monotonic() > until:
                return None
            with db.transaction() as conn:
                take(conn, run_id, piece)
            done += piece.size
            if tell:
                tell(done, total)
            time.sleep(REST_S)
    with db.transaction() as conn:
        return finish(conn, run_id, now, actor)


def begin(conn: sa.Connection, run_id: int, now: dt.datetime) -> None:
    """Marks the run. Raises NotFound, and Conflict where a reader (or a later import) has answered one of its comments
    or written under a story that it made: nothing is changed then."""
    _standing(conn, run_id)
    _must_be_free(run_id, import_undo.answers_to_run(conn, run_id, NAMED + 1))
    import_undo.mark_begun(conn, run_id, now)


def order(conn: sa.Connection, run_id: int, now: dt.datetime, actor: int) -> None:
    """Begins it and leaves the rest to a job. Raises as `begin`."""
    begin(conn, run_id, now)
    jobs.add(conn, "take_back", {"run": run_id, "actor": actor}, now)


def pieces(conn: sa.Connection, run_id: int) -> Iterator[Piece]:
    """What is left to do. A thread of more than a step is cut from its end, so it comes in several."""
    yield from _cut("votes", import_undo.voted_by_run(conn, run_id), STEP)
    roots: list[int] = []
    size = 0
    for root, number in import_undo.threads_of_run(conn, run_id):
        if roots and size + number > STEP:
            yield Piece("threads", tuple(roots), size)
            roots, size = [], 0
        while number > STEP:
            yield Piece("threads", (root,), STEP)
            number -= STEP  # noqa: PLW2901
        roots, size = [*roots, root], size + number
    if roots:
        yield Piece("threads", tuple(roots), size)
    yield from _cut("stories", import_undo.stories_of_run(conn, run_id), STORIES)


def _cut(what: Literal["votes", "stories"], ids: list[int], most: int) -> Iterator[Piece]:
    for start in range(0, len(ids), most):
        some = tuple(ids[start : start + most])
        yield Piece(what, some, len(some))


def take(conn: sa.Connection, run_id: int, piece: Piece) -> None:
    """One step. Raises Conflict where somebody has answered just now: what is left then stays."""
    ids = list(piece.ids)
    if piece.what == "votes":
        ballots.recount(conn, import_undo.take_votes(conn, run_id, ids))
    elif piece.what == "threads":
        import_undo.note(conn, run_id, _take_threads(conn, run_id, ids), 0)
    else:
        _must_be_free(run_id, import_undo.comments_under(conn, ids, NAMED + 1))
        import_undo.note(conn, run_id, 0, import_undo.drop_stories(conn, ids))


def finish(conn: sa.Connection, run_id: int, now: dt.datetime, actor: int | None) -> tuple[int, int]:
    """(stories, comments) that were taken back in all."""
    found = _standing(conn, run_id)
    import_undo.drop_the_rest(conn, run_id)
    import_undo.lift_bans(conn, run_id, now)
    imports.mark_undone(conn, run_id, now)
    removed = found.undone_stories, found.undone_comments
    said = {"run": run_id, "source": found.source, "stories": removed[0], "comments": removed[1]}
    log.append(conn, now, "import-undone", said, actor, found.site_id)
    return removed


def _standing(conn: sa.Connection, run_id: int) -> Any:
    found = imports.run(conn, run_id)
    if found is None or found.undone_at is not None:
        raise NotFound(f"There is no import {run_id} to take back; “belowline import runs” lists them.")
    return found


def _must_be_free(run_id: int, answers: list[int]) -> None:
    if answers:
        named = ", ".join(map(str, answers[:NAMED])) + ("…" if len(answers) > NAMED else "")
        raise Conflict(f"Import {run_id} stays: others have answered since (comments {named}).", code="answered-since")


def _take_threads(conn: sa.Connection, run_id: int, roots: list[int]) -> int:
    """Removes what the run has in these threads, of one that is long only its end; how many comments."""
    rows = import_undo.rows_of_threads(conn, roots)
    ours = {row.id for row in rows if row.import_run_id == run_id}
    _must_be_free(run_id, [row.id for row in rows if row.parent_id in ours and row.id not in ours])
    gone = [row.id for row in rows if row.id in ours][: 2 * STEP if len(roots) > 1 else STEP]
    going = set(gone)
    left = [row for row in rows if row.id not in going]
    before = _tally(rows, {row.id: row.shown for row in rows})
    changed = _recount(left)
    shown = {row.id: row.shown for row in left} | {row["id"]: row["shown"] for row in changed}
    after = _tally(left, shown)
    removed = import_undo.drop_comments(conn, gone)
    imports.set_places(conn, changed)
    for story_id, counts in before.items():
        now_there = after.get(story_id, (0, 0, 0))
        import_undo.shift_counts(conn, story_id, *(new - old for new, old in zip(now_there, counts, strict=True)))
    return removed


def _tally(rows: list[Any], shown: dict[int, bool]) -> dict[int, tuple[int, int, int]]:
    """Published comments, threads, and comments that no moderator has looked at, of each story."""
    kinds: dict[int, Counter[str]] = {}
    for row in rows:
        published = row.state == State.PUBLISHED
        counts = kinds.setdefault(row.story_id, Counter())
        counts["published"] += published
        counts["threads"] += shown[row.id] and row.parent_id is None
        counts["new"] += published and row.unseen
    return {story_id: (one["published"], one["threads"], one["new"]) for story_id, one in kinds.items()}


def _recount(rows: list[Any]) -> list[dict[str, Any]]:
    """The comments of whole threads, deepest first, whose counts are not what is there; tombstones without replies
    leave the discussion."""
    parents = {row.id: row.parent_id for row in rows}
    replies: Counter[int] = Counter()
    descendants: Counter[int] = Counter()
    changed = []
    for row in rows:  # deepest first: a comment's replies are counted when its turn comes
        shown = row.state == State.PUBLISHED or replies[row.id] > 0
        if shown and row.parent_id is not None:
            replies[row.parent_id] += 1
            above, steps = row.parent_id, 0
            while above is not None and steps < COUNTED_DEPTH:
                descendants[above] += 1
                above, steps = parents[above], steps + 1
        if (row.shown, row.reply_count) != (shown, replies[row.id]) or row.descendant_count != descendants[row.id]:
            counts = {"reply_count": replies[row.id], "descendant_count": descendants[row.id]}
            place = {"shown": shown, "child_pos": row.child_pos if shown else 0}
            changed.append(dict(row._mapping) | place | counts)
    return changed
