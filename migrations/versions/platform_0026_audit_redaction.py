"""Let personal data be taken out of the audit log, and nothing else be changed in it."""

import sqlalchemy as sa
from alembic import op

revision = "platform_0026"
down_revision = "platform_0025"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FIXED = ("id", "at", "actor_id", "via", "cause", "request_id", "record_type", "record_id", "action", "field")
SEAL = ("position", "entry_id", "hash", "sealed_at")
REDACTION = ("id", "entry_id", "at", "witness_id", "content", "commitment", "seal_hash")


def _same(names: tuple[str, ...]) -> str:
    return " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in names)


SQLITE = (
    "DROP TRIGGER audit_entry_unchanged",
    "DROP TRIGGER audit_seal_unchanged",
    f"""CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
    WHEN NOT ({_same(FIXED)} AND EXISTS (SELECT 1 FROM audit_redaction r WHERE r.entry_id = OLD.id AND NOT r.is_done))
    BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END""",  # noqa: S608 - names of our own columns
    """CREATE TRIGGER audit_entry_redacted AFTER UPDATE ON audit_entry
    BEGIN UPDATE audit_redaction SET is_done = 1 WHERE entry_id = OLD.id AND NOT is_done; END""",
    f"""CREATE TRIGGER audit_seal_unchanged BEFORE UPDATE ON audit_seal
    WHEN NOT ({_same(SEAL)} AND NEW.salt IS NULL
              AND EXISTS (SELECT 1 FROM audit_redaction r WHERE r.entry_id = OLD.entry_id AND r.is_done))
    BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END""",  # noqa: S608 - names of our own columns
    f"""CREATE TRIGGER audit_redaction_unchanged BEFORE UPDATE ON audit_redaction
    WHEN NOT ({_same(REDACTION)} AND NEW.is_done AND NOT OLD.is_done)
    BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END""",
    """CREATE TRIGGER audit_redaction_kept BEFORE DELETE ON audit_redaction
    BEGIN SELECT RAISE(ABORT, 'the audit log is only ever shortened by retention'); END""",
)
POSTGRESQL = (
    "DROP TRIGGER audit_entry_unchanged ON audit_entry",
    "DROP TRIGGER audit_seal_unchanged ON audit_seal",
    """CREATE FUNCTION audit_redact_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (to_jsonb(NEW) - '{actor_label,ip,old,new}'::text[]) <> (to_jsonb(OLD) - '{actor_label,ip,old,new}'::text[])
           OR NOT EXISTS (SELECT 1 FROM audit_redaction r WHERE r.entry_id = OLD.id AND NOT r.is_done) THEN
            RAISE EXCEPTION 'the audit log is never changed';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE FUNCTION audit_redacted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE audit_redaction SET is_done = true WHERE entry_id = OLD.id AND NOT is_done;
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION audit_unsalt_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (to_jsonb(NEW) - 'salt') <> (to_jsonb(OLD) - 'salt') OR NEW.salt IS NOT NULL
           OR NOT EXISTS (SELECT 1 FROM audit_redaction r WHERE r.entry_id = OLD.entry_id AND r.is_done) THEN
            RAISE EXCEPTION 'the audit log is never changed';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE FUNCTION audit_done_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (to_jsonb(NEW) - 'is_done') <> (to_jsonb(OLD) - 'is_done') OR OLD.is_done OR NOT NEW.is_done THEN
            RAISE EXCEPTION 'the audit log is never changed';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_redact_only()""",
    "CREATE TRIGGER audit_entry_redacted AFTER UPDATE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_redacted()",
    """CREATE TRIGGER audit_seal_unchanged BEFORE UPDATE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION audit_unsalt_only()""",
    """CREATE TRIGGER audit_redaction_unchanged BEFORE UPDATE ON audit_redaction
    FOR EACH ROW EXECUTE FUNCTION audit_done_only()""",
    """CREATE TRIGGER audit_redaction_kept BEFORE DELETE ON audit_redaction
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_redaction_emptied BEFORE TRUNCATE ON audit_redaction
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
)
# As they were before.
SQLITE_BACK = (
    "DROP TRIGGER audit_entry_redacted", "DROP TRIGGER audit_entry_unchanged", "DROP TRIGGER audit_seal_unchanged",
    "DROP TRIGGER audit_redaction_unchanged", "DROP TRIGGER audit_redaction_kept",
    """CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END""",
    """CREATE TRIGGER audit_seal_unchanged BEFORE UPDATE ON audit_seal
    BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END""",
)
POSTGRESQL_BACK = (
    "DROP TRIGGER audit_entry_redacted ON audit_entry", "DROP TRIGGER audit_entry_unchanged ON audit_entry",
    "DROP TRIGGER audit_seal_unchanged ON audit_seal",
    "DROP TRIGGER audit_redaction_unchanged ON audit_redaction", "DROP TRIGGER audit_redaction_kept ON audit_redaction",
    "DROP TRIGGER audit_redaction_emptied ON audit_redaction",
    "DROP FUNCTION audit_redact_only()", "DROP FUNCTION audit_redacted()", "DROP FUNCTION audit_unsalt_only()",
    "DROP FUNCTION audit_done_only()",
    """CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_seal_unchanged BEFORE UPDATE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
)


def upgrade() -> None:
    op.add_column("audit_seal", sa.Column("salt", sa.LargeBinary(16), nullable=True))
    op.create_table(
        "audit_redaction",
        sa.Column("id", Id, sa.Identity(), primary_key=True),
        sa.Column("entry_id", Id, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("witness_id", Id, nullable=False),
        sa.Column("content", sa.LargeBinary(32), nullable=False),
        sa.Column("commitment", sa.LargeBinary(32), nullable=True),
        sa.Column("seal_hash", sa.LargeBinary(32), nullable=True),
        sa.Column("is_done", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_audit_redaction_entry_id", "audit_redaction", ["entry_id"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    for statement in SQLITE_BACK if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_BACK:
        op.execute(statement)
    op.drop_table("audit_redaction")
    op.drop_column("audit_seal", "salt")
