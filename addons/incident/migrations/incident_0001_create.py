"""Create the tables of the incidents."""

import sqlalchemy as sa
from alembic import op

revision = "incident_0001"
down_revision = None
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", Id, nullable=False),
        sa.Column("on_behalf_of_id", Id, nullable=True),
        sa.Column("contact_phone", sa.String(length=60), nullable=True),
        sa.Column("symptom_id", Id, nullable=True),
        sa.Column("resolution_code_id", Id, nullable=True),
        sa.Column("cause_code_id", Id, nullable=True),
        sa.Column("solution", sa.Text(), nullable=True),
        sa.Column("priority_reason", sa.String(length=400), nullable=True),
        sa.Column("supplier_reference", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["cause_code_id"],
            ["picklist_value.id"],
            name=op.f("fk_incident_cause_code_id_picklist_value"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["id"], ["ticket.id"], name=op.f("fk_incident_id_ticket"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_id"], ["person.id"], name=op.f("fk_incident_on_behalf_of_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["resolution_code_id"],
            ["picklist_value.id"],
            name=op.f("fk_incident_resolution_code_id_picklist_value"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["symptom_id"],
            ["picklist_value.id"],
            name=op.f("fk_incident_symptom_id_picklist_value"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_cause_code_id"), "incident", ["cause_code_id"], unique=False)
    op.create_index(op.f("ix_incident_on_behalf_of_id"), "incident", ["on_behalf_of_id"], unique=False)
    op.create_index(op.f("ix_incident_resolution_code_id"), "incident", ["resolution_code_id"], unique=False)
    op.create_index(op.f("ix_incident_symptom_id"), "incident", ["symptom_id"], unique=False)


def downgrade() -> None:
    op.drop_table("incident")
