"""What is done with a record and another one, each in its dialog: merge, undo it, split, clone, add a child."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from flask import flash, redirect, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.db import record_type_of, session
from app.organisation.models import WorkGroup
from app.records import timeline
from app.records.rich_text import as_typed
from app.records.taking_back import Changed
from app.sdk.actor import Actor, current_actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import _, _l, _n
from app.web import record_files
from app.web.another import another_form
from app.web.fields import RemoteSelectField
from app.web.form_words import DeskForm
from app.web.forms import put_errors
from app.web.ids import as_id
from app.web.interface import Interface
from app.web.staying import go_to

REQUIRED = InputRequired(_l("This field is required."))
TITLE = [REQUIRED, Length(max=300)]
# The field of what a record goes on in.
SURVIVOR = "survivor"
# So many of the latest entries are offered for a split.
OFFERED = 200


class CloneForm(DeskForm):
    """What is different in the clone."""

    title = StringField(_l("Title"), TITLE)
    is_linked = BooleanField(_l("Link it with this one"), default=True)


class ChildForm(DeskForm):
    """What the child is about."""

    title = StringField(_l("Title"), TITLE)
    description = TextAreaField(_l("Description"), render_kw={"rows": 4})


class SplitForm(DeskForm):
    """What the new record is about; what goes along is picked beside."""

    title = StringField(_l("Title"), TITLE)
    is_moved = BooleanField(_l("Move what is picked instead of copying it"))


class FamilyRoutes:
    """Mixed into a RecordView whose service merges, splits and clones."""

    datamodel: Any
    service: Any
    route_base: str
    family_rights: ClassVar[dict[str, str]] = {
        "merge_into": "merge", "undo_merge": "merge", "split": "split", "clone": "write", "add_child": "link"}

    def more_actions(self, item: Any, actor: Actor) -> list[dict[str, str]]:
        """Return what the menu of a record offers beside its steps."""
        base, service = self.url_base(item.id), self.service  # type: ignore[attr-defined]
        is_over, is_open = item.state_category == "closed", item.state_category in ("open", "paused")
        offers = (
            ("add-child", _("Add a child"), "hierarchy", service.link_permission, is_open),
            ("clone", _("Clone"), "copy", service.write, True),
            ("split", _("Split"), "arrows-split-2", service.split_permission, True),
            ("merge-into", _("Merge into another"), "git-merge", service.merge_permission, not is_over),
        )
        return [{"url": f"{base}/{name}", "label": label, "icon": icon} for name, label, icon, right, fits in offers
                if fits and right is not None and actor.can(right) and actor.can(service.write)]

    @expose("/<pk>/merge-into", methods=["GET", "POST"])
    @has_access
    @permission_name("merge_into")
    def merge_into(self, pk: Any) -> Any:
        """Ask in which record this one goes on, or merge it."""
        item = self.one(pk)  # type: ignore[attr-defined]
        form = another_form(self, SURVIVOR, _l("Goes on in"), [item.id])
        lead = [_("The other one keeps its number and goes on. This one is closed and points to it; its links, its "
                  "watchers and its caller go over, and replies to it reach the other one."),
                _("It can be undone for 30 days.")]
        return self._dialog(item, "merge-into", _("Merge into another"), form, lead, lambda: self.service.merge(
            current_actor(), form[SURVIVOR].data or 0, item.id), lambda made: made.winner_id, button=_("Merge"))

    @expose("/<pk>/undo-merge", methods=["POST"])
    @has_access
    @permission_name("undo_merge")
    def undo_merge(self, pk: Any) -> Any:
        """Take the merge of a record back, and say what of it could not be."""
        item = self.one(pk)  # type: ignore[attr-defined]
        undo = partial(self.service.undo_merge, current_actor(), as_id(request.form.get("merge")) or 0)
        try:
            left_out = self._undone(undo)
            if left_out:
                flash(_n("The merge was undone, but for %(num)s link: something newer stands in its place.",
                         "The merge was undone, but for %(num)s links: something newer stands in their place.",
                         left_out), "warning")
            else:
                flash(_("The merge was undone."), "success")
        except BusinessError as refused:
            if refused.http_status not in (409, 422):
                raise
            flash(refused.message, "danger")
        return redirect(self.url_of(item.id))  # type: ignore[attr-defined]

    @expose("/<pk>/clone", methods=["GET", "POST"])
    @has_access
    @permission_name("clone")
    def clone(self, pk: Any) -> Any:
        """Ask what is different, or make the clone."""
        item = self.one(pk)  # type: ignore[attr-defined]
        form = CloneForm()
        if request.method == "GET":
            form.title.data = item.title
        lead = [_("It has the same caller, texts and classification, and begins its own life. What was said here and "
                  "the files stay here.")]
        return self._dialog(item, "clone", _("Clone"), form, lead, lambda: self.service.clone(
            current_actor(), item.id, {"title": form.title.data}, is_linked=form.is_linked.data))

    @expose("/<pk>/add-child", methods=["GET", "POST"])
    @has_access
    @permission_name("add_child")
    def add_child(self, pk: Any) -> Any:
        """Ask what the child is about, or make it."""
        item = self.one(pk)  # type: ignore[attr-defined]
        group = RemoteSelectField(_l("Work group"), [], Interface(WorkGroup))
        form = type("AddChildForm", (ChildForm,), {"group": group})()
        form.group.options_url = f"{self.route_base}/options/group"
        lead = [_("It has the same caller and classification. This one is resolved after it, or with it.")]
        return self._dialog(item, "add-child", _("Add a child"), form, lead, lambda: self.service.add_child(
            current_actor(), item.id, {"title": form.title.data, "description": as_typed(form.description.data or ""),
                                       "group": form.group.data}))

    @expose("/<pk>/split", methods=["GET", "POST"])
    @has_access
    @permission_name("split")
    def split(self, pk: Any) -> Any:
        """Ask what goes on by itself, or split it off."""
        item, actor = self.one(pk), current_actor()  # type: ignore[attr-defined]
        kind, inside = record_type_of(type(item)), self.may_see_internal(actor)  # type: ignore[attr-defined]
        found = timeline.entries(session(), kind, item.id, public_only=not inside, stretch=timeline.Stretch(
            "conversation", limit=OFFERED))
        said = [entry for entry in found if entry.withdrawn_at is None]
        files = record_files.seen(item, sees_internal=inside)
        form = SplitForm()
        picked = {name: {key for key in map(as_id, request.form.getlist(name)) if key is not None}
                  for name in ("entries", "files")}
        lead = [_("A new ticket for the same caller; what you pick goes along.")]
        return self._dialog(item, "split", _("Split"), form, lead, lambda: self.service.split(
            actor, item.id, form.title.data, picked["entries"], picked["files"], is_moved=form.is_moved.data),
            said=said, files=files, picked=picked)

    def _undone(self, undo: Callable[..., Any]) -> int:
        try:
            self.call_service(undo)  # type: ignore[attr-defined]
        except Changed as changed:
            self.call_service(partial(undo, rest=True))  # type: ignore[attr-defined]
            return len(changed.conflicts)
        return 0

    def _dialog(self, item: Any, name: str, title: str, form: Any, lead: list[str], act: Callable[[], Any],
                page_of: Callable[[Any], int] = lambda made: made.id, **shown: Any) -> Any:
        # Shows a dialog, or does what it says and goes to the page of what came of it.
        if request.method == "POST" and form.validate():
            try:
                made = self.call_service(act)  # type: ignore[attr-defined]
                flash(_("Done: %(action)s", action=title), "success")
                return go_to(self.url_of(page_of(made)))  # type: ignore[attr-defined]
            except BusinessError as refused:
                if refused.http_status not in (409, 422):
                    raise
                left = put_errors(form, {SURVIVOR if key == "loser" else key: text
                                         for key, text in refused.fields.items()})
                form.form_errors = [*form.form_errors, *(left if refused.fields else [refused.message])]
        body = self.render_template(  # type: ignore[attr-defined]
            "desk/family_dialog.html", title=title, view=self, item=item, form=form, lead=lead, **shown,
            action_url=f"{self.url_base(item.id)}/{name}", back_url=self.url_of(item.id))  # type: ignore[attr-defined]
        return body, 422 if request.method == "POST" else 200
