"""What takes a run of an import back, in steps; what its rows had been counted into is counted again."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.model.story import Closing
from belowline.store.tables import comment, import_run, metadata, pingback, story
from belowline.store.tables_corrections import correction
from belowline.store.tables_moderation import sanction
from belowline.store.tables_taking_part import vote


def answers_to_run(conn: sa.Connection, run_id: int, limit: int) -> list[int]:
    """Comments that are not of the run and answer one of its comments, or stand under a story that it made."""
    parent = comment.alias("parent")
    c = comment.c
    of_others = sa.or_(c.import_run_id.is_(None), c.import_run_id != run_id)
    below = sa.select(c.id).join(parent, parent.c.id == c.parent_id).where(parent.c.import_run_id == run_id, of_others)
    beside = sa.select(c.id).join(story, story.c.id == c.story_id).where(story.c.import_run_id == run_id, of_others)
    return list(conn.execute(sa.union(below, beside).limit(limit)).scalars())


def mark_begun(conn: sa.Connection, run_id: int, now: dt.datetime) -> None:
    """From now on its stories take no comments: the reader would lose what they wrote."""
    r = import_run.c
    conn.execute(sa.update(import_run).where(r.id == run_id, r.undo_begun_at.is_(None)).values(undo_begun_at=now))
    conn.execute(sa.update(story).where(story.c.import_run_id == run_id).values(closing=Closing.CLOSED))


def note(conn: sa.Connection, run_id: int, comments: int, stories: int) -> None:
    """Adds to what is taken back already."""
    r = import_run.c
    more = {"undone_comments": r.undone_comments + comments, "undone_stories": r.undone_stories + stories}
    conn.execute(sa.update(import_run).where(r.id == run_id).values(**more))


# --- what there is to take back -------------------------------------------------------------------


def threads_of_run(conn: sa.Connection, run_id: int) -> list[tuple[int, int]]:
    """(first comment, how many comments of the run) of each thread that holds some."""
    c = comment.c
    root = sa.func.coalesce(c.root_id, c.id)
    found = sa.select(root, sa.func.count()).where(c.import_run_id == run_id).group_by(root).order_by(root)
    return [(root_id, number) for root_id, number in conn.execute(found)]


def voted_by_run(conn: sa.Connection, run_id: int) -> list[int]:
    """Comments of others to which the run brought votes."""
    v = vote.c
    ours = sa.select(comment.c.id).where(comment.c.import_run_id == run_id)
    found = sa.select(v.comment_id).where(v.import_run_id == run_id, v.comment_id.not_in(ours)).distinct()
    return list(conn.execute(found).scalars())


def stories_of_run(conn: sa.Connection, run_id: int) -> list[int]:
    """That it made."""
    return list(conn.execute(sa.select(story.c.id).where(story.c.import_run_id == run_id)).scalars())


def rows_of_threads(conn: sa.Connection, roots: list[int]) -> list[Any]:
    """All comments of threads, whoever wrote them, deepest first."""
    c = comment.c
    thread = sa.select(c.id).where(c.id.in_(roots)).cte("thread", recursive=True)
    thread = thread.union_all(sa.select(c.id).where(c.parent_id == thread.c.id))
    about = (c.id, c.story_id, c.parent_id, c.depth, c.state, c.shown, c.unseen, c.import_run_id)
    counts = (c.child_pos, c.child_seq, c.reply_count, c.descendant_count)
    found = sa.select(*about, *counts).join(thread, thread.c.id == c.id)
    return list(conn.execute(found.order_by(c.depth.desc(), c.id.desc())))


# --- one step -------------------------------------------------------------------------------------


def drop_comments(conn: sa.Connection, ids: list[int]) -> int:
    """`ids`: replies before what they answer."""
    for column in _pointing_to(comment):
        conn.execute(sa.delete(column.table).where(column.in_(ids)))
    return conn.execute(sa.delete(comment).where(comment.c.id.in_(ids))).rowcount


def drop_stories(conn: sa.Connection, ids: list[int]) -> int:
    """Stories without comments, with what else is kept about them."""
    for column in (pingback.c.story_id, *_pointing_to(story)):
        conn.execute(sa.delete(column.table).where(column.in_(ids)))
    return conn.execute(sa.delete(story).where(story.c.id.in_(ids))).rowcount


def drop_the_rest(conn: sa.Connection, run_id: int) -> None:
    """Pingbacks and corrections under stories that stay."""
    conn.execute(sa.delete(pingback).where(pingback.c.import_run_id == run_id))
    unanswered = correction.c.answered_by.is_(None)  # what the newsroom answered here since is its own
    conn.execute(sa.delete(correction).where(correction.c.import_run_id == run_id, unanswered))


def _pointing_to(table: sa.Table) -> list[sa.Column[Any]]:
    """What else is kept about its rows: verdicts, revisions, votes, reports."""
    every = (fk for other in metadata.sorted_tables for fk in other.foreign_keys)
    return [fk.parent for fk in every if fk.column is table.c.id and fk.parent.table not in (comment, story, pingback)]


def comments_under(conn: sa.Connection, stories: list[int], limit: int) -> list[int]:
    return list(conn.execute(sa.select(comment.c.id).where(comment.c.story_id.in_(stories)).limit(limit)).scalars())


def take_votes(conn: sa.Connection, run_id: int, comments: list[int]) -> list[tuple[int, int]]:
    """Deletes the votes that the run brought to these comments: (comment, value) of each."""
    v = vote.c
    theirs = sa.delete(vote).where(v.import_run_id == run_id, v.comment_id.in_(comments))
    return [(comment_id, value) for comment_id, value in conn.execute(theirs.returning(v.comment_id, v.value))]


def lift_bans(conn: sa.Connection, run_id: int, now: dt.datetime) -> None:
    """Bans that the run brought end; they stay to be read, as all sanctions do."""
    s = sanction.c
    last = sa.update(sanction).where(s.import_run_id == run_id, s.lifted_at.is_(None))
    conn.execute(last.values(lifted_at=now))


def shift_counts(conn: sa.Connection, story_id: int, comments: int, threads: int, new: int) -> None:
    s = story.c
    more = {"comment_count": comments, "thread_count": threads, "new_count": new}
    conn.execute(sa.update(story).where(s.id == story_id).values(**{name: s[name] + by for name, by in more.items()}))
