"""Find what somebody made without reading all tickets: it is one of three ways in which a ticket is one's own."""

from alembic import op

revision = "ticket_0007"
down_revision = "ticket_0006"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code


def upgrade() -> None:
    op.create_index("ix_ticket_created_by_id", "ticket", ["created_by_id"])


def downgrade() -> None:
    op.drop_index("ix_ticket_created_by_id", "ticket")
