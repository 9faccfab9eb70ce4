"""Find what waits for somebody without reading all that waits."""

from alembic import op

revision = "ticket_0003"
down_revision = "ticket_0002"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code


def upgrade() -> None:
    op.create_index("ix_ticket_pending_reason", "ticket", ["pending_reason"])


def downgrade() -> None:
    op.drop_index("ix_ticket_pending_reason", "ticket")
