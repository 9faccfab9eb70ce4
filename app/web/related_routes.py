"""The routes of what a record is linked with, and what its steps ask of its family.

    class IncidentView(RelatedRoutes, RecordView): ...
"""

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import quote

from flask import flash, redirect, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from sqlalchemy import select
from wtforms import BooleanField

from app.db import field_rights, session
from app.records.link_roles import ROLES
from app.sdk.actor import Actor, current_actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import _l, _n
from app.sdk.workflow import Transition
from app.web.another import BESIDE, MOST
from app.web.family_routes import SURVIVOR, FamilyRoutes
from app.web.ids import as_id
from app.web.labels import text_of
from app.web.moments import moment_text
from app.web.related_panel import names_of_type, page_of_type
from app.web.rich import rich
from app.web.shared import READ_WRITE

# What people may say of the family when they resolve one of it.
CHILDREN, DUPLICATES = "resolve_children", "resolve_duplicates"
# What a ticket that may go on in another's place is told apart by.
HINTS = ("state", "caller", "opened_at")
# How changes of links read in a record's history.
FIELD = "link_"
LINK_LABELS = {f"{FIELD}{role.code}": role.label for role in ROLES.values()}


class RelatedRoutes(FamilyRoutes):
    """Mixed into a RecordView whose service knows links."""

    datamodel: Any
    service: Any
    workflow: Any
    route_base: str
    method_permission_name: ClassVar[Any] = {
        **READ_WRITE, **FamilyRoutes.family_rights, "links": "link", "unlink": "link"}

    def may_link(self, actor: Actor) -> bool:
        """Say whether the actor may link records at all."""
        return self.service.link_permission is not None and actor.can(self.service.link_permission)

    def banners(self, item: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        """Return what stands above the page of a record: where it goes on, once it was merged."""
        found = self.service.merged_away(item)
        if found is None:
            return []
        page = page_of_type(found.node.type)
        may_undo = (found.merge is not None and found.merge.can_be_undone and self.service.merge_permission is not None
                    and actor.can(self.service.merge_permission))
        return [("desk/merged_banner.html", {
            "survivor": found, "solution": rich(found.solution) if found.solution else "",
            "workflow": page.workflow if page is not None else None,
            "url": page.url_of(found.node.id) if page is not None and found.is_visible else "",
            "undo_url": f"{self.url_base(item.id)}/undo-merge" if may_undo else ""})]  # type: ignore[attr-defined]

    def option_fields(self) -> set[str]:
        """Return the fields whose options may be asked for, those of links among them."""
        return {*super().option_fields(), *self.option_sources}  # type: ignore[misc]

    @property
    def option_sources(self) -> dict[str, Any]:
        """The classes of what is looked for beside the relations of the record itself."""
        return {"other": self.service.linked_model, SURVIVOR: self.datamodel.obj}

    def find_options(self, field: str, text: str, given: Any) -> list[tuple[int, str]]:
        """Return (id, text) of what is offered; what another goes on in is what is likely."""
        if field != SURVIVOR:
            return super().find_options(field, text, given)  # type: ignore[misc, no-any-return]
        losers = [key for key in map(as_id, request.args.getlist(BESIDE)[:MOST]) if key is not None]
        return [(row.id, text_of(row)) for row in self.service.merge_targets(losers, text)]

    def hints_of(self, field: str, ids: list[int]) -> dict[int, str]:
        """Return a few more words for each option: of a ticket its state, its caller and when it came."""
        if field != SURVIVOR:
            return super().hints_of(field, ids)  # type: ignore[misc, no-any-return]
        model = self.datamodel.obj
        shown = [name for name in HINTS if name in field_rights.shown(model, HINTS)]
        rows = session().execute(select(model).where(model.id.in_(ids)).options(
            *self.datamodel.loads([name for name in shown if name == "caller"]))).scalars()
        return {row.id: " · ".join(filter(None, (self._hint(row, name) for name in shown))) for row in rows}

    def _hint(self, row: Any, name: str) -> str:
        if name == "state":
            return str(self.workflow.state(row.state).label)
        value = getattr(row, name)
        return moment_text(value) if name == "opened_at" else text_of(value) if value is not None else ""

    @expose("/<pk>/links", methods=["POST"])
    @has_access
    @permission_name("links")
    def links(self, pk: Any) -> Any:
        """Link another record with this one."""
        item = self.one(pk)  # type: ignore[attr-defined]
        role, other = request.form.get("kind", ""), as_id(request.form.get("other")) or 0
        return self._change_links(item, lambda: self.service.link(current_actor(), item.id, role, other))

    @expose("/<pk>/links/<int:link_id>/remove", methods=["POST"])
    @has_access
    @permission_name("unlink")
    def unlink(self, pk: Any, link_id: int) -> Any:
        """Take a link away."""
        item = self.one(pk)  # type: ignore[attr-defined]
        return self._change_links(item, lambda: self.service.unlink(current_actor(), item.id, link_id))

    def _change_links(self, item: Any, change: Callable[[], Any]) -> Any:
        back = f"{self.url_of(item.id)}?tab={quote(request.form.get('tab', 'relations'))}"  # type: ignore[attr-defined]
        try:
            self.call_service(change)  # type: ignore[attr-defined]
        except BusinessError as refused:
            if refused.http_status not in (409, 422):
                raise
            flash(" ".join(dict.fromkeys(refused.fields.values())) or refused.message, "danger")
        return redirect(back)

    # Steps ---------------------------------------------------------------------------------------------------------

    def step_form(self, step: Transition, item: Any) -> Any:
        """Return the form of a step; one that resolves asks what shall become of the family."""
        made = super().step_form(step, item)  # type: ignore[misc]
        if not getattr(item, "id", None) or self.workflow.category(step.target) != "resolved":
            return made
        children, duplicates = self.service.open_family(item)
        fields: dict[str, Any] = {}
        if children:
            fields[CHILDREN] = BooleanField(
                _l("Resolve the children as well"), description=_n(
                    "%(num)s child is still open; it gets this solution, and its caller is told.",
                    "%(num)s children are still open; they get this solution, and their callers are told.", children))
        if duplicates:
            fields[DUPLICATES] = BooleanField(
                _l("Resolve the duplicates as well"), description=_n(
                    "%(num)s open ticket is a duplicate of this one.",
                    "%(num)s open tickets are duplicates of this one.", duplicates))
        return type("FamilyStepForm", (made,), fields) if fields else made


def link_text(record_type: str) -> Callable[[Any], str]:
    """Return what shows the other end of a link in the history of records of a type."""

    def text(value: Any) -> str:
        return names_of_type(record_type, [value]).get(value, "") if isinstance(value, int) else str(value or "")

    return text
