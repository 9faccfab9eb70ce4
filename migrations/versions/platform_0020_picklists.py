"""Lists of values: dependent ones, record sets, scope and time of a value, what a choice fills."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0020"
down_revision = "platform_0019"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NO = sa.text("false")


def upgrade() -> None:
    with op.batch_alter_table("picklist") as table:
        table.add_column(sa.Column("is_locked", sa.Boolean(), nullable=False, server_default=NO))
        table.add_column(sa.Column("allows_other", sa.Boolean(), nullable=False, server_default=NO))
        table.add_column(sa.Column("depends_on_id", Id, nullable=True))
        table.add_column(sa.Column("source_type", sa.String(64), nullable=True))
        table.add_column(sa.Column("source_query", sa.String(4000), nullable=True))
        table.add_column(sa.Column("fills", Json, nullable=True))
        table.create_foreign_key(op.f("fk_picklist_depends_on_id_picklist"), "picklist", ["depends_on_id"], ["id"],
                                 ondelete="SET NULL")
    with op.batch_alter_table("picklist") as table:
        for name in ("is_locked", "allows_other"):
            table.alter_column(name, server_default=None)
    op.create_index("ix_picklist_depends_on_id", "picklist", ["depends_on_id"])
    with op.batch_alter_table("picklist_value") as table:
        table.add_column(sa.Column("icon", sa.String(40), nullable=True))
        table.add_column(sa.Column("active_from", sa.Date(), nullable=True))
        table.add_column(sa.Column("active_to", sa.Date(), nullable=True))
        table.add_column(sa.Column("company_id", Id, nullable=True))
        table.add_column(sa.Column("group_id", Id, nullable=True))
        table.create_foreign_key(op.f("fk_picklist_value_company_id_company"), "company", ["company_id"], ["id"],
                                 ondelete="SET NULL")
        table.create_foreign_key(op.f("fk_picklist_value_group_id_work_group"), "work_group", ["group_id"], ["id"],
                                 ondelete="SET NULL")
    for name in ("company_id", "group_id"):
        op.create_index(f"ix_picklist_value_{name}", "picklist_value", [name])
    op.create_table(
        "picklist_offer",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("value_id", Id, sa.ForeignKey("picklist_value.id", ondelete="CASCADE"), nullable=False),
        sa.Column("under_id", Id, sa.ForeignKey("picklist_value.id", ondelete="CASCADE"), nullable=False),
        sa.UniqueConstraint("value_id", "under_id", name="uq_picklist_offer"),
    )
    op.create_index("ix_picklist_offer_under_id", "picklist_offer", ["under_id"])


def downgrade() -> None:
    op.drop_table("picklist_offer")
    for name in ("company_id", "group_id"):
        op.drop_index(f"ix_picklist_value_{name}", table_name="picklist_value")
    with op.batch_alter_table("picklist_value") as table:
        table.drop_constraint(op.f("fk_picklist_value_group_id_work_group"), type_="foreignkey")
        table.drop_constraint(op.f("fk_picklist_value_company_id_company"), type_="foreignkey")
        for name in ("group_id", "company_id", "active_to", "active_from", "icon"):
            table.drop_column(name)
    op.drop_index("ix_picklist_depends_on_id", table_name="picklist")
    with op.batch_alter_table("picklist") as table:
        table.drop_constraint(op.f("fk_picklist_depends_on_id_picklist"), type_="foreignkey")
        for name in ("fills", "source_query", "source_type", "depends_on_id", "allows_other", "is_locked"):
            table.drop_column(name)
