"""Deleting a record from its page: by those who may, with a reason where its service wants one.

Where the record is in use, its uses are listed, and the deleter chooses what becomes of them.
"""

from typing import Any

from flask import flash, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from wtforms import TextAreaField, validators

from app.db import Record, session
from app.records.ending import DEACTIVATE, DELETE, MAX_REASON, REPLACE, Choice
from app.records.uses import uses_of
from app.sdk.actor import Actor, current_actor
from app.sdk.errors import BusinessError, NotFound
from app.sdk.i18n import _, _l
from app.web.choices import ChoiceField, FixedChoices, hints_of_rows
from app.web.fields import RemoteSelectField
from app.web.form_words import DeskForm
from app.web.forms import put_errors
from app.web.interface import Interface
from app.web.labels import text_of
from app.web.staying import go_to
from app.web.uses import UseLine, lines_of

REPLACEMENT = "replacement"
HOW = {
    DEACTIVATE: _l("Switch it off instead; all that refers to it stays"),
    REPLACE: _l("Replace it: all that refers to it refers to another one"),
    DELETE: _l("Delete it; what refers to it keeps its name"),
}


class DeleteForm(DeskForm):
    """Why a record goes."""

    reason = TextAreaField(_l("Reason"), [validators.Length(max=MAX_REASON)], render_kw={"rows": 3})


def delete_form(view: Any, *, is_used: bool, is_sure: bool = True) -> type[DeleteForm]:
    """Return the form for records of a view; of one in use it asks what shall become of the uses.

    `is_sure` proposes something; otherwise nothing is chosen, and what is in use stays.
    """
    if not is_used:
        return DeleteForm
    offered = view.ways_to_delete()
    first = next(iter(offered)) if is_sure else None
    fields = {
        "how": ChoiceField(_l("What shall happen"), [validators.Optional()], of=FixedChoices(offered), default=first,
                           is_required=is_sure),
        REPLACEMENT: RemoteSelectField(_l("Replace it by"), [validators.Optional()], Interface(view.datamodel.obj),
                                       description=_l("Only where it is to be replaced.")),
    }
    return type("DeleteUsedForm", (DeleteForm,), fields)


def choice_of(form: Any) -> Choice | None:
    """Return what a form says about the uses of a record; None where it does not ask."""
    if "how" not in form:
        return None
    return Choice(form.how.data or "", form[REPLACEMENT].data) if form.how.data else None


class Deleting:
    """Mixed into RecordView."""

    service: Any
    # What the dialog says beside, where a kind is special.
    delete_hint: Any = ""
    class_permission_name: Any
    datamodel: Any
    route_base: str

    def may_delete(self, actor: Actor) -> bool:
        """Say whether the actor has the right to delete; the service asks the same."""
        if not hasattr(self.service, "delete"):
            return False
        return actor.can(getattr(self.service, "delete_permission", None) or f"{self.class_permission_name}.write")

    @property
    def delete_needs_reason(self) -> bool:
        """Whether a deletion is told why."""
        return bool(getattr(self.service, "delete_needs_reason", False))

    @property
    def has_bin(self) -> bool:
        """Whether what is deleted here lies in the recycle bin and can be restored."""
        if not issubclass(self.datamodel.obj, Record):
            return bool(getattr(self.service, "has_bin", False))
        return hasattr(self.service, "restore")

    @property
    def takes_choice(self) -> bool:
        """Whether the deleter chooses what becomes of the uses."""
        return self.has_bin or bool(getattr(self.service, "takes_choice", False))

    def ways_to_delete(self) -> dict[str, Any]:
        """Return {key: label} of what may become of a record that is in use."""
        return {key: label for key, label in HOW.items() if key != DEACTIVATE or self.service.can_deactivate}

    def uses(self, item: Any) -> list[UseLine]:
        """Return where a record is used, as the reader may see it."""
        return lines_of(uses_of(session(), item), item.id, current_actor()) if self.has_bin else []

    def replacements(self, text: str) -> list[dict[str, Any]]:
        """Return which records of the kind fit what was typed. Raises NotFound for who may not delete any."""
        if not (self.takes_choice and self.may_delete(current_actor())):
            raise NotFound
        found = self.datamodel.options(text)
        hints = hints_of_rows(self.datamodel.obj, [key for key, _text in found])
        return [{"id": key, "text": text, **({"hint": hints[key]} if hints.get(key) else {})} for key, text in found]

    @expose("/delete/<pk>", methods=["GET", "POST"])
    @has_access
    @permission_name("delete")
    def delete(self, pk: Any) -> Any:
        """Ask why and what becomes of its uses, or delete the record. A refusal says why on the page."""
        item: Any = self.one(pk)  # type: ignore[attr-defined]
        if hasattr(self.service, "delete_permission"):
            current_actor().require(self.service.delete_permission)
        lines, back = self.uses(item), self.url_of(item.id)  # type: ignore[attr-defined]
        form = delete_form(self, is_used=bool(lines))()
        point_to_replacements(self, form)
        if request.method == "POST" and form.validate():
            try:
                choice, text = choice_of(form), text_of(item)
                self._delete_by(item, form.reason.data, choice)
                if choice is not None and choice.how == DEACTIVATE:
                    flash(_("Switched off: %(record)s", record=text), "success")
                    return go_to(back)
                flash(_("Deleted: %(record)s", record=text), "success")
                return go_to(self.after_delete(item))
            except BusinessError as error:
                if error.http_status not in (409, 422):
                    raise
                if not self.delete_needs_reason and not lines:
                    flash(error.message, "danger")
                    return go_to(back)
                self._show_why(form, error)
        body = self.render_template(  # type: ignore[attr-defined]
            "desk/delete.html", title=_("Delete %(record)s?", record=text_of(item)), item=item, form=form, view=self,
            uses=lines, action_url=f"{self.route_base}/delete/{item.id}", back_url=back,
        )
        return body, 422 if request.method == "POST" else 200

    def _delete_by(self, item: Any, reason: str | None, choice: Choice | None) -> None:
        more = [choice] if self.takes_choice else []
        self.call_service(self.service.delete, current_actor(), item.id, reason or None, *more)  # type: ignore[attr-defined]

    @staticmethod
    def _show_why(form: Any, error: BusinessError) -> None:
        fields = {REPLACEMENT if name == "by" else name: message for name, message in error.fields.items()}
        left = put_errors(form, fields)
        form.form_errors = [*form.form_errors, *(left if error.fields else [error.message])]

    def after_delete(self, item: Any) -> str:
        """Return where one is once a record is deleted."""
        return f"{self.route_base}/list/"


def point_to_replacements(view: Any, form: Any) -> None:
    """Tell the field of the replacement where its options come from."""
    if REPLACEMENT in form:
        form[REPLACEMENT].options_url = f"{view.route_base}/options/{REPLACEMENT}"

