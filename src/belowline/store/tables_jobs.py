"""The tables of what follows from a comment: jobs, who follows what, and what they are told."""

import sqlalchemy as sa

from belowline.store.tables import Id, UtcTime, metadata

job = sa.Table(
    "job",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("key", sa.Text, unique=True),  # one waiting job for each key; null: as many as are added
    sa.Column("run_at", UtcTime, index=True),  # null: buried
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("claimed_until", UtcTime),
    sa.Column("error", sa.Text),  # of the last attempt
    sqlite_autoincrement=True,  # an id is never given twice: mails carry it
)

follower = sa.Table(  # a person, or a guest's proved address, as far as they want to hear from us
    "follower",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), unique=True),
    sa.Column("email", sa.Text, unique=True),  # of a guest; a person's stands with the person
    sa.Column("mails", sa.Text, nullable=False),  # none, at once, hourly, daily
    sa.Column("replies", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.true()),
    sa.Column("created_at", UtcTime, nullable=False),
    sqlite_autoincrement=True,  # an old mail's way out must never be another's
)

follow = sa.Table(
    "follow",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("follower_id", Id, sa.ForeignKey("follower.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # story, comment (replies to it), person
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("confirmed", sa.Boolean(create_constraint=False), nullable=False),  # a guest's, by the mailed link
    sa.Column("created_at", UtcTime, nullable=False),
    sa.UniqueConstraint("follower_id", "kind", "subject_id", name="follow_once"),
    sa.Index("follow_subject", "kind", "subject_id"),
    sqlite_autoincrement=True,
)

notification = sa.Table(
    "notification",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("follower_id", Id, sa.ForeignKey("follower.id"), nullable=False),
    sa.Column("comment_id", Id, sa.ForeignKey("comment.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),  # mention, reply, comment, person, story: the nearest to them
    sa.Column("follow_id", Id),  # what they follow that led to it; null: it was to them
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("read_at", UtcTime),
    sa.Column("mail_job", Id),  # the job whose mail tells it; null: none yet
    sa.Column("mailed_at", UtcTime),
    sa.UniqueConstraint("follower_id", "comment_id", name="notification_once"),
    sa.Index("notification_unmailed", "follower_id", sqlite_where=sa.text("mail_job IS NULL")),
    sqlite_autoincrement=True,
)
