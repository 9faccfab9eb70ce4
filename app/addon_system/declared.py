"""What an addon declares, read from its files without running them: it may be off, faulty, or not yet installed.

The declarations are literals by habit (`Permission("problem", "read", _l("View problems"))`), and a constant of the
addon may stand for a text. What is put together otherwise is not found here; the loader, which runs the code, finds it.
A scheduled job is always found: one whose name is put together stands here as it is written, `f"loan.{kind}"`; where
its addon is on, the rows of the scheduler know what that comes to (app.addon_system.impact_rows).
"""

import ast
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from app.addon_system.manifest import Manifest
from app.addon_system.python_text import parsed

_LEFT_OUT = frozenset({"tests", "migrations", "scaffold", "__pycache__"})


@dataclass(slots=True)
class Declared:
    """What one addon brings; labels are English msgids."""

    rights: dict[str, str] = field(default_factory=dict)  # key: label
    menus: dict[str, str] = field(default_factory=dict)  # key: label
    schedules: dict[str, str] = field(default_factory=dict)  # job: cron
    unnamed: dict[str, str] = field(default_factory=dict)  # the expression of a job's name: cron
    roles: dict[str, dict[str, str]] = field(default_factory=dict)  # external id: name in both languages
    addresses: list[str] = field(default_factory=list)  # what its pages and REST begin with


def declared_tables(unit: Manifest) -> list[str]:
    """Return the tables that a unit's models name. Raises SyntaxError where they are no Python."""
    paths = sorted({*unit.folder.glob("models.py"), *unit.folder.glob("models/*.py")})
    return [name for path in paths for name in _tables(parsed(path.read_text(encoding="utf-8")))]


def _tables(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            if any(isinstance(target, ast.Name) and target.id == "__tablename__" for target in node.targets):
                yield str(node.value.value)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Table":
            yield from (str(first.value) for first in node.args[:1] if isinstance(first, ast.Constant))


def declared_rights(unit: Manifest) -> list[str]:
    """Return the keys of the rights that a unit's own file of rights declares."""
    found = Declared()
    for _path, tree in _trees(unit.folder, "permissions.py"):
        for node in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            _take_call(found, _Words(_constants(tree)), node)
    return list(found.rights)


def declared(unit: Manifest) -> Declared:
    """Return what a unit declares; a file that is no Python is passed over."""
    found = Declared(addresses=[f"/{unit.name}"])
    trees = dict(_trees(unit.folder))
    shared = {name: text for tree in trees.values() for name, text in _constants(tree).items()}
    for tree in trees.values():
        words = _Words({**shared, **_constants(tree)})
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                _take_call(found, words, node)
            elif isinstance(node, ast.Assign):
                _take_address(found, words, node)
    found.roles = dict(_roles(unit))
    return found


def _trees(folder: Path, called: str = "*.py") -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob(called)):
        if not _LEFT_OUT & set(path.relative_to(folder).parts):
            with suppress(SyntaxError, ValueError):
                yield path, parsed(path.read_text(encoding="utf-8"))


def _constants(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: node.value.value
        for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets if isinstance(target, ast.Name)
    }


class _Words:
    def __init__(self, constants: Mapping[str, str]) -> None:
        self._constants = constants

    def text(self, node: ast.AST | None) -> str:
        """Return the text that an expression stands for; "" where it is no plain one."""
        if isinstance(node, ast.Constant):
            return str(node.value)
        if isinstance(node, ast.Name | ast.Attribute):
            return self._constants.get(node.id if isinstance(node, ast.Name) else node.attr, "")
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_l", "_lp"} and node.args:
            return self.text(node.args[-1])
        return ""


def _take_call(found: Declared, words: _Words, node: ast.Call) -> None:
    called = getattr(node.func, "id", "")
    given = [words.text(item) for item in node.args]
    if called == "Permission" and len(given) > 2:
        found.rights[f"{given[0]}.{given[1]}"] = given[2]
    elif called == "MenuItem" and len(given) > 1:
        found.menus[given[0]] = given[1]
    elif called == "Job":
        _take_job(found, words, node)


_JOB = ("name", "run", "cron")  # as app.sdk.jobs.Job takes them


def _take_job(found: Declared, words: _Words, node: ast.Call) -> None:
    given = dict(zip(_JOB, node.args, strict=False)) | {item.arg: item.value for item in node.keywords if item.arg}
    name, cron = given.get("name"), given.get("cron")
    if name is not None and cron is not None and not (isinstance(cron, ast.Constant) and cron.value is None):
        text, when = words.text(name), words.text(cron) or ast.unparse(cron)
        (found.schedules if text else found.unnamed)[text or ast.unparse(name)] = when


def _take_address(found: Declared, words: _Words, node: ast.Assign) -> None:
    for target in node.targets:
        # `resource_name, class_permission_name = "problem_cause", "problem"` names two things at once.
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value] * len(names)
        for name, value in zip(names, values, strict=False):
            start = {"route_base": "", "resource_name": "/api/v1/"}.get(getattr(name, "id", ""))
            text = words.text(value)
            if start is not None and text:
                found.addresses.append(start + text)


def _roles(unit: Manifest) -> Iterator[tuple[str, dict[str, str]]]:
    for name in unit.data:
        # A role's line says so; to take in every list that is shipped would cost a hundred times more.
        text = (unit.folder / name).read_text(encoding="utf-8")
        if "model: role" in text:
            records = (yaml.safe_load(text) or {}).get("records", [])
            yield from ((one["id"], one["label"]) for one in records if one.get("model") == "role")
