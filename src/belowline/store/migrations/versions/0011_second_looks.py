"""second looks"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_look",
        sa.Column(
            "decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("read_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
        ),
        sa.ForeignKeyConstraint(
            ["read_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["site.id"],
        ),
        sa.PrimaryKeyConstraint("decision_id"),
    )
    with op.batch_alter_table("second_look", schema=None) as batch_op:
        batch_op.create_index("second_look_read", ["site_id", "read_at"], unique=False)
        batch_op.create_index(
            "second_look_waits",
            ["site_id", "decision_id"],
            unique=False,
            sqlite_where=sa.text("said IS NULL"),
            postgresql_where=sa.text("said IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("second_look", schema=None) as batch_op:
        batch_op.drop_index(
            "second_look_waits", sqlite_where=sa.text("said IS NULL"), postgresql_where=sa.text("said IS NULL")
        )
        batch_op.drop_index("second_look_read")

    op.drop_table("second_look")
