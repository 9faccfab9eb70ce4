"""Work groups, with their members and the roles that are granted to all of them."""

from typing import Any, ClassVar

from flask import flash, redirect, request
from wtforms import validators

from app.organisation.labels import ASSIGNMENT_MODES, LABELS, POSITIONS, SUPPORT_LINES, VISIBILITIES
from app.organisation.models import GroupMember, GroupRole, MemberRole, WorkGroup
from app.organisation.services import (
    group_role_service,
    member_role_service,
    member_service,
    work_group_service,
)
from app.organisation.views.members_panel import MembersPanel
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import _, _l
from app.web.children import ChildrenPanel, ChildView
from app.web.fields import RemoteSelectField
from app.web.form_words import DeskForm
from app.web.forms import put_errors
from app.web.interface import Interface
from app.web.labels import register_text, text_of
from app.web.page import expose, has_access, permission_name
from app.web.panels import AuditPanel, Slot, UsesPanel
from app.web.record_view import RecordView
from app.web.shared import READ_WRITE
from app.web.tree_mode import Tree, TreePanel

register_text(GroupRole, lambda row: text_of(row.role))
register_text(MemberRole, lambda row: text_of(row.role))

GROUPS = "/organisation/groups"
MEMBERS = "/organisation/members"


class TransferForm(DeskForm):
    """To which group somebody moves."""

    group = RemoteSelectField(LABELS["group"], [validators.InputRequired(_l("This field is required."))],
                              Interface(WorkGroup))


class MemberView(ChildView):
    """A person in a group."""

    datamodel = Interface(GroupMember)
    service = member_service
    class_permission_name = "work_group"
    route_base = MEMBERS
    parent, parent_route = "group", GROUPS
    label, label_plural = _l("Member"), _l("Members")
    label_columns = LABELS
    method_permission_name: ClassVar[Any] = {**READ_WRITE, "transfer": "write"}
    description_columns: ClassVar[Any] = {"sequence": _l("Of the deputies: who comes first, second, third.")}
    list_columns = ["group", "person", "role_in_group", "sequence"]
    search_columns = ["group", "person", "role_in_group"]
    add_columns = ["group", "person", "role_in_group", "sequence"]
    edit_columns = ["role_in_group", "sequence"]
    show_columns = list_columns
    choice_columns = {"role_in_group": POSITIONS}

    @expose("/<pk>/transfer", methods=["GET", "POST"])
    @has_access
    @permission_name("transfer")
    def transfer(self, pk: Any) -> Any:
        """Ask for another group, or move the member there."""
        item, form = self.one(pk), TransferForm()
        form.group.options_url = f"{self.route_base}/options/group"
        back, status = self.url_of(item.id), 200
        if request.method == "POST":
            status = 422
            if form.validate():
                try:
                    made = self.call_service(member_service.transfer, current_actor(), item.id, form.group.data)
                except BusinessError as refusal:
                    if refusal.http_status not in (409, 422):
                        raise
                    form.form_errors = [*form.form_errors, *put_errors(form, refusal.fields)] if refusal.fields else [
                        refusal.message]
                else:
                    flash(_("%(person)s is in %(group)s now.", person=made.person, group=made.group), "success")
                    return redirect(self.url_of(made.id))
        body = self.render_template("desk/own_form.html", form=form, names=["group"], back_url=back,
                                    title=_("Move %(person)s to another group", person=item.person))
        return body, status


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
    list_columns = ["name", "code", "support_line", "lead", "parent", "site", "is_active"]
    optional_columns = ["is_service_desk", "calendar", "email", "assignment_mode", "capacity", "visibility"]
    search_columns = ["code", "support_line", "is_service_desk", "lead", "parent", "site", "calendar", "visibility",
                      "is_active"]
    list_modes = [Tree()]
    add_fieldsets = [
        (_l("Work group"), {"fields": ["name", "code", "parent", "lead", "support_line", "is_service_desk",
                                       "visibility", "is_active"]}),
        (_l("Work"), {"fields": ["site", "calendar", "email", "assignment_mode", "capacity"]}),
        (_l("More"), {"fields": ["description", "ola_notes"]}),
    ]
    edit_fieldsets = add_fieldsets
    show_fieldsets = [
        (_l("Work"), {"fields": ["lead", "support_line", "is_service_desk", "site", "calendar", "email",
                                 "assignment_mode", "capacity"]}),
        (_l("More"), {"fields": ["name", "code", "parent", "visibility", "is_active", "description", "ola_notes"]}),
    ]
    description_columns: ClassVar[Any] = {
        "lead": _l("Is a member of the group, too."), "site": _l("The place of ours from which the group works."),
        "calendar": _l("Empty: that of the company, else of the desk."),
        "is_service_desk": _l("Owns what its people log: what others solve comes back to it, and only it closes."),
        "capacity": _l("How many open records the group can hold."),
        "ola_notes": _l("What this group has promised to others, and they to it."),
        "email": _l("Mail to the group as a whole."),
    }
    order_columns = ["code", "sort_zh", "sort_en"]
    base_order = ("code", "asc")
    choice_columns = {"support_line": SUPPORT_LINES, "assignment_mode": ASSIGNMENT_MODES, "visibility": VISIBILITIES}
    panels = [
        MembersPanel(),
        ChildrenPanel(GroupRoleView, "role", title=_l("Roles of the group"), key="roles",
                      add_label=_l("Grant a role")),
        TreePanel(title=_l("Group tree"), key="tree"),
        Slot("work_group.side"),
        UsesPanel(),
        AuditPanel(),
    ]
    # A member's own roles stand on the member's page.


MemberView.panels = [
    ChildrenPanel(MemberRoleView, "role", title=_l("Roles of the member"), key="roles", add_label=_l("Grant a role")),
    AuditPanel(),
]
