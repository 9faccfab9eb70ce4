"""Long lists that a job makes into files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0032"
down_revision = "platform_0031"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "export_run",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("ab_user.id", ondelete="SET NULL",
                                                         name="fk_export_run_user_id_ab_user")),
        sa.Column("actor_label", sa.String(200), nullable=False),
        sa.Column("page", sa.String(100), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("columns", Json, nullable=False),
        sa.Column("order_by", sa.String(100), nullable=False),
        sa.Column("order_direction", sa.String(4), nullable=False),
        sa.Column("file_format", sa.String(20), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(800)),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("file_key", sa.String(80)),
        sa.Column("size", sa.BigInteger()),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'cancelled', 'failed')",
                           name="ck_export_run_state"),
    )
    op.create_index("ix_export_run_user", "export_run", ["user_id", "id"])
    op.create_index("ix_export_run_created_at", "export_run", ["created_at"])


def downgrade() -> None:
    op.drop_table("export_run")
