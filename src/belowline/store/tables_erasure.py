"""The tables of erasure: who asked for it, and how far it has come."""

import sqlalchemy as sa

from belowline.store.tables import Id, UtcTime, metadata

erasure = sa.Table(  # gone when it is done
    "erasure",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), unique=True),  # null: a guest, by the addresses below
    sa.Column("texts", sa.Text, nullable=False),  # remove, keep
    sa.Column("asked_at", UtcTime, nullable=False),
    sa.Column("due_at", UtcTime, nullable=False, index=True),
    sa.Column("phase", sa.Integer, nullable=False, server_default="0"),  # 0: it has not begun
    sa.Column("names", sa.JSON, nullable=False),  # to be found in others' mentions
    sa.Column("emails", sa.JSON, nullable=False),  # keyed hashes, to find comments that were never claimed
    sa.Column("after", Id, nullable=False, server_default="0"),  # the last of others' comments that was looked at
    sqlite_autoincrement=True,
)

erasing = sa.Table(  # comments that belong to nobody already and whose traces are still to go
    "erasing",
    metadata,
    sa.Column("erasure_id", Id, sa.ForeignKey("erasure.id"), primary_key=True, autoincrement=False),
    sa.Column("story_id", Id, sa.ForeignKey("story.id"), primary_key=True, autoincrement=False),
    sa.Column("comment_id", Id, sa.ForeignKey("comment.id"), primary_key=True, autoincrement=False),
    # Nothing quotes it any more; what is still there then is under legal hold.
    sa.Column("scrubbed", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
    sqlite_with_rowid=False,
)
