"""How solved incidents of a category come to their end."""

import sqlalchemy as sa
from alembic import op

revision = "incident_0003"
down_revision = "incident_0002"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "closing_policy",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("category_id", Id, nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["picklist_value.id"],
                                name="fk_closing_policy_category_id_picklist_value", ondelete="CASCADE"),
        sa.UniqueConstraint("category_id", name="uq_closing_policy_category_id"),
    )


def downgrade() -> None:
    op.drop_table("closing_policy")
