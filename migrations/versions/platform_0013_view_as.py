"""Let a session look at the desk as another user."""

import sqlalchemy as sa
from alembic import op

revision = "platform_0013"
down_revision = "platform_0012"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code


def upgrade() -> None:
    with op.batch_alter_table("login_session") as table:
        table.add_column(sa.Column("viewing_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_login_session_viewing_id_ab_user"), "ab_user", ["viewing_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index(op.f("ix_login_session_viewing_id"), "login_session", ["viewing_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_login_session_viewing_id", table_name="login_session")
    with op.batch_alter_table("login_session") as table:
        table.drop_constraint(op.f("fk_login_session_viewing_id_ab_user"), type_="foreignkey")
        table.drop_column("viewing_id")
