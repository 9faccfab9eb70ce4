"""How columns and lines look in the scripts that `revision` writes: short, and free of the program's own classes."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import CreateIndexOp, DropIndexOp, DropTableOp, ModifyTableOps
from sqlalchemy import JSON, BigInteger

from app.db import Label, UtcDateTime


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | bool:
    """Render our column types by the names at the head of the script; everything else as Alembic does."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "Utc"
    if isinstance(item, Label):
        return "Json"
    if isinstance(item, JSON) and item._variant_mapping:
        return "Json"
    if isinstance(item, BigInteger) and item._variant_mapping:
        return "Id"
    return False


def plain_indexes(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Make indexes by plain statements: only a changed column or constraint needs its table rebuilt on SQLite."""
    for script in directives:
        for container in (*script.upgrade_ops_list, *script.downgrade_ops_list):
            dropped = {item.table_name for item in container.ops if isinstance(item, DropTableOp)}
            container.ops = [found for item in container.ops for found in _spread(item, dropped)]


def _spread(item: Any, dropped: set[str]) -> list[Any]:
    if not isinstance(item, ModifyTableOps):
        return [item]
    if item.table_name in dropped:  # its indexes go with the table
        return []
    return list(item.ops) if all(isinstance(one, CreateIndexOp | DropIndexOp) for one in item.ops) else [item]


def tidy(script: Path) -> Path:
    """Drop what the script does not use and break its long lines."""
    text = re.sub(r"\n +# ### .*", "", script.read_text(encoding="utf-8"))
    for name, line in (("Json", r"Json = .*\n"), ("Id", r"Id = .*\n"), ("Utc", r"Utc = .*\n"),
                       ("postgresql", r"from sqlalchemy.dialects import postgresql\n")):
        if len(re.findall(rf"\b{name}\b", text)) <= 1:
            text = re.sub(line, "", text)
    script.write_text(text, encoding="utf-8")
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    if ruff:
        subprocess.run([ruff, "format", "--quiet", "--line-length", "120", str(script)], check=False)
    return script
