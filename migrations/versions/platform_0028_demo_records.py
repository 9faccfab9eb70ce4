"""Which rows are demo data."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0028"
down_revision = "platform_0027"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "demo_record",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("table_name", sa.String(64), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("key", sa.String(64)),
        sa.Column("before", Json),
        sa.Column("after", Json),
        sa.UniqueConstraint("table_name", "record_id", "unit", name="uq_demo_record"),
    )
    op.create_index("ix_demo_record_unit", "demo_record", ["unit"])


def downgrade() -> None:
    op.drop_table("demo_record")
