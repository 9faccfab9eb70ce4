"""Make the index by which records are found by their words.

Records that are there already come into it by the job `platform.index_missing`.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0006"
down_revision = "platform_0005"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Tokens = sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")
# An FTS5 table beside its content: `detail=none` keeps no places of words, for nobody asks for phrases.
_FULL_TEXT = """CREATE VIRTUAL TABLE search_entry_fts USING fts5(
    tokens, content='search_entry', content_rowid='id', detail=none, columnsize=0,
    tokenize="unicode61 remove_diacritics 0 tokenchars '_'")"""
_OUT = "INSERT INTO search_entry_fts(search_entry_fts, rowid, tokens) VALUES ('delete', old.id, old.tokens);"
_IN = "INSERT INTO search_entry_fts(rowid, tokens) VALUES (new.id, new.tokens);"


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", Id, sa.Identity(), nullable=False),
        sa.Column("record_type", sa.String(64), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("tokens", Tokens, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("record_type", "record_id", name="uq_search_entry"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_search_entry_tokens", "search_entry", ["tokens"], postgresql_using="gin")
        return
    op.execute(_FULL_TEXT)
    op.execute(f"CREATE TRIGGER search_entry_in AFTER INSERT ON search_entry BEGIN {_IN} END")
    op.execute(f"CREATE TRIGGER search_entry_out AFTER DELETE ON search_entry BEGIN {_OUT} END")
    op.execute(f"CREATE TRIGGER search_entry_new AFTER UPDATE ON search_entry BEGIN {_OUT} {_IN} END")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.execute("DROP TABLE search_entry_fts")
    op.drop_table("search_entry")
