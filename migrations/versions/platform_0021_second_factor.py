"""Let people log in with a second factor, and passwords grow old."""

import sqlalchemy as sa
from alembic import op

revision = "platform_0021"
down_revision = "platform_0020"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)
TABLES = ("login_profile", "recovery_code", "old_password", "password_link")


def _user(*, unique: bool = False) -> "sa.Column[int]":
    return sa.Column("user_id", sa.Integer(), sa.ForeignKey("ab_user.id", ondelete="CASCADE"), nullable=False,
                     unique=unique)


def _id() -> "sa.Column[int]":
    return sa.Column("id", Id, sa.Identity(), primary_key=True)


def upgrade() -> None:
    op.create_table(
        "login_profile", _id(), _user(unique=True), sa.Column("password_at", Moment),
        sa.Column("must_change_password", sa.Boolean(), nullable=False), sa.Column("totp_secret", sa.String(400)),
        sa.Column("totp_step", Id), sa.Column("totp_since", Moment),
    )
    op.create_table("recovery_code", _id(), _user(), sa.Column("code_mark", sa.String(64), nullable=False),
                    sa.Column("used_at", Moment))
    op.create_table("old_password", _id(), _user(), sa.Column("password", sa.String(256), nullable=False),
                    sa.Column("at", Moment, nullable=False))
    op.create_table(
        "password_link", _id(), _user(), sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("expires_at", Moment, nullable=False), sa.Column("used_at", Moment),
    )
    for name in TABLES[1:]:
        op.create_index(f"ix_{name}_user_id", name, ["user_id"])
    with op.batch_alter_table("role_profile") as table:
        table.add_column(sa.Column("needs_second_factor", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("role_profile") as table:
        table.drop_column("needs_second_factor")
    for name in TABLES:
        op.drop_table(name)
