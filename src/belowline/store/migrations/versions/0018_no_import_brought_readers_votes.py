"""votes that readers cast came from no import

For a while they were kept with a number that is no import's.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        sa.text(
            "UPDATE vote SET import_run_id = NULL"
            " WHERE import_run_id IS NOT NULL AND import_run_id NOT IN (SELECT id FROM import_run)"
        )
    )


def downgrade() -> None:
    pass
