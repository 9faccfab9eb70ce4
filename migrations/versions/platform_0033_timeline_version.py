"""What somebody wrote can be changed and withdrawn; every text that an entry had is kept."""

import sqlalchemy as sa
from alembic import op

revision = "platform_0033"
down_revision = "platform_0032"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("timeline_entry") as batch:
        batch.add_column(sa.Column("edited_at", sa.DateTime(timezone=True)))
        batch.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
        batch.add_column(sa.Column("withdrawn_by_id", Id))
        batch.add_column(sa.Column("withdrawn_by_label", sa.String(200)))
        batch.add_column(sa.Column("withdrawn_reason", sa.Text()))
    op.create_table(
        "timeline_version",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("entry_id", Id, sa.ForeignKey("timeline_entry.id", ondelete="CASCADE"), nullable=False),
        sa.Column("record_type", sa.String(64), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", Id),
        sa.Column("actor_label", sa.String(200), nullable=False),
        sa.Column("body", sa.Text()),
    )
    op.create_index("ix_timeline_version_entry_id", "timeline_version", ["entry_id"])
    op.create_index("ix_timeline_version_record", "timeline_version", ["record_type", "record_id"])


def downgrade() -> None:
    op.drop_table("timeline_version")
    with op.batch_alter_table("timeline_entry") as batch:
        for name in ("withdrawn_reason", "withdrawn_by_label", "withdrawn_by_id", "withdrawn_at", "edited_at"):
            batch.drop_column(name)
