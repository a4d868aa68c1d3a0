"""The table of browsers that are told by web push."""

import sqlalchemy as sa

from belowline.store.tables import Id, UtcTime, metadata

push = sa.Table(
    "push",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("follower_id", Id, sa.ForeignKey("follower.id", ondelete="CASCADE"), nullable=False, index=True),
    # Who signs out there is told nothing there any more.
    sa.Column("session_id", Id, sa.ForeignKey("session.id", ondelete="CASCADE"), nullable=False, unique=True),
    sa.Column("endpoint", sa.Text, nullable=False, unique=True),  # where the browser's push service takes messages
    sa.Column("p256dh", sa.Text, nullable=False),  # the browser's public key, base64url
    sa.Column("auth", sa.Text, nullable=False),  # its secret
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("told", Id, nullable=False),  # the last notice that it was told of
    sa.Column("telling", Id, nullable=False),  # the last that the message under way tells of
    sa.Column("job_id", Id),  # whose message that is: a second try says the same
    sqlite_autoincrement=True,
)
