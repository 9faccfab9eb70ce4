"""What the groups of a directory give: work groups and roles that come and go with them, and no others.

Only work groups and roles that DIRECTORY_GROUPS names are touched; what an administrator gave besides stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog
from flask import current_app
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from app.db import session
from app.organisation.models import GroupMember, GroupRole, Person, WorkGroup
from app.organisation.services import member_service
from app.sdk.actor import SYSTEM
from app.security.grants import ADMINISTRATIVE, rights_of
from app.security.models import RoleProfile
from app.security.services.users import user_service

log = structlog.get_logger(__name__)
Gives = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Granted:
    """Ids of work groups and of roles."""

    groups: frozenset[int]
    roles: frozenset[int]


def of(given: Iterable[Gives]) -> Granted:
    """Return what these groups of the directory give, without what would be administrative unless that is allowed."""
    given = list(given)
    groups = _ids(WorkGroup.code, WorkGroup.id, {one["group"] for one in given if "group" in one})
    roles = _ids(RoleProfile.code, RoleProfile.role_id, {one["role"] for one in given if "role" in one})
    if current_app.config["DIRECTORY_GRANTS_ADMIN"]:
        return Granted(frozenset(groups.values()), frozenset(roles.values()))
    of_groups = {key: session().execute(select(GroupRole.role_id).where(GroupRole.group_id == key)).scalars().all()
                 for key in groups.values()}
    return Granted(
        frozenset(key for code, key in groups.items() if not _is_administrative(code, of_groups[key])),
        frozenset(key for code, key in roles.items() if not _is_administrative(code, [key])),
    )


def sync(user: User, given: Iterable[Gives]) -> None:
    """Give a user what their groups of the directory give, and take back what these do not give any more."""
    from app.security.directory import mapping

    managed, wanted = of(mapping().values()), of(given)
    person_id = session().execute(select(Person.id).where(Person.user_id == user.id)).scalar_one()
    members = select(GroupMember.group_id, GroupMember.id).where(GroupMember.person_id == person_id)
    present = {row[0]: row[1] for row in session().execute(members)}
    for group_id in sorted(wanted.groups - present.keys()):
        member_service.create(SYSTEM, {"group": group_id, "person": person_id})
    for group_id in sorted((managed.groups - wanted.groups) & present.keys()):
        member_service.delete(SYSTEM, present[group_id])
    own = {role.id for role in user.roles}
    after = (own - managed.roles) | wanted.roles
    if after != own:
        user_service.update(SYSTEM, user.id, {"roles": sorted(after)})


def _ids(code: InstrumentedAttribute[str], key: InstrumentedAttribute[int], wanted: set[str]) -> dict[str, int]:
    found = {row[0]: row[1] for row in session().execute(select(code, key).where(code.in_(wanted)))}
    for missing in wanted - found.keys():
        log.warning("directory_group_unknown", code=missing)
    return found


def _is_administrative(code: str, role_ids: Iterable[int]) -> bool:
    found = any(key.split(".", 1)[0] in ADMINISTRATIVE for key in rights_of(session(), role_ids))
    if found:
        log.warning("directory_grants_no_administration", code=code)
    return found
