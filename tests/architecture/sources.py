"""The program's own files, parsed once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {"tests", "migrations", "static", "node_modules", "__pycache__", "assets"}


@cache
def product_files() -> tuple[Path, ...]:
    """Return the Python files that are the product: no tests, no migrations."""
    found = [ROOT / "run.py", ROOT / "config.py"]
    for folder in ("app", "addons"):
        found += [path for path in sorted((ROOT / folder).rglob("*.py")) if not LEFT_OUT & set(path.parts)]
    return tuple(found)


@cache
def tree(path: Path) -> ast.Module:
    """Return a parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    """Return a file's name from the root of the repository."""
    return str(path.relative_to(ROOT))


def nodes(kind: type[ast.AST], *, under: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Yield (file, node) of every node of a kind in the product."""
    for path in product_files():
        if name_of(path).startswith(under):
            for node in ast.walk(tree(path)):
                if isinstance(node, kind):
                    yield name_of(path), node


def dotted(node: ast.AST) -> str:
    """Return `session.execute` for the node of that expression; "" where it is no plain chain of names."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        return ".".join([node.id, *reversed(parts)])
    if isinstance(node, ast.Call):
        inner = dotted(node.func)
        return ".".join([f"{inner}()", *reversed(parts)]) if inner else ""
    return ""
