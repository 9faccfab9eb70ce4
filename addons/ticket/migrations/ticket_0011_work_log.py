"""The work log: who worked on a ticket, when, for how long and at what."""

import sqlalchemy as sa
from alembic import op

revision = "ticket_0011"
down_revision = "ticket_0010"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEYS = {"ticket_id": ("ticket", "CASCADE"), "person_id": ("person", "SET NULL"), "group_id": ("work_group", "SET NULL"),
        "activity_id": ("picklist_value", "SET NULL")}
INDEXES = {"person_day": "person_id", "group_day": "group_id", "kind_day": "ticket_kind", "billable_day": "is_billable"}


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "work_entry",
        sa.Column("id", Id, sa.Identity(), nullable=False),
        sa.Column("ticket_id", Id, nullable=False),
        sa.Column("ticket_kind", sa.String(40), nullable=False),
        sa.Column("person_id", Id),
        sa.Column("group_id", Id),
        sa.Column("worked_on", sa.Date(), nullable=False),
        sa.Column("started_at", moment),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("activity_id", Id),
        sa.Column("is_billable", sa.Boolean(), nullable=False),
        sa.Column("is_on_site", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(1000)),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("created_by_id", Id),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("updated_by_id", Id),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", moment),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_work_entry_minutes")),
        *(sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_work_entry_{name}_{table}"), ondelete=goes)
          for name, (table, goes) in KEYS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_entry")),
    )
    for name in ("ticket_id", "worked_on", "activity_id", "created_at"):
        op.create_index(f"ix_work_entry_{name}", "work_entry", [name])
    for name, column in INDEXES.items():
        op.create_index(f"ix_work_entry_{name}", "work_entry", [column, "worked_on"])


def downgrade() -> None:
    op.drop_table("work_entry")
