"""Find audit entries by whatever they say, seal them in a chain, and let nobody change them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0017"
down_revision = "platform_0016"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Time = sa.DateTime(timezone=True)
WHOLE = ("record_type", "field", "action", "via", "actor_label")
FILLED = ("actor_id", "cause", "request_id", "ip")
# What retention has written down as removed may go.
_REMOVED = """SELECT 1 FROM audit_seal s JOIN audit_removal r ON s.position <= r.through
    WHERE s.entry_id = OLD.id"""
SQLITE = (
    """CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END""",
    f"""CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry WHEN NOT EXISTS ({_REMOVED})
    BEGIN SELECT RAISE(ABORT, 'the audit log is only ever shortened by retention'); END""",
    """CREATE TRIGGER audit_seal_unchanged BEFORE UPDATE ON audit_seal
    BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit log is never changed'; END $$""",
    f"""CREATE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS ({_REMOVED}) THEN
            RAISE EXCEPTION 'the audit log is only ever shortened by retention';
        END IF;
        RETURN OLD;
    END $$""",
    """CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_keep()""",
    """CREATE TRIGGER audit_entry_emptied BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_seal_unchanged BEFORE UPDATE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
)
TRIGGERS = (("audit_entry_unchanged", "audit_entry"), ("audit_entry_kept", "audit_entry"),
            ("audit_entry_emptied", "audit_entry"), ("audit_seal_unchanged", "audit_seal"))


def upgrade() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("position", Id, primary_key=True, autoincrement=False),
        sa.Column("entry_id", Id, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("sealed_at", Time, nullable=False),
        sa.UniqueConstraint("entry_id", name="uq_audit_seal_entry_id"),
    )
    op.create_table(
        "audit_removal",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("through", Id, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "audit_check",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("started_at", Time, nullable=False),
        sa.Column("ended_at", Time),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("position", Id, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("faults", Json, nullable=False),
    )
    op.create_index("ix_audit_check_started_at", "audit_check", ["started_at"])
    for name in WHOLE:
        op.create_index(f"ix_audit_entry_{name}", "audit_entry", [name, "at"])
    for name in FILLED:
        filled = sa.text(f"{name} IS NOT NULL")
        op.create_index(f"ix_audit_entry_{name}", "audit_entry", [name, "at"], sqlite_where=filled,
                        postgresql_where=filled)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table in TRIGGERS:
        op.execute(f"DROP TRIGGER IF EXISTS {name}" if is_sqlite else f"DROP TRIGGER IF EXISTS {name} ON {table}")
    if not is_sqlite:
        op.execute("DROP FUNCTION audit_refuse()")
        op.execute("DROP FUNCTION audit_keep()")
    for name in (*WHOLE, *FILLED):
        op.drop_index(f"ix_audit_entry_{name}", "audit_entry")
    for table in ("audit_check", "audit_removal", "audit_seal"):
        op.drop_table(table)
