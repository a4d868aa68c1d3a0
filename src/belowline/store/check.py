"""The self-check: are the counts that we keep the counts that there are?"""

from collections import Counter

import sqlalchemy as sa

from belowline.model.comment import COUNTED_DEPTH, State
from belowline.store.tables import comment, story


def wrong_counts(conn: sa.Connection) -> list[str]:
    """One sentence for each count that is wrong; memory for one story's comments at a time."""
    found: list[str] = []
    for story_id, comments, threads in conn.execute(
        sa.select(story.c.id, story.c.comment_count, story.c.thread_count).order_by(story.c.id)
    ).all():
        found += _wrong_in_story(conn, story_id, comments, threads)
    return found


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
