"""Keep what was told."""

import sqlalchemy as sa
from alembic import op

revision = "incident_problem_0001"
down_revision = None
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "incident_problem_telling",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("problem_id", Id, nullable=False),
        sa.Column("incident_id", Id, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("fk_incident_problem_telling_incident_id_incident"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"],
            ["problem.id"],
            name=op.f("fk_incident_problem_telling_problem_id_problem"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_problem_telling")),
        sa.UniqueConstraint(
            "problem_id",
            "incident_id",
            "edition",
            name=op.f("uq_incident_problem_telling_problem_id_incident_id_edition"),
        ),
    )
    op.create_index(
        op.f("ix_incident_problem_telling_incident_id"), "incident_problem_telling", ["incident_id"], unique=False
    )
    op.create_index(
        op.f("ix_incident_problem_telling_problem_id"), "incident_problem_telling", ["problem_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("incident_problem_telling")
