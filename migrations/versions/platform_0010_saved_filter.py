"""Keep filters of lists by a name, for oneself, a work group or everybody."""

import sqlalchemy as sa
from alembic import op

revision = "platform_0010"
down_revision = "platform_0009"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("owner_id", sa.Integer(), sa.ForeignKey("ab_user.id", ondelete="CASCADE"), nullable=False),
        sa.Column("page", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("query", sa.String(4000), nullable=False),
        sa.Column("shared", sa.String(10), nullable=False),
        sa.Column("group_id", Id, sa.ForeignKey("work_group.id", ondelete="SET NULL")),
        sa.Column("sequence", sa.Integer(), nullable=False),
    )
    op.create_index("ix_saved_filter_page", "saved_filter", ["page", "shared"])
    op.create_index("ix_saved_filter_owner_id", "saved_filter", ["owner_id"])
    op.create_index("ix_saved_filter_group_id", "saved_filter", ["group_id"])


def downgrade() -> None:
    op.drop_table("saved_filter")
