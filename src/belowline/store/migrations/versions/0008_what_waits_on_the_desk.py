"""what waits on the desk"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
            )
        )
        batch_op.add_column(sa.Column("unseen", sa.Boolean(), server_default=sa.false(), nullable=False))
    # What was there before is not new to the desk; its site is its story's.
    op.execute("UPDATE comment SET site_id = (SELECT story.site_id FROM story WHERE story.id = comment.story_id)")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(
            "comment_new",
            ["site_id", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'published' AND unseen = 1"),
            postgresql_where=sa.text("state = 'published' AND unseen"),
        )
        batch_op.create_index("comment_of_site", ["site_id", "id"], unique=False)
        batch_op.create_index(
            "comment_reported",
            ["site_id", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'published' AND report_count > 0"),
            postgresql_where=sa.text("state = 'published' AND report_count > 0"),
        )
        batch_op.create_index(
            "comment_unpublished",
            ["site_id", "state", "id"],
            unique=False,
            sqlite_where=sa.text("state != 'published'"),
            postgresql_where=sa.text("state != 'published'"),
        )

    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.add_column(sa.Column("new_count", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index("story_counts", ["site_id", "comment_count", "new_count"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.drop_index("story_counts")
        batch_op.drop_column("new_count")

    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index(
            "comment_unpublished",
            sqlite_where=sa.text("state != 'published'"),
            postgresql_where=sa.text("state != 'published'"),
        )
        batch_op.drop_index(
            "comment_reported",
            sqlite_where=sa.text("state = 'published' AND report_count > 0"),
            postgresql_where=sa.text("state = 'published' AND report_count > 0"),
        )
        batch_op.drop_index("comment_of_site")
        batch_op.drop_index(
            "comment_new",
            sqlite_where=sa.text("state = 'published' AND unseen = 1"),
            postgresql_where=sa.text("state = 'published' AND unseen"),
        )
        batch_op.drop_column("unseen")
        batch_op.drop_column("site_id")
