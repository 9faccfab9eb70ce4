"""Rules of work groups: their members, and the roles that are granted to a group or to one member.

That nobody who works here loses their last group unnoticed is guarded at the flush (app.security).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.db import session
from app.organisation.labels import ASSIGNMENT_MODES, POSITIONS, SUPPORT_LINES
from app.organisation.models import GroupMember, GroupRole, MemberRole, WorkGroup
from app.organisation.permissions import WORK_GROUP_DELETE, WORK_GROUP_WRITE
from app.organisation.trees import check_parent
from app.records.picklists import sort_keys
from app.records.service import RecordService, require_label
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _
from app.security.grants import check_grant
from app.security.permissions import ROLE_WRITE


class WorkGroupService(RecordService[WorkGroup]):
    """Work groups."""

    delete_needs_reason = True

    def prepare(self, actor: Actor, record: WorkGroup, values: Mapping[str, Any]) -> None:
        require_label(values, "name")
        if record.support_line is not None and record.support_line not in SUPPORT_LINES:
            raise InvalidField("support_line", _("The support line is 1, 2 or 3."))
        if record.assignment_mode is not None and record.assignment_mode not in ASSIGNMENT_MODES:
            raise InvalidField("assignment_mode", _("Choose an entry of the list."))
        if record.capacity is not None and record.capacity < 0:
            raise InvalidField("capacity", _("Give a number of at least 0."))
        check_parent(session(), record)
        record.sort_zh, record.sort_en = sort_keys(record.name)

    def before_delete(self, actor: Actor, record: WorkGroup) -> Mapping[str, Any]:
        # Off as well: whoever looks past row rights still gives nobody the roles of a deleted group.
        before = {"is_active": record.is_active}
        record.is_active = False
        return before

    def check_replace(self, actor: Actor, record: WorkGroup, other: WorkGroup) -> None:
        roles = select(GroupRole.role_id).where(GroupRole.group_id.in_([record.id, other.id]))
        check_grant(session(), actor, session().execute(roles).scalars())


class MemberService(RecordService[GroupMember]):
    """Who is in which group. Whoever joins gets the group's roles, so these may not exceed the actor's own."""

    def prepare(self, actor: Actor, record: GroupMember, values: Mapping[str, Any]) -> None:
        if record.role_in_group is not None and record.role_in_group not in POSITIONS:
            raise InvalidField("role_in_group", _("Choose an entry of the list."))
        if {"group_id", "person_id"} & set(values):
            roles = select(GroupRole.role_id).where(GroupRole.group_id == record.group_id)
            check_grant(session(), actor, session().execute(roles).scalars())


class GrantService(RecordService[Any]):
    """Roles granted to a group or to one of its members."""

    def prepare(self, actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
        check_grant(session(), actor, [record.role_id])


work_group_service = WorkGroupService(
    WorkGroup, WORK_GROUP_WRITE,
    {"name", "code", "parent", "lead", "support_line", "email", "assignment_mode", "capacity", "calendar",
     "is_active"},
    {"name", "code"}, delete=WORK_GROUP_DELETE,
)
member_service = MemberService(
    GroupMember, WORK_GROUP_WRITE, {"group", "person", "role_in_group"}, {"group_id", "person_id"}
)
group_role_service = GrantService(GroupRole, ROLE_WRITE, {"group", "role"}, {"group_id", "role_id"})
member_role_service = GrantService(MemberRole, ROLE_WRITE, {"member", "role"}, {"member_id", "role_id"})
