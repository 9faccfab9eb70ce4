"""Say why a log-in failed, and from where a key for programs is taken and when it was used last."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0011"
down_revision = "platform_0010"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("login_attempt") as table:
        table.add_column(sa.Column("reason", sa.String(20), nullable=False, server_default="password"))
        table.add_column(sa.Column("cleared_at", sa.DateTime(timezone=True)))
        table.create_index("ix_login_attempt_ip", ["ip", "at"])
    with op.batch_alter_table("api_token") as table:
        table.add_column(sa.Column("networks", Json))
        table.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("last_used_ip", sa.String(64)))
        table.create_index("ix_api_token_last_used_at", ["last_used_at"])


def downgrade() -> None:
    with op.batch_alter_table("api_token") as table:
        table.drop_index("ix_api_token_last_used_at")
        table.drop_column("last_used_ip")
        table.drop_column("last_used_at")
        table.drop_column("networks")
    with op.batch_alter_table("login_attempt") as table:
        table.drop_index("ix_login_attempt_ip")
        table.drop_column("cleared_at")
        table.drop_column("reason")
