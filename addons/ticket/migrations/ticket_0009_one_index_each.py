"""Work groups and assignees are found by the indexes that go on with the state; those of the column alone misled."""

from alembic import op

revision = "ticket_0009"
down_revision = "ticket_0008"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code


def upgrade() -> None:
    for column in ("group_id", "assignee_id"):
        op.drop_index(f"ix_ticket_{column}", "ticket")


def downgrade() -> None:
    for column in ("group_id", "assignee_id"):
        op.create_index(f"ix_ticket_{column}", "ticket", [column])
