"""Bring records in from files: the files on their way, what was wrong with which row, mappings that are kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0025"
down_revision = "platform_0024"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Time = sa.DateTime(timezone=True)
STATES = "state IN ('draft', 'waiting', 'running', 'done', 'cancelled', 'failed')"


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("ab_user.id", ondelete="SET NULL")),
        sa.Column("actor_label", sa.String(200), nullable=False),
        sa.Column("page", sa.String(100), nullable=False),
        sa.Column("record_type", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("file_format", sa.String(40), nullable=False),
        sa.Column("file_key", sa.String(80)),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("started_at", Time),
        sa.Column("ended_at", Time),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("headers", Json, nullable=False),
        sa.Column("sample", Json, nullable=False),
        sa.Column("mapping", Json, nullable=False),
        sa.Column("key_field", sa.String(64), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("create_missing", sa.Boolean(), nullable=False),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("error", sa.Text()),
        *(sa.Column(name, sa.Integer(), nullable=False)
          for name in ("total", "done", "created", "changed", "unchanged", "refused")),
        sa.CheckConstraint(STATES, name=op.f("ck_import_run_state")),
    )
    op.create_index("ix_import_run_user", "import_run", ["user_id", "id"])
    op.create_index("ix_import_run_created_at", "import_run", ["created_at"])
    op.create_table(
        "import_fault",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("run_id", Id, sa.ForeignKey("import_run.id", ondelete="CASCADE"), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(200), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
    )
    op.create_index("ix_import_fault_run", "import_fault", ["run_id", "id"])
    op.create_table(
        "import_mapping",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("owner_id", sa.Integer(), sa.ForeignKey("ab_user.id", ondelete="CASCADE"), nullable=False),
        sa.Column("page", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("fields", Json, nullable=False),
        sa.Column("key_field", sa.String(64), nullable=False),
        sa.UniqueConstraint("owner_id", "page", "name", name="uq_import_mapping"),
    )
    op.create_index("ix_import_mapping_page", "import_mapping", ["page"])


def downgrade() -> None:
    for table in ("import_mapping", "import_fault", "import_run"):
        op.drop_table(table)
