"""Deleting a record from its page: by those who may, with a reason where its service wants one."""

from typing import Any

from flask import flash, redirect, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.forms import DynamicForm
from flask_appbuilder.security.decorators import has_access, permission_name
from wtforms import TextAreaField

from app.sdk.actor import Actor, current_actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import _, _l
from app.web.forms import put_errors
from app.web.labels import text_of


class DeleteForm(DynamicForm):  # type: ignore[misc]
    """Why a record goes."""

    reason = TextAreaField(_l("Reason"))


class Deleting:
    """Mixed into RecordView."""

    service: Any
    class_permission_name: Any
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

    @expose("/delete/<pk>", methods=["GET", "POST"])
    @has_access
    @permission_name("delete")
    def delete(self, pk: Any) -> Any:
        """Ask why, or delete the record. A refusal says why on the page."""
        item: Any = self.one(pk)  # type: ignore[attr-defined]
        form, back = DeleteForm(), self.url_of(item.id)  # type: ignore[attr-defined]
        if request.method == "POST":
            try:
                self.call_service(self.service.delete, current_actor(), item.id, form.reason.data or None)  # type: ignore[attr-defined]
                flash(_("Deleted: %(record)s", record=text_of(item)), "success")
                return redirect(self.after_delete(item))
            except BusinessError as error:
                if error.http_status not in (409, 422):
                    raise
                if not self.delete_needs_reason:
                    flash(error.message, "danger")
                    return redirect(back)
                left = put_errors(form, error.fields)
                form.form_errors = [*form.form_errors, *(left if error.fields else [error.message])]
        body = self.render_template(  # type: ignore[attr-defined]
            "desk/delete.html", title=_("Delete %(record)s?", record=text_of(item)), item=item, form=form, view=self,
            action_url=f"{self.route_base}/delete/{item.id}", back_url=back,
        )
        return body, 422 if request.method == "POST" else 200

    def after_delete(self, item: Any) -> str:
        """Return where one is once a record is deleted."""
        return f"{self.route_base}/list/"
