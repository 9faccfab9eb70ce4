"""Create the tables of the service tree, the channels and the tickets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "ticket_0001"
down_revision = None
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Utc = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "service_family",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_family")),
        sa.UniqueConstraint("code", name=op.f("uq_service_family_code")),
    )
    op.create_table(
        "ticket_channel",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_channel")),
        sa.UniqueConstraint("code", name=op.f("uq_ticket_channel_code")),
    )
    op.create_table(
        "ticket_priority_rule",
        sa.Column("impact_id", Id, nullable=False),
        sa.Column("urgency_id", Id, nullable=False),
        sa.Column("priority_id", Id, nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["impact_id"],
            ["picklist_value.id"],
            name=op.f("fk_ticket_priority_rule_impact_id_picklist_value"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["priority_id"],
            ["picklist_value.id"],
            name=op.f("fk_ticket_priority_rule_priority_id_picklist_value"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["urgency_id"],
            ["picklist_value.id"],
            name=op.f("fk_ticket_priority_rule_urgency_id_picklist_value"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_priority_rule")),
        sa.UniqueConstraint("impact_id", "urgency_id", name="uq_ticket_priority_rule"),
    )
    op.create_index(op.f("ix_ticket_priority_rule_impact_id"), "ticket_priority_rule", ["impact_id"], unique=False)
    op.create_index(op.f("ix_ticket_priority_rule_priority_id"), "ticket_priority_rule", ["priority_id"], unique=False)
    op.create_index(op.f("ix_ticket_priority_rule_urgency_id"), "ticket_priority_rule", ["urgency_id"], unique=False)
    op.create_table(
        "service",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("family_id", Id, nullable=True),
        sa.Column("owner_id", Id, nullable=True),
        sa.Column("group_id", Id, nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["family_id"], ["service_family.id"], name=op.f("fk_service_family_id_service_family"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["work_group.id"], name=op.f("fk_service_group_id_work_group"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_service_owner_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("code", name=op.f("uq_service_code")),
    )
    op.create_index(op.f("ix_service_family_id"), "service", ["family_id"], unique=False)
    op.create_index(op.f("ix_service_group_id"), "service", ["group_id"], unique=False)
    op.create_index(op.f("ix_service_owner_id"), "service", ["owner_id"], unique=False)
    op.create_table(
        "service_offering",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("service_id", Id, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_offering_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_offering")),
        sa.UniqueConstraint("code", name=op.f("uq_service_offering_code")),
    )
    op.create_index(op.f("ix_service_offering_service_id"), "service_offering", ["service_id"], unique=False)
    op.create_table(
        "ticket",
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_category", sa.String(length=20), nullable=False),
        sa.Column("pending_reason", sa.String(length=40), nullable=True),
        sa.Column("support_line", sa.Integer(), nullable=True),
        sa.Column("is_vip", sa.Boolean(), nullable=False),
        sa.Column("external_reference", sa.String(length=100), nullable=True),
        sa.Column("opened_at", Utc, nullable=False),
        sa.Column("resolved_at", Utc, nullable=True),
        sa.Column("closed_at", Utc, nullable=True),
        sa.Column("reopen_count", sa.Integer(), nullable=False),
        sa.Column("transfer_count", sa.Integer(), nullable=False),
        sa.Column("is_priority_overridden", sa.Boolean(), nullable=False),
        sa.Column("channel_id", Id, nullable=True),
        sa.Column("caller_id", Id, nullable=True),
        sa.Column("company_id", Id, nullable=True),
        sa.Column("department_id", Id, nullable=True),
        sa.Column("site_id", Id, nullable=True),
        sa.Column("service_id", Id, nullable=True),
        sa.Column("offering_id", Id, nullable=True),
        sa.Column("category_id", Id, nullable=True),
        sa.Column("impact_id", Id, nullable=True),
        sa.Column("urgency_id", Id, nullable=True),
        sa.Column("priority_id", Id, nullable=True),
        sa.Column("group_id", Id, nullable=True),
        sa.Column("assignee_id", Id, nullable=True),
        sa.Column("supplier_id", Id, nullable=True),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("created_by_id", Id, nullable=True),
        sa.Column("updated_at", Utc, nullable=False),
        sa.Column("updated_by_id", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", Utc, nullable=True),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["person.id"], name=op.f("fk_ticket_assignee_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["caller_id"], ["person.id"], name=op.f("fk_ticket_caller_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["picklist_value.id"],
            name=op.f("fk_ticket_category_id_picklist_value"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["ticket_channel.id"], name=op.f("fk_ticket_channel_id_ticket_channel"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_ticket_company_id_company"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_ticket_department_id_department"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["work_group.id"], name=op.f("fk_ticket_group_id_work_group"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["impact_id"], ["picklist_value.id"], name=op.f("fk_ticket_impact_id_picklist_value"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["offering_id"],
            ["service_offering.id"],
            name=op.f("fk_ticket_offering_id_service_offering"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["priority_id"],
            ["picklist_value.id"],
            name=op.f("fk_ticket_priority_id_picklist_value"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_ticket_service_id_service"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_ticket_site_id_site"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["company.id"], name=op.f("fk_ticket_supplier_id_company"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["urgency_id"], ["picklist_value.id"], name=op.f("fk_ticket_urgency_id_picklist_value"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("number", name=op.f("uq_ticket_number")),
    )
    op.create_index(
        "ix_ticket_assignee_category", "ticket", ["assignee_id", "state_category", "opened_at"], unique=False
    )
    op.create_index(op.f("ix_ticket_assignee_id"), "ticket", ["assignee_id"], unique=False)
    op.create_index(op.f("ix_ticket_caller_id"), "ticket", ["caller_id"], unique=False)
    op.create_index(op.f("ix_ticket_category_id"), "ticket", ["category_id"], unique=False)
    op.create_index("ix_ticket_category_opened", "ticket", ["state_category", "opened_at"], unique=False)
    op.create_index(op.f("ix_ticket_channel_id"), "ticket", ["channel_id"], unique=False)
    op.create_index(op.f("ix_ticket_closed_at"), "ticket", ["closed_at"], unique=False)
    op.create_index(op.f("ix_ticket_company_id"), "ticket", ["company_id"], unique=False)
    op.create_index(op.f("ix_ticket_created_at"), "ticket", ["created_at"], unique=False)
    op.create_index(op.f("ix_ticket_department_id"), "ticket", ["department_id"], unique=False)
    op.create_index(op.f("ix_ticket_external_reference"), "ticket", ["external_reference"], unique=False)
    op.create_index("ix_ticket_group_category", "ticket", ["group_id", "state_category", "opened_at"], unique=False)
    op.create_index(op.f("ix_ticket_group_id"), "ticket", ["group_id"], unique=False)
    op.create_index(op.f("ix_ticket_impact_id"), "ticket", ["impact_id"], unique=False)
    op.create_index(op.f("ix_ticket_kind"), "ticket", ["kind"], unique=False)
    op.create_index(op.f("ix_ticket_offering_id"), "ticket", ["offering_id"], unique=False)
    op.create_index(op.f("ix_ticket_opened_at"), "ticket", ["opened_at"], unique=False)
    op.create_index(op.f("ix_ticket_priority_id"), "ticket", ["priority_id"], unique=False)
    op.create_index(op.f("ix_ticket_resolved_at"), "ticket", ["resolved_at"], unique=False)
    op.create_index(op.f("ix_ticket_service_id"), "ticket", ["service_id"], unique=False)
    op.create_index(op.f("ix_ticket_site_id"), "ticket", ["site_id"], unique=False)
    op.create_index(op.f("ix_ticket_state"), "ticket", ["state"], unique=False)
    op.create_index(op.f("ix_ticket_supplier_id"), "ticket", ["supplier_id"], unique=False)
    op.create_index("ix_ticket_type_opened", "ticket", ["type", "opened_at", "id"], unique=False)
    op.create_index(op.f("ix_ticket_urgency_id"), "ticket", ["urgency_id"], unique=False)


def downgrade() -> None:
    op.drop_table("ticket")
    op.drop_table("service_offering")
    op.drop_table("service")
    op.drop_table("ticket_priority_rule")
    op.drop_table("ticket_channel")
    op.drop_table("service_family")
