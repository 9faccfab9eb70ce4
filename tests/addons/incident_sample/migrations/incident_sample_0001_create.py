"""Create the link table."""

import sqlalchemy as sa
from alembic import op

revision = "incident_sample_0001"
down_revision = None
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "incident_sample_link",
        sa.Column("incident_id", Id, nullable=False),
        sa.Column("notebook_id", Id, nullable=False),
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("fk_incident_sample_link_incident_id_incident"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["notebook_id"],
            ["sample_notebook.id"],
            name=op.f("fk_incident_sample_link_notebook_id_sample_notebook"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_sample_link")),
    )
    op.create_index(op.f("ix_incident_sample_link_incident_id"), "incident_sample_link", ["incident_id"], unique=False)
    op.create_index(op.f("ix_incident_sample_link_notebook_id"), "incident_sample_link", ["notebook_id"], unique=False)


def downgrade() -> None:
    op.drop_table("incident_sample_link")
