"""Find services by pinyin and initials."""

import sqlalchemy as sa
from alembic import op
from pypinyin import Style, lazy_pinyin

revision = "ticket_0002"
down_revision = "ticket_0001"
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": run once every process has the new code

TABLES = ("service_family", "service", "service_offering")


def upgrade() -> None:
    for name in TABLES:
        for column in ("sort_zh", "sort_en"):
            op.add_column(name, sa.Column(column, sa.String(200), nullable=True))
        table = sa.table(name, sa.column("id", sa.BigInteger()), sa.column("name", sa.JSON()),
                         sa.column("sort_zh", sa.String()), sa.column("sort_en", sa.String()))
        for row in op.get_bind().execute(sa.select(table.c.id, table.c.name)).all():
            op.execute(sa.update(table).where(table.c.id == row.id).values(**_keys(row.name or {})))


def _keys(name: dict[str, str]) -> dict[str, str]:
    zh, en = name.get("zh") or name.get("en") or "", name.get("en") or name.get("zh") or ""
    pinyin = " ".join(lazy_pinyin(zh, style=Style.TONE3, errors="default")).lower()
    return {"sort_zh": pinyin[:200], "sort_en": en.casefold()[:200]}


def downgrade() -> None:
    for name in TABLES:
        for column in ("sort_en", "sort_zh"):
            op.drop_column(name, column)
