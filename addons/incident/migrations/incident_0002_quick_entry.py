"""Know which form of the quick log became which incident."""

import sqlalchemy as sa
from alembic import op

revision = "incident_0002"
down_revision = "incident_0001"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "incident_quick_entry",
        sa.Column("id", Id, sa.Identity(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("incident_id", Id, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("fk_incident_quick_entry_incident_id_incident"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_quick_entry")),
        sa.UniqueConstraint("token", name=op.f("uq_incident_quick_entry_token")),
    )
    op.create_index("ix_incident_quick_entry_at", "incident_quick_entry", ["at"])
    op.create_index("ix_incident_quick_entry_incident_id", "incident_quick_entry", ["incident_id"])


def downgrade() -> None:
    op.drop_table("incident_quick_entry")
