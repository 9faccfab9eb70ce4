"""What a part of the demo data is given: a desk with a fixed present and a fixed chance, on which things have keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.organisation.models import GroupMember
from app.organisation.services import member_service
from app.records.demo.bringing import Notes, table_of
from app.records.demo.models import DemoRecord
from app.sdk.actor import Actor
from app.sdk.i18n import bilingual
from app.security.models import RoleProfile
from app.security.services import user_service

T = TypeVar("T")
Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """A log-in of the demo company, told to whoever brings it."""

    username: str
    name: str
    role: str


@dataclass(slots=True)
class Desk:
    """All parts act as `actor`, through services; what one of them keeps by a key the others find by it."""

    session: Session
    notes: Notes
    actor: Actor
    now: datetime
    password: str
    accounts: list[Account] = field(default_factory=list)
    # What is there already and used by a key all the same; None where this desk lacks it.
    known: dict[str, int | None] = field(default_factory=dict)
    random: Random = field(default_factory=lambda: Random(20))  # noqa: S311 - the same company each time

    def keep(self, key: str, record: T) -> T:
        """Let a record be found by a key."""
        self.notes.keys[table_of(type(record)), record.id] = key  # type: ignore[attr-defined]
        return record

    def ids(self, prefix: str) -> dict[str, Any]:
        """Return {key without the prefix: id} of what was kept under keys that begin so, in the order of keeping."""
        row = DemoRecord
        statement = select(row.key, row.record_id).where(row.key.startswith(prefix)).order_by(row.id)
        found: dict[str, Any] = {str(key): one for key, one in self.session.execute(statement)}
        found |= {key: row[1] for row, key in self.notes.keys.items()} | self.known
        return {key.removeprefix(prefix): record_id for key, record_id in found.items() if key.startswith(prefix)}

    def roles(self, codes: Iterable[str]) -> list[int]:
        """Return the ids of roles by their codes, those that are there."""
        wanted = list(codes)
        statement = select(RoleProfile.code, RoleProfile.role_id).where(RoleProfile.code.in_(wanted))
        found = dict(self.session.execute(statement).all())
        return [found[code] for code in wanted if code in found]

    def log_in(self, person: str, username: str, role: str, language: str = "zh") -> None:
        """Let a person, by their key, log in with a role, with the one password, which they have to change."""
        key = self.ids("person.")[person]
        user = user_service.create(self.actor, {
            "username": username, "password": self.password, "must_change": True, "person": key,
            "roles": self.roles([role]), "language": language})
        self.keep(f"user.{username}", user)
        label = self.session.execute(select(RoleProfile.label).where(RoleProfile.code == role)).scalar()
        self.accounts.append(Account(username, user.first_name, bilingual(label) if label else role))

    def join(self, group_id: int, person_id: int, position: str = "member") -> None:
        """Put a person into a work group, unless they are in it."""
        present = select(GroupMember.id).where(GroupMember.group_id == group_id, GroupMember.person_id == person_id)
        if self.session.execute(present).first() is None:
            member_service.create(self.actor, {"group": group_id, "person": person_id, "role_in_group": position})


def content(path: Path) -> Content:
    """Return what a file of a part says."""
    found: Content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def without(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return values without some names."""
    return {name: value for name, value in values.items() if name not in names}
