"""The rights of the loaded units by module and subject, as the access matrix and the forms of roles show them.

Three kinds: the module right `<resource>.read` opens a subject, a reach (`read_…`, `see_…`) says how much of it is
seen, everything else is something that one may do. Without its module right a right is worth nothing.
"""

import importlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import select

from app import platform
from app.addon_system.registry import current_registry
from app.db import session
from app.sdk.actor import Actor
from app.sdk.i18n import LazyString, _, _l, bilingual, listed
from app.sdk.permissions import Permission
from app.security.grants import ADMINISTRATIVE, rights_by_role
from app.security.guards import ADMIN_ROLE
from app.security.models import RoleProfile
from app.web.words import subject_text, unit_text

MODULE, REACH, FUNCTION = "module", "reach", "function"
# The platform's rights by the package that declares them: one heading for all of them would say nothing.
AREAS: dict[str, LazyString] = {
    "organisation": _l("Organisation"), "records": _l("Lists and settings"), "security": _l("Users and roles"),
    "addon_system": _l("Apps"), "jobs": _l("Jobs"), "notify": _l("Notices"),
}


@dataclass(frozen=True, slots=True)
class Right:
    """One right; `needs` is the module right without which it has no effect."""

    key: str
    label: str
    kind: str
    needs: str = ""
    needs_label: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What rights are about: a resource, its module right first."""

    resource: str
    label: str
    rights: tuple[Right, ...]


@dataclass(frozen=True, slots=True)
class Module:
    """An addon, or an area of the platform."""

    key: str
    label: str
    subjects: tuple[Subject, ...]

    @property
    def rights(self) -> list[Right]:
        """All rights of the module."""
        return [right for subject in self.subjects for right in subject.rights]


@dataclass(frozen=True, slots=True)
class Column:
    """A role of the matrix and what it allows."""

    id: int
    label: str
    rights: frozenset[str]
    is_admin: bool = False

    def state(self, right: Right) -> str:
        """Return "off", "on", or "idle": granted, but without the module right."""
        if right.key not in self.rights:
            return "off"
        return "on" if not right.needs or right.needs in self.rights else "idle"

    def lock(self, right: Right, actor: Actor) -> str:
        """Return why the actor cannot change this cell, or nothing."""
        if self.is_admin:
            return _("The administrators' role holds every right and cannot be changed.")
        if is_administrative(right.key) and not actor.can(right.key):
            return _("You cannot grant administrative rights that you do not have yourself.")
        return ""

    def count(self, module: Module) -> int:
        """Return how many rights of a module the role has."""
        return sum(right.key in self.rights for right in module.rights)


def is_administrative(key: str) -> bool:
    """Say whether a right is one of those that nobody hands out without holding it."""
    return key.split(".", 1)[0] in ADMINISTRATIVE


def modules(keys: Iterable[str] | None = None) -> list[Module]:
    """Return the modules of the loaded units with their rights, addons first; only those among `keys` where given."""
    known, wanted = current_registry().permissions, set(keys) if keys is not None else None
    by_module: dict[tuple[str, str], dict[str, list[Right]]] = {}
    for key in known:
        if wanted is None or key in wanted:
            place = by_module.setdefault(_module_of(key), {})
            place.setdefault(known[key].resource, []).append(_right(known[key]))
    places = sorted(by_module, key=lambda place: place[0].startswith("platform."))
    return [Module(*place, tuple(_subject(*found) for found in by_module[place].items())) for place in places]


def narrowed(found: list[Module], text: str, module: str = "") -> list[Module]:
    """Return the modules with the rights that hold the typed words; a subject that holds them comes whole."""
    words = text.casefold().split()
    kept = []
    for one in found:
        if module and one.key != module:
            continue
        subjects = tuple(subject for subject in (_fitting(one, subject, words) for subject in one.subjects)
                         if subject.rights)
        if subjects:
            kept.append(Module(one.key, one.label, subjects))
    return kept


def columns(ids: Iterable[int] | None = None) -> list[Column]:
    """Return the roles with their rights, by name, the administrators' last; two statements."""
    statement = select(RoleProfile.id, RoleProfile.label, RoleProfile.role_id, Role.name).join(
        Role, Role.id == RoleProfile.role_id)
    if ids is not None:
        statement = statement.where(RoleProfile.id.in_(list(ids)))
    rows = session().execute(statement).all()
    held = rights_by_role(session(), [row[2] for row in rows])
    made = [Column(row[0], bilingual(row[1]) or row[3], held.get(row[2], frozenset()), row[3] == ADMIN_ROLE)
            for row in rows]
    return sorted(made, key=lambda column: (column.is_admin, column.label))


def rights_text(keys: Iterable[str] | None) -> str:
    """Return what rights are called, one after another; that of a unit which is not loaded by its key."""
    known = current_registry().permissions
    return listed(known[key].label if key in known else key for key in keys or ())


def role_names() -> list[tuple[int, str]]:
    """Return (profile id, name) of every role, as `columns` orders them."""
    statement = select(RoleProfile.id, RoleProfile.label, Role.name).join(Role, Role.id == RoleProfile.role_id)
    rows = [(row[0], bilingual(row[1]) or row[2], row[2] == ADMIN_ROLE) for row in session().execute(statement)]
    return [(key, name) for key, name, _admin in sorted(rows, key=lambda row: (row[2], row[1]))]


def _module_of(key: str) -> tuple[str, str]:
    unit = current_registry().owners.get(key, platform.PLATFORM.name)
    if unit != platform.PLATFORM.name:
        return unit, str(unit_text(unit))
    area = _areas().get(key, "")
    return f"platform.{area}", str(AREAS.get(area) or unit_text(unit))


def _areas() -> dict[str, str]:
    found = {}
    for name in platform.PERMISSIONS:
        for item in importlib.import_module(name).PERMISSIONS:
            found[item.key] = name.split(".")[1]
    return found


def _right(permission: Permission) -> Right:
    action, needs = permission.action, f"{permission.resource}.read"
    kind = MODULE if action == "read" else REACH if action.startswith(("read_", "see_")) else FUNCTION
    gate: Any = current_registry().permissions.get(needs) if kind != MODULE else None
    return Right(permission.key, str(permission.label), kind, needs if gate else "", str(gate.label) if gate else "")


def _subject(resource: str, rights: list[Right]) -> Subject:
    order = {MODULE: 0, REACH: 1, FUNCTION: 2}
    return Subject(resource, subject_text(resource), tuple(sorted(rights, key=lambda right: order[right.kind])))


def _fitting(module: Module, subject: Subject, words: list[str]) -> Subject:
    def fits(text: str) -> bool:
        return all(word in text.casefold() for word in words)

    if fits(f"{module.label} {subject.label} {subject.resource}"):
        return subject
    about = f"{module.label} {subject.label}"
    return Subject(subject.resource, subject.label, tuple(_those(subject.rights, fits, about)))


def _those(rights: Iterable[Right], fits: Any, about: str) -> Iterator[Right]:
    return (right for right in rights if fits(f"{about} {right.label} {right.key}"))
