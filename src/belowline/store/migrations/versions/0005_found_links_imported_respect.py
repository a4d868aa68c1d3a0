"""found links, imported respect"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("found", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("respect_imported", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("down_imported", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_column("down_imported")
        batch_op.drop_column("respect_imported")
        batch_op.drop_column("found")
