"""What was deleted before there was a recycle bin lies in it as well."""

from alembic import op

revision = "ticket_0004"
down_revision = "ticket_0003"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code


def upgrade() -> None:
    op.execute("""
        INSERT INTO deleted_record (record_type, record_id, name, deleted_at, deleted_by_id, deleted_by_label)
        SELECT type, id, substr(number || ' ' || title, 1, 300), deleted_at, updated_by_id, '' FROM ticket
        WHERE deleted_at IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM deleted_record AS present
            WHERE present.record_type = ticket.type AND present.record_id = ticket.id)
    """)


def downgrade() -> None:
    """Nothing to take back: what lies in the bin is deleted either way."""
