"""undo in steps"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("undo_begun_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("undone_comments", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("undone_stories", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        for name in ("undone_stories", "undone_comments", "undo_begun_at"):
            batch_op.drop_column(name)
