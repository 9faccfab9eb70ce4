"""Find the open tickets of VIPs by an index."""

from alembic import op

revision = "ticket_0008"
down_revision = "ticket_0007"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code


def upgrade() -> None:
    op.create_index("ix_ticket_vip_category", "ticket", ["is_vip", "state_category", "opened_at"])


def downgrade() -> None:
    op.drop_index("ix_ticket_vip_category", "ticket")
