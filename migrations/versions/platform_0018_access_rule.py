"""Rules over rows and fields, clearance of roles, and companies whose people see all its tickets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "platform_0018"
down_revision = "platform_0017"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("role_profile") as batch:
        batch.add_column(sa.Column("clearance", sa.Integer(), nullable=False, server_default=sa.text("0")))
    with op.batch_alter_table("company") as batch:
        batch.add_column(sa.Column("shares_tickets", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "access_rule",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("name", Json, nullable=False),
        sa.Column("record_type", sa.String(64), nullable=False),
        sa.Column("is_limit", sa.Boolean(), nullable=False),
        sa.Column("may_read", sa.Boolean(), nullable=False),
        sa.Column("may_create", sa.Boolean(), nullable=False),
        sa.Column("may_write", sa.Boolean(), nullable=False),
        sa.Column("may_delete", sa.Boolean(), nullable=False),
        sa.Column("scope", sa.String(40), nullable=False),
        sa.Column("conditions", Json),
        sa.Column("role_id", sa.Integer(), sa.ForeignKey("ab_role.id", ondelete="CASCADE")),
        sa.Column("group_id", Id, sa.ForeignKey("work_group.id", ondelete="CASCADE")),
        sa.Column("is_active", sa.Boolean(), nullable=False),
    )
    for name in ("record_type", "role_id", "group_id"):
        op.create_index(f"ix_access_rule_{name}", "access_rule", [name])
    op.create_table(
        "field_right",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("record_type", sa.String(64), nullable=False),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("role_id", sa.Integer(), sa.ForeignKey("ab_role.id", ondelete="CASCADE")),
        sa.Column("level", sa.String(10), nullable=False),
        sa.UniqueConstraint("record_type", "field", "role_id", name="uq_field_right"),
    )
    op.create_index("ix_field_right_role_id", "field_right", ["role_id"])


def downgrade() -> None:
    op.drop_table("field_right")
    op.drop_table("access_rule")
    with op.batch_alter_table("company") as batch:
        batch.drop_column("shares_tickets")
    with op.batch_alter_table("role_profile") as batch:
        batch.drop_column("clearance")
