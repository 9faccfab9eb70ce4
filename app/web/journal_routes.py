"""What was written into a record, changed or withdrawn afterwards, and the texts that it had before."""

from typing import Any

from flask import request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.db import session
from app.records import timeline_versions
from app.records.rich_text import as_typed, to_type
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, NotFound
from app.sdk.i18n import _, _l
from app.web.form_words import DeskForm
from app.web.staying import go_to
from app.web.text_diff import text_diff


class EntryForm(DeskForm):
    """The text of an entry; `seen` says which one the writer had before them."""

    body = TextAreaField(_l("Text"), [InputRequired(_l("This field is required."))])
    seen = HiddenField()


class WithdrawForm(DeskForm):
    """Why an entry is struck through."""

    reason = StringField(_l("Reason"), [InputRequired(_l("This field is required.")), Length(max=1000)])


class JournalRoutes:
    """Mixed into ComposerRoutes."""

    service: Any

    @expose("/<pk>/entries/<int:entry_id>/edit", methods=["GET", "POST"])
    @has_access
    @permission_name("note")
    def edit_entry(self, pk: Any, entry_id: int) -> Any:
        """Show the text of an entry in a form, or change it."""
        item, entry = self._written(pk, entry_id)
        form = EntryForm()
        if request.method == "GET":
            form.body.data, form.seen.data = to_type(entry.body), timeline_versions.mark(entry)
        elif form.validate() and self._done(form, self.service.edit_entry, item.id, entry_id,
                                            as_typed(form.body.data), form.seen.data or ""):
            return go_to(self.url_of(item.id))  # type: ignore[attr-defined]
        return self._entry_form(item, entry_id, form, "edit", _("Change the entry"), _("Save"))

    @expose("/<pk>/entries/<int:entry_id>/withdraw", methods=["GET", "POST"])
    @has_access
    @permission_name("note")
    def withdraw_entry(self, pk: Any, entry_id: int) -> Any:
        """Ask why an entry is withdrawn, or strike it through."""
        item, _entry = self._written(pk, entry_id)
        form = WithdrawForm()
        if request.method == "POST" and form.validate() and self._done(
                form, self.service.withdraw_entry, item.id, entry_id, form.reason.data):
            return go_to(self.url_of(item.id))  # type: ignore[attr-defined]
        return self._entry_form(item, entry_id, form, "withdraw", _("Withdraw the entry"), _("Withdraw"))

    @expose("/<pk>/entries/<int:entry_id>/versions", methods=["GET"])
    @has_access
    @permission_name("entries")
    def versions(self, pk: Any, entry_id: int) -> Any:
        """Show the texts that an entry had, each with what was changed; not for customers."""
        item, entry = self._written(pk, entry_id)
        actor = current_actor()
        kept = timeline_versions.history(session(), actor, entry,
                                         sees_internal=self.may_see_internal(actor))  # type: ignore[attr-defined]
        texts = [to_type(text) or "" for text in (entry.body, *(one.body for one in kept))]
        steps = [(one.actor_label, one.at, text_diff(old, new))
                 for one, new, old in zip(kept, texts, texts[1:], strict=False)]
        return self.render_template("desk/versions.html", title=_("Versions of the entry"), item=item, entry=entry,  # type: ignore[attr-defined]
                                    steps=steps, first=texts[-1], back_url=self.url_of(item.id))  # type: ignore[attr-defined]

    def _written(self, pk: Any, entry_id: int) -> tuple[Any, Any]:
        self._timeline()  # type: ignore[attr-defined]
        item = self.one(pk)  # type: ignore[attr-defined]
        entry = timeline_versions.entry_of(session(), item, entry_id)
        if not entry.is_public and not self.may_see_internal(current_actor()):  # type: ignore[attr-defined]
            raise NotFound
        return item, entry

    def _done(self, form: Any, method: Any, *args: Any) -> bool:
        try:
            self.call_service(method, current_actor(), *args)  # type: ignore[attr-defined]
        except BusinessError as error:
            self.show_refusal(form, error)  # type: ignore[attr-defined]
            return False
        return True

    def _entry_form(self, item: Any, entry_id: int, form: Any, way: str, title: str, button: str) -> Any:
        url = f"{self.url_base(item.id)}/entries/{entry_id}/{way}"  # type: ignore[attr-defined]
        body = self.render_template("desk/entry_form.html", title=title, button=button, item=item, form=form,  # type: ignore[attr-defined]
                                    action_url=url, back_url=self.url_of(item.id))  # type: ignore[attr-defined]
        return body, 422 if request.method == "POST" else 200
