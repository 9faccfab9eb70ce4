"""Rules of work groups: their members, and the roles that are granted to a group or to one member.

That nobody who works here loses their last group unnoticed is guarded at the flush (app.security).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.db import session
from app.organisation import open_work
from app.organisation.checks import check_reach
from app.organisation.labels import ASSIGNMENT_MODES, POSITIONS, SUPPORT_LINES, VISIBILITIES
from app.organisation.models import Company, GroupMember, GroupRole, MemberRole, Site, WorkGroup
from app.organisation.permissions import WORK_GROUP_DELETE, WORK_GROUP_WRITE
from app.organisation.trees import check_parent
from app.records.picklists import sort_keys
from app.records.service import RecordService, require_label
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _, _n
from app.security.grants import check_grant
from app.security.permissions import ROLE_WRITE

LEAD, MEMBER = "lead", "member"


class WorkGroupService(RecordService[WorkGroup]):
    """Work groups."""

    delete_needs_reason = True

    def prepare(self, actor: Actor, record: WorkGroup, values: Mapping[str, Any]) -> None:
        check_reach(values)
        require_label(values, "name")
        if record.support_line is not None and record.support_line not in SUPPORT_LINES:
            raise InvalidField("support_line", _("The support line is 1, 2 or 3."))
        if record.assignment_mode is not None and record.assignment_mode not in ASSIGNMENT_MODES:
            raise InvalidField("assignment_mode", _("Choose an entry of the list."))
        if record.capacity is not None and record.capacity < 0:
            raise InvalidField("capacity", _("Give a number of at least 0."))
        if record.visibility is not None and record.visibility not in VISIBILITIES:
            raise InvalidField("visibility", _("Choose an entry of the list."))
        if record.site_id is not None and "site_id" in values:
            self._check_site(record.site_id)
        check_parent(session(), record)
        record.sort_zh, record.sort_en = sort_keys(record.name)

    @all_or_nothing
    def create(self, actor: Actor, values: Mapping[str, Any]) -> WorkGroup:
        """Create a group; whoever leads it is in it."""
        made = super().create(actor, values)
        self._keep_lead(actor, made)
        return made

    @all_or_nothing
    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any],
               version: int | None = None) -> WorkGroup:
        """Change a group. One that holds open work is not switched off: somebody has to take it over first."""
        present = self.get_for_update(record_id)
        if values.get("is_active") is False and present.is_active:
            self.check_deactivate(actor, present)
        changed = super().update(actor, record_id, values, version)
        if {"lead", "lead_id"} & set(values):
            self._keep_lead(actor, changed)
        return changed

    def check_deactivate(self, actor: Actor, record: WorkGroup) -> None:
        held = open_work.of_groups([record.id])[record.id]
        if held:
            raise InvalidField("is_active", _n("The group holds %(num)s open record. Hand it over first.",
                                               "The group holds %(num)s open records. Hand them over first.", held))

    @staticmethod
    def _check_site(site_id: int) -> None:
        ours = select(Site.id).outerjoin(Company, Company.id == Site.company_id).where(
            Site.id == site_id, Site.company_id.is_(None) | Company.is_own)
        with session().no_autoflush:
            if session().execute(ours).first() is None:
                raise InvalidField("site", _("A group works from a place of ours."))

    @staticmethod
    def _keep_lead(actor: Actor, record: WorkGroup) -> None:
        """Let the lead of a group be a member of it, and nobody else its lead."""
        members = session().execute(select(GroupMember).where(
            GroupMember.group_id == record.id,
            (GroupMember.role_in_group == LEAD) | (GroupMember.person_id == record.lead_id))).scalars().all()
        for member in members:
            member.role_in_group = LEAD if member.person_id == record.lead_id else MEMBER
        session().flush()
        if record.lead_id is not None and all(member.person_id != record.lead_id for member in members):
            member_service.create(actor, {"group": record.id, "person": record.lead_id, "role_in_group": LEAD})

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

    @all_or_nothing
    def create(self, actor: Actor, values: Mapping[str, Any]) -> GroupMember:
        """Put somebody into a group; as its lead where they are said to be."""
        made = super().create(actor, values)
        self._tell_group(made)
        return made

    @all_or_nothing
    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any],
               version: int | None = None) -> GroupMember:
        """Change somebody's position in a group."""
        changed = super().update(actor, record_id, values, version)
        self._tell_group(changed)
        return changed

    @all_or_nothing
    def transfer(self, actor: Actor, member_id: int, group_id: Any) -> GroupMember:
        """Move somebody to another group, as a plain member; their own roles in this one end.

        Raises InvalidField where they are in that group already. At no moment are they in no group.
        """
        member = self.get_for_update(member_id)
        actor.require(self.write)
        present = select(GroupMember.group_id).where(GroupMember.person_id == member.person_id)
        if str(group_id) in map(str, session().execute(present).scalars()):
            raise InvalidField("group", _("They are in this group already."))
        made = self.create(actor, {"group": group_id, "person": member.person_id})
        self.delete(actor, member_id)
        return made

    def check_delete(self, actor: Actor, record: GroupMember) -> None:
        # Whoever is not in a group does not lead it.
        group = session().get(WorkGroup, record.group_id)
        if group is not None and group.lead_id == record.person_id:
            group.lead_id = None

    @staticmethod
    def _tell_group(record: GroupMember) -> None:
        group = session().get(WorkGroup, record.group_id)
        if group is None:
            return
        if record.role_in_group == LEAD:
            others = select(GroupMember).where(GroupMember.group_id == record.group_id, GroupMember.id != record.id,
                                               GroupMember.role_in_group == LEAD)
            for other in session().execute(others).scalars():
                other.role_in_group = MEMBER
            group.lead_id = record.person_id
        elif group.lead_id == record.person_id:
            group.lead_id = None
        session().flush()


class GrantService(RecordService[Any]):
    """Roles granted to a group or to one of its members."""

    def prepare(self, actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
        check_grant(session(), actor, [record.role_id])


work_group_service = WorkGroupService(
    WorkGroup, WORK_GROUP_WRITE,
    {"name", "code", "parent", "lead", "support_line", "email", "assignment_mode", "capacity", "calendar",
     "site", "description", "ola_notes", "visibility", "is_service_desk", "is_active"},
    {"name", "code"}, delete=WORK_GROUP_DELETE,
)
member_service = MemberService(
    GroupMember, WORK_GROUP_WRITE, {"group", "person", "role_in_group", "sequence"}, {"group_id", "person_id"}
)
group_role_service = GrantService(GroupRole, ROLE_WRITE, {"group", "role"}, {"group_id", "role_id"})
member_role_service = GrantService(MemberRole, ROLE_WRITE, {"member", "role"}, {"member_id", "role_id"})
