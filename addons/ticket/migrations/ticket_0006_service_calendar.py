"""A service may have a calendar of its own."""

import sqlalchemy as sa
from alembic import op

revision = "ticket_0006"
down_revision = "ticket_0005"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("service") as batch:
        batch.add_column(sa.Column("calendar_id", Id))
        batch.create_foreign_key("fk_service_calendar_id_calendar", "calendar", ["calendar_id"], ["id"],
                                 ondelete="SET NULL")
        batch.create_index("ix_service_calendar_id", ["calendar_id"])


def downgrade() -> None:
    with op.batch_alter_table("service") as batch:
        batch.drop_index("ix_service_calendar_id")
        batch.drop_constraint("fk_service_calendar_id_calendar", type_="foreignkey")
        batch.drop_column("calendar_id")
