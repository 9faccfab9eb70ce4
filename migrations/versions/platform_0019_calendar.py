"""Keep service calendars and lists of official holidays."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "platform_0019"
down_revision = "platform_0018"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(JSONB(), "postgresql")


def _id() -> sa.Column[int]:
    return sa.Column("id", Id, sa.Identity(), primary_key=True)


def _of(table: str, name: str) -> sa.Column[int]:
    return sa.Column(name, Id, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "holiday_calendar", _id(),
        sa.Column("code", sa.String(64), nullable=False, unique=True),
        sa.Column("name", Json, nullable=False),
        sa.Column("source", sa.String(400)),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("sort_zh", sa.String(200), nullable=False),
        sa.Column("sort_en", sa.String(200), nullable=False),
    )
    op.create_table(
        "holiday_year", _id(), _of("holiday_calendar", "holiday_calendar_id"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(400)),
        sa.UniqueConstraint("holiday_calendar_id", "year", name="uq_holiday_year"),
    )
    op.create_table(
        "holiday_day", _id(), _of("holiday_calendar", "holiday_calendar_id"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("weekday", sa.Integer()),
        sa.Column("name", Json),
        sa.UniqueConstraint("holiday_calendar_id", "day", name="uq_holiday_day"),
    )
    op.create_table(
        "calendar", _id(),
        sa.Column("code", sa.String(64), nullable=False, unique=True),
        sa.Column("name", Json, nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("base_id", Id, sa.ForeignKey("calendar.id", ondelete="SET NULL")),
        sa.Column("holiday_calendar_id", Id, sa.ForeignKey("holiday_calendar.id", ondelete="SET NULL")),
        sa.Column("ignores_holidays", sa.Boolean(), nullable=False),
        sa.Column("makeup_weekday", sa.Integer()),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("sort_zh", sa.String(200), nullable=False),
        sa.Column("sort_en", sa.String(200), nullable=False),
    )
    op.create_table(
        "calendar_week", _id(), _of("calendar", "calendar_id"),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_to", sa.Date()),
        sa.Column("hours", Json, nullable=False),
    )
    op.create_table(
        "calendar_day", _id(), _of("calendar", "calendar_id"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date()),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("hours", sa.String(200)),
        sa.Column("weekday", sa.Integer()),
        sa.Column("name", Json),
        sa.UniqueConstraint("calendar_id", "day", name="uq_calendar_day"),
    )
    for table, columns in INDEXES.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])
    for table in ("company", "work_group"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("calendar_id", Id))
            batch.create_foreign_key(f"fk_{table}_calendar_id_calendar", "calendar", ["calendar_id"], ["id"],
                                     ondelete="SET NULL")
            batch.create_index(f"ix_{table}_calendar_id", ["calendar_id"])


INDEXES = {
    "holiday_calendar": ("is_active", "sort_zh", "sort_en"), "holiday_year": ("holiday_calendar_id", "year"),
    "holiday_day": ("holiday_calendar_id", "day", "kind"),
    "calendar": ("base_id", "holiday_calendar_id", "is_active", "sort_zh", "sort_en"),
    "calendar_week": ("calendar_id",), "calendar_day": ("calendar_id", "day"),
}


def downgrade() -> None:
    for table in ("company", "work_group"):
        with op.batch_alter_table(table) as batch:
            batch.drop_index(f"ix_{table}_calendar_id")
            batch.drop_constraint(f"fk_{table}_calendar_id_calendar", type_="foreignkey")
            batch.drop_column("calendar_id")
    for table in ("calendar_day", "calendar_week", "calendar", "holiday_day", "holiday_year", "holiday_calendar"):
        op.drop_table(table)
