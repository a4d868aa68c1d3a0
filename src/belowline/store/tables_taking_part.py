"""The tables of taking part: votes, reports, mutes, visits. A `reader` is model.reader.Reader.key."""

import sqlalchemy as sa

from belowline.store.tables import Id, UtcTime, metadata

vote = sa.Table(
    "vote",
    metadata,
    # One tree, in this order: a reader's votes under a story lie together, and a vote needs no second index.
    sa.Column("reader", sa.Text, primary_key=True),
    sa.Column("story_id", Id, sa.ForeignKey("story.id"), primary_key=True, autoincrement=False),
    sa.Column("comment_id", Id, sa.ForeignKey("comment.id"), primary_key=True, autoincrement=False),
    sa.Column("value", sa.SmallInteger, nullable=False),  # 1 respect, -1 down
    sa.Column("reason", sa.Text),  # of a down-vote
    sa.Column("cast_at", UtcTime, nullable=False),
    sa.Column("import_run_id", Id),  # the import that brought it
    sqlite_with_rowid=False,
)

report = sa.Table(
    "report",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("comment_id", Id, sa.ForeignKey("comment.id"), nullable=False),
    sa.Column("reader", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),  # one of the site's, as its reader saw it
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("outcome", sa.Text),  # the state that a moderator gave the comment; null: waits
    sa.Column("settled_at", UtcTime),
    sa.UniqueConstraint("comment_id", "reader", name="report_once"),
)
sa.Index(
    "report_waits",
    report.c.comment_id,
    sqlite_where=report.c.outcome.is_(None),
    postgresql_where=report.c.outcome.is_(None),
)

mute = sa.Table(
    "mute",
    metadata,
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True, autoincrement=False),
    sa.Column("muted_id", Id, sa.ForeignKey("person.id"), primary_key=True, autoincrement=False),
    sa.Column("muted_at", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)

visit = sa.Table(  # up to when a person has seen a discussion; guests' browsers remember it themselves
    "visit",
    metadata,
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True, autoincrement=False),
    sa.Column("story_id", Id, sa.ForeignKey("story.id"), primary_key=True, autoincrement=False),
    sa.Column("seen_at", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)
