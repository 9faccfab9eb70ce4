"""Work groups, with their members and the roles that are granted to all of them."""

from app.organisation.labels import ASSIGNMENT_MODES, LABELS, POSITIONS, SUPPORT_LINES
from app.organisation.models import GroupMember, GroupRole, MemberRole, WorkGroup
from app.organisation.services import (
    group_role_service,
    member_role_service,
    member_service,
    work_group_service,
)
from app.sdk.i18n import _l
from app.web.children import ChildrenPanel, ChildView
from app.web.interface import Interface
from app.web.panels import AuditPanel, Slot, UsesPanel
from app.web.record_view import RecordView

GROUPS = "/organisation/groups"
MEMBERS = "/organisation/members"


class MemberView(ChildView):
    """A person in a group."""

    datamodel = Interface(GroupMember)
    service = member_service
    class_permission_name = "work_group"
    route_base = MEMBERS
    parent, parent_route = "group", GROUPS
    label, label_plural = _l("Member"), _l("Members")
    label_columns = LABELS
    list_columns = ["group", "person", "role_in_group"]
    search_columns = ["group", "person", "role_in_group"]
    add_columns = ["group", "person", "role_in_group"]
    edit_columns = ["role_in_group"]
    show_columns = list_columns
    choice_columns = {"role_in_group": POSITIONS}


class GroupRoleView(ChildView):
    """A role granted to all members of a group."""

    datamodel = Interface(GroupRole)
    service = group_role_service
    class_permission_name = "role"
    route_base = "/organisation/group-roles"
    parent, parent_route = "group", GROUPS
    label, label_plural = _l("Role of the group"), _l("Roles of groups")
    label_columns = LABELS
    list_columns = ["group", "role"]
    search_columns = ["group", "role"]
    add_columns = ["group", "role"]
    edit_columns = ["role"]
    show_columns = list_columns


class MemberRoleView(ChildView):
    """A role granted to one member, for as long as they are in the group."""

    datamodel = Interface(MemberRole)
    service = member_role_service
    class_permission_name = "role"
    route_base = "/organisation/member-roles"
    parent, parent_route = "member", MEMBERS
    label, label_plural = _l("Role of the member"), _l("Roles of members")
    label_columns = LABELS
    list_columns = ["member", "role"]
    search_columns = ["member", "role"]
    add_columns = ["member", "role"]
    edit_columns = ["role"]
    show_columns = list_columns


class WorkGroupView(RecordView):
    """The basic element: everybody who works here is in a group, and work is assigned to groups."""

    datamodel = Interface(WorkGroup)
    service = work_group_service
    class_permission_name = "work_group"
    route_base = GROUPS
    label, label_plural = _l("Work group"), _l("Work groups")
    label_columns = LABELS
    list_columns = ["name", "code", "support_line", "lead", "parent", "is_active"]
    search_columns = ["code", "support_line", "lead", "parent", "is_active"]
    add_columns = ["name", "code", "support_line", "parent", "lead", "email", "assignment_mode", "capacity",
                   "calendar", "is_active"]
    edit_columns = add_columns
    show_columns = add_columns
    order_columns = ["code", "sort_zh", "sort_en"]
    base_order = ("code", "asc")
    choice_columns = {"support_line": SUPPORT_LINES, "assignment_mode": ASSIGNMENT_MODES}
    panels = [
        ChildrenPanel(MemberView, "person", "role_in_group", title=_l("Members"), key="members",
                      add_label=_l("Add a member")),
        ChildrenPanel(GroupRoleView, "role", title=_l("Roles of the group"), key="roles",
                      add_label=_l("Grant a role")),
        Slot("work_group.side"),
        UsesPanel(),
        AuditPanel(),
    ]
    # A member's own roles stand on the member's page.


MemberView.panels = [
    ChildrenPanel(MemberRoleView, "role", title=_l("Roles of the member"), key="roles", add_label=_l("Grant a role")),
    AuditPanel(),
]
