"""A closing policy may say whether work must be logged before incidents are resolved."""

import sqlalchemy as sa
from alembic import op

revision = "incident_0004"
down_revision = "incident_0003"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code


def upgrade() -> None:
    op.add_column("closing_policy", sa.Column("work", sa.String(20)))


def downgrade() -> None:
    with op.batch_alter_table("closing_policy") as batch:
        batch.drop_column("work")
