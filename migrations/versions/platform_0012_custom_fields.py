"""Custom fields: one row a field, one typed row a value."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0012"
down_revision = "platform_0011"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
FLAGS = ("in_form", "in_page", "in_list", "in_filter", "in_card", "is_searched", "is_required")
SORTED = ("sort_text", "number", "day", "moment", "flag", "ref_id")


def upgrade() -> None:
    op.create_table(
        "custom_field",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("label", Json, nullable=False),
        sa.Column("help", Json, nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("picklist_id", Id, sa.ForeignKey("picklist.id", ondelete="SET NULL"), nullable=True),
        sa.Column("target", sa.String(64), nullable=True),
        sa.Column("section", Json, nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in FLAGS),
        sa.Column("required_states", Json, nullable=True),
        sa.Column("default_value", sa.String(400), nullable=True),
        sa.Column("minimum", sa.String(40), nullable=True),
        sa.Column("maximum", sa.String(40), nullable=True),
        sa.Column("pattern", sa.String(200), nullable=True),
        sa.Column("max_length", sa.Integer(), nullable=True),
        sa.Column("read_right", sa.String(100), nullable=True),
        sa.Column("edit_right", sa.String(100), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("subject", "code", name="uq_custom_field_code"),
    )
    for name in ("kind", "picklist_id"):
        op.create_index(f"ix_custom_field_{name}", "custom_field", [name])
    op.create_table(
        "custom_value",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("record_type", sa.String(64), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("field_id", Id, sa.ForeignKey("custom_field.id", ondelete="CASCADE"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("sort_text", sa.String(200), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=True),
        sa.Column("flag", sa.Boolean(), nullable=True),
        sa.Column("value_id", Id, sa.ForeignKey("picklist_value.id", ondelete="CASCADE"), nullable=True),
        sa.Column("ref_type", sa.String(64), nullable=True),
        sa.Column("ref_id", Id, nullable=True),
        sa.UniqueConstraint("record_type", "record_id", "field_id", "place", name="uq_custom_value"),
    )
    for name in SORTED:
        op.create_index(f"ix_custom_value_{name}", "custom_value", ["field_id", name, "record_id"])
    op.create_index("ix_custom_value_value_id", "custom_value", ["value_id"])


def downgrade() -> None:
    op.drop_table("custom_value")
    op.drop_table("custom_field")
