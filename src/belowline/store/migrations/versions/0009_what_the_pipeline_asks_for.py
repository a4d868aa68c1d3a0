"""what the pipeline asks for"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "print_mark",
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("site_id", "mark", "comment_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "external_check",
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["site.id"],
        ),
        sa.PrimaryKeyConstraint("site_id"),
    )
    op.create_table(
        "word_list",
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("print", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["site.id"],
        ),
        sa.PrimaryKeyConstraint("site_id", "kind", "lang"),
    )
    op.create_table(
        "sending",
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("story_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("writer", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("exact", sa.BigInteger(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("comment_id"),
    )
    with op.batch_alter_table("sending", schema=None) as batch_op:
        batch_op.create_index(
            "sending_by_address",
            ["address", "sent_at"],
            unique=False,
            sqlite_where=sa.text("address IS NOT NULL"),
            postgresql_where=sa.text("address IS NOT NULL"),
        )
        batch_op.create_index(
            "sending_by_writer",
            ["writer", "sent_at"],
            unique=False,
            sqlite_where=sa.text("writer IS NOT NULL"),
            postgresql_where=sa.text("writer IS NOT NULL"),
        )

    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(
            "comment_by_guest",
            ["guest"],
            unique=False,
            sqlite_where=sa.text("guest IS NOT NULL"),
            postgresql_where=sa.text("guest IS NOT NULL"),
        )
        batch_op.create_index(
            "comment_taken_down_email_hash",
            ["email_hash", "created_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('removed', 'spam')"),
            postgresql_where=sa.text("state IN ('removed', 'spam')"),
        )
        batch_op.create_index(
            "comment_taken_down_guest",
            ["guest", "created_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('removed', 'spam')"),
            postgresql_where=sa.text("state IN ('removed', 'spam')"),
        )
        batch_op.create_index(
            "comment_taken_down_person_id",
            ["person_id", "created_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('removed', 'spam')"),
            postgresql_where=sa.text("state IN ('removed', 'spam')"),
        )
        batch_op.create_index(
            "comment_troubled",
            ["story_id", "created_at"],
            unique=False,
            sqlite_where=sa.text("(state IN ('held', 'removed', 'spam') OR report_count > 0)"),
            postgresql_where=sa.text("(state IN ('held', 'removed', 'spam') OR report_count > 0)"),
        )


def downgrade() -> None:
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index(
            "comment_troubled",
            sqlite_where=sa.text("(state IN ('held', 'removed', 'spam') OR report_count > 0)"),
            postgresql_where=sa.text("(state IN ('held', 'removed', 'spam') OR report_count > 0)"),
        )
        batch_op.drop_index(
            "comment_taken_down_person_id",
            sqlite_where=sa.text("state IN ('removed', 'spam')"),
            postgresql_where=sa.text("state IN ('removed', 'spam')"),
        )
        batch_op.drop_index(
            "comment_taken_down_guest",
            sqlite_where=sa.text("state IN ('removed', 'spam')"),
            postgresql_where=sa.text("state IN ('removed', 'spam')"),
        )
        batch_op.drop_index(
            "comment_taken_down_email_hash",
            sqlite_where=sa.text("state IN ('removed', 'spam')"),
            postgresql_where=sa.text("state IN ('removed', 'spam')"),
        )
        batch_op.drop_index(
            "comment_by_guest", sqlite_where=sa.text("guest IS NOT NULL"), postgresql_where=sa.text("guest IS NOT NULL")
        )

    with op.batch_alter_table("sending", schema=None) as batch_op:
        batch_op.drop_index(
            "sending_by_writer",
            sqlite_where=sa.text("writer IS NOT NULL"),
            postgresql_where=sa.text("writer IS NOT NULL"),
        )
        batch_op.drop_index(
            "sending_by_address",
            sqlite_where=sa.text("address IS NOT NULL"),
            postgresql_where=sa.text("address IS NOT NULL"),
        )

    op.drop_table("sending")
    op.drop_table("word_list")
    op.drop_table("external_check")
    op.drop_table("print_mark")
