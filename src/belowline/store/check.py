"""The self-check: are the counts that we keep the counts that there are?"""

from collections import Counter

import sqlalchemy as sa

from belowline.model.comment import COUNTED_DEPTH, State
from belowline.rules.ranking import RANKINGS
from belowline.rules.ranking.newcomers import is_young
from belowline.store.tables import comment, story
from belowline.store.tables_taking_part import report, vote


def wrong_counts(conn: sa.Connection) -> list[str]:
    """One sentence for each count that is wrong; memory for one story's comments at a time."""
    found: list[str] = []
    for story_id, comments, threads in conn.execute(
        sa.select(story.c.id, story.c.comment_count, story.c.thread_count).order_by(story.c.id)
    ).all():
        found += _wrong_in_story(conn, story_id, comments, threads)
        found += _wrong_votes(conn, story_id)
    return found + _wrong_on_the_desk(conn)


def _wrong_on_the_desk(conn: sa.Connection) -> list[str]:
    """What the desk's queues and counts rest on."""
    c = comment.c
    astray = sa.select(c.id).join(story, story.c.id == c.story_id).where(story.c.site_id != c.site_id)
    found = [f"Comment {one}: its site is not that of its story" for one in conn.execute(astray).scalars()]
    is_new = sa.case((sa.and_(c.state == "published", c.unseen), 1), else_=0)
    counted = sa.func.coalesce(sa.func.sum(is_new), 0)
    new = sa.select(story.c.id, story.c.new_count, counted).join(comment, c.story_id == story.c.id, isouter=True)
    for story_id, kept, is_ in conn.execute(new.group_by(story.c.id).having(story.c.new_count != counted)):
        found.append(f"Story {story_id}: new {kept}, counted {is_}")
    return found


def _wrong_votes(conn: sa.Connection, story_id: int) -> list[str]:
    """Votes and waiting reports of a story's comments against what the comments keep of them."""
    c = comment.c
    cast: Counter[tuple[int, int]] = Counter()
    for comment_id, value in conn.execute(
        sa.select(vote.c.comment_id, vote.c.value).where(vote.c.story_id == story_id)
    ):
        cast[comment_id, value] += 1
    waits = sa.select(report.c.comment_id).join(comment, c.id == report.c.comment_id)
    waiting = Counter(conn.execute(waits.where(c.story_id == story_id, report.c.outcome.is_(None))).scalars())
    brought = (c.respect_imported, c.down_imported)  # numbers of a source that did not say whose votes they were
    kept = sa.select(c.id, c.respect_count, c.down_count, c.best, c.best_by, c.young, c.report_count, *brought)
    wrong: list[str] = []
    for one in conn.execute(kept.where(c.story_id == story_id)):
        votes = one.respect_count, one.down_count
        counted = cast[one.id, 1] + one.respect_imported, cast[one.id, -1] + one.down_imported
        if votes != counted:
            wrong.append(f"Comment {one.id}: votes {votes}, counted {counted}")
        if one.best != RANKINGS[one.best_by](*votes) or one.young != is_young(*votes):
            wrong.append(f"Comment {one.id}: place {one.best} by {one.best_by} is not that of its votes {votes}")
        if one.report_count != waiting[one.id]:
            wrong.append(f"Comment {one.id}: reports {one.report_count}, counted {waiting[one.id]}")
    return wrong


def _wrong_in_story(conn: sa.Connection, story_id: int, comments: int, threads: int) -> list[str]:
    c = comment.c
    rows = conn.execute(
        sa.select(c.id, c.parent_id, c.state, c.shown, c.reply_count, c.descendant_count).where(c.story_id == story_id)
    ).all()
    parents = {row.id: row.parent_id for row in rows}
    replies: Counter[int] = Counter()
    descendants: Counter[int] = Counter()
    for row in rows:
        if not row.shown:
            continue
        replies[row.parent_id] += 1
        above, steps = row.parent_id, 0
        while above is not None and steps < COUNTED_DEPTH:
            descendants[above] += 1
            above, steps = parents[above], steps + 1
    right = {
        "comments": (comments, sum(row.state == State.PUBLISHED for row in rows)),
        "threads": (threads, sum(row.shown and row.parent_id is None for row in rows)),
    }
    wrong = [f"Story {story_id}: {what} {kept}, counted {is_}" for what, (kept, is_) in right.items() if kept != is_]
    for row in rows:
        kept, counted = (row.reply_count, row.descendant_count), (replies[row.id], descendants[row.id])
        if kept != counted:
            wrong.append(f"Comment {row.id}: replies {kept}, counted {counted}")
        if row.shown != (row.state == State.PUBLISHED or replies[row.id] > 0):
            wrong.append(f"Comment {row.id}: shown is {row.shown}, state {row.state}, {replies[row.id]} shown replies")
    return wrong
