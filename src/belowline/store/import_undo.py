"""What takes a run of an import back: its rows go, and what they had been counted into is counted again."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.store.tables import comment, metadata, pingback, story
from belowline.store.tables_corrections import correction
from belowline.store.tables_moderation import sanction
from belowline.store.tables_taking_part import vote


def stories_of_run(conn: sa.Connection, run_id: int) -> list[int]:
    """Stories that the run made or brought comments or pingbacks to."""
    found = sa.union(
        sa.select(story.c.id).where(story.c.import_run_id == run_id),
        sa.select(comment.c.story_id).where(comment.c.import_run_id == run_id),
        sa.select(pingback.c.story_id).where(pingback.c.import_run_id == run_id),
    )
    return list(conn.execute(found).scalars())


def answers_to_run(conn: sa.Connection, run_id: int, limit: int) -> list[int]:
    """Comments that are not of the run and answer one of its comments, or stand under a story that it made."""
    parent = comment.alias("parent")
    c = comment.c
    of_others = sa.or_(c.import_run_id.is_(None), c.import_run_id != run_id)
    below = sa.select(c.id).join(parent, parent.c.id == c.parent_id).where(parent.c.import_run_id == run_id, of_others)
    beside = sa.select(c.id).join(story, story.c.id == c.story_id).where(story.c.import_run_id == run_id, of_others)
    return list(conn.execute(sa.union(below, beside).limit(limit)).scalars())


def drop_run(conn: sa.Connection, run_id: int) -> tuple[int, int]:
    """Deletes what the run brought: (stories, comments). The counts of other stories are left to `recount`."""
    for table in (comment, story):
        ours = sa.select(table.c.id).where(table.c.import_run_id == run_id)
        for column in _pointing_to(table):
            conn.execute(sa.delete(column.table).where(column.in_(ours)))
    comments = conn.execute(sa.delete(comment).where(comment.c.import_run_id == run_id)).rowcount
    conn.execute(sa.delete(pingback).where(pingback.c.import_run_id == run_id))
    unanswered = correction.c.answered_by.is_(None)  # what the newsroom answered here since is its own
    conn.execute(sa.delete(correction).where(correction.c.import_run_id == run_id, unanswered))
    stories = conn.execute(sa.delete(story).where(story.c.import_run_id == run_id)).rowcount
    return stories, comments


def _pointing_to(table: sa.Table) -> list[sa.Column[Any]]:
    """What else is kept about its rows: verdicts, revisions, votes, reports."""
    every = (fk for other in metadata.sorted_tables for fk in other.foreign_keys)
    return [fk.parent for fk in every if fk.column is table.c.id and fk.parent.table not in (comment, story, pingback)]


def take_votes(conn: sa.Connection, run_id: int) -> list[tuple[int, int]]:
    """Deletes the votes that the run brought to comments of others: (comment, value) of each."""
    v = vote.c
    ours = sa.select(comment.c.id).where(comment.c.import_run_id == run_id)
    theirs = sa.delete(vote).where(v.import_run_id == run_id, v.comment_id.not_in(ours))
    return [(comment_id, value) for comment_id, value in conn.execute(theirs.returning(v.comment_id, v.value))]


def lift_bans(conn: sa.Connection, run_id: int, now: dt.datetime) -> None:
    """Bans that the run brought end; they stay to be read, as all sanctions do."""
    s = sanction.c
    last = sa.update(sanction).where(s.import_run_id == run_id, s.lifted_at.is_(None))
    conn.execute(last.values(lifted_at=now))


def rows_of_story(conn: sa.Connection, story_id: int) -> list[sa.Row[Any]]:
    """(id, parent_id, state, shown, child_pos, child_seq, reply_count, descendant_count), deepest first."""
    c = comment.c
    columns = (c.id, c.parent_id, c.state, c.shown, c.child_pos, c.child_seq, c.reply_count, c.descendant_count)
    return list(conn.execute(sa.select(*columns).where(c.story_id == story_id).order_by(c.depth.desc(), c.id)))


def set_story_counts(conn: sa.Connection, story_id: int, comments: int, threads: int) -> None:
    c = comment.c
    new = sa.select(sa.func.count()).where(c.story_id == story_id, c.state == "published", c.unseen).scalar_subquery()
    counts = {"comment_count": comments, "thread_count": threads, "new_count": new}
    conn.execute(sa.update(story).where(story.c.id == story_id).values(**counts))
