"""Say how confidential a ticket is."""

import sqlalchemy as sa
from alembic import op

revision = "ticket_0005"
down_revision = "ticket_0004"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code


def upgrade() -> None:
    with op.batch_alter_table("ticket") as batch:
        batch.add_column(sa.Column("confidentiality", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_index("ix_ticket_confidentiality", "ticket", ["confidentiality"])


def downgrade() -> None:
    op.drop_index("ix_ticket_confidentiality", "ticket")
    with op.batch_alter_table("ticket") as batch:
        batch.drop_column("confidentiality")
