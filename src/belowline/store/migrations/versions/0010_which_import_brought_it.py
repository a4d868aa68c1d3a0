"""which import brought it"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table in ("vote", "sanction"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("import_run_id", _ID, nullable=True))


def downgrade() -> None:
    for table in ("sanction", "vote"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("import_run_id")
