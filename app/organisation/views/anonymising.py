"""Pages of anonymising: the form that asks twice, the list of certificates, a certificate to be printed."""

from typing import Any, ClassVar

from flask import flash, redirect
from flask_babel import force_locale
from wtforms import StringField, TextAreaField, validators

from app.db import session
from app.organisation import personal_data
from app.organisation.anonymising import MAX_REASON, anonymiser, certificate_service
from app.organisation.certificates import Anonymisation
from app.organisation.permissions import ANONYMISATION_READ
from app.organisation.views.leaving import PEOPLE, seen
from app.sdk.actor import Actor, current_actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import _, _l
from app.web.form_words import DeskForm
from app.web.forms import put_errors
from app.web.interface import Interface
from app.web.labels import text_of
from app.web.moments import moment
from app.web.page import Page, expose, has_access, permission_name
from app.web.panels import Panel
from app.web.record_view import RecordView
from app.web.shared import READ_WRITE
from app.web.words import actor_text

ANONYMISING = "/organisation/anonymising"
CERTIFICATES = "/organisation/certificates"
READ_ONLY = {"add", "edit", "delete", "download", "action", "action_post", "transition", "note", "attach", "tags",
             "edit_entry", "withdraw_entry"}
LOG = _l("Entries of the audit log that named them")


class AnonymiseForm(DeskForm):
    """It is confirmed by typing what the person is called, and told why."""

    reason = TextAreaField(_l("Reason"), [validators.Length(max=MAX_REASON)], render_kw={"rows": 3}, description=_l(
        "Stands on the certificate for good: say nothing here by which the person could be known."))
    typed = StringField(_l("Confirmation"), render_kw={"autocomplete": "off", "spellcheck": "false"})


class AnonymisingView(Page):  # type: ignore[misc]
    """Anonymising one person."""

    route_base = ANONYMISING
    default_view = "ask"
    class_permission_name = "person"
    method_permission_name: ClassVar[dict[str, str]] = {"ask": "anonymise", "confirm": "anonymise"}

    @expose("/<int:person_id>", methods=["GET"])
    @has_access
    def ask(self, person_id: int) -> Any:
        """Say what goes and what stays, or why it cannot be done now."""
        return self._page(seen(person_id), AnonymiseForm())

    @expose("/<int:person_id>", methods=["POST"])
    @has_access
    def confirm(self, person_id: int) -> Any:
        """Remove the person's data once the name is typed."""
        seen(person_id)
        form = AnonymiseForm()
        if form.validate():
            try:
                with session().begin_nested():
                    made = anonymiser.anonymise(current_actor(), person_id, form.typed.data or "",
                                                form.reason.data or "")
                flash(_("Anonymised. The certificate is %(number)s.", number=made.number), "success")
                may_see = current_actor().can(ANONYMISATION_READ)
                return redirect(f"{CERTIFICATES}/show/{made.id}" if may_see else f"{PEOPLE}/show/{person_id}")
            except BusinessError as refusal:
                if refusal.http_status not in (403, 409, 422):
                    raise
                left = put_errors(form, refusal.fields)
                form.form_errors = [*form.form_errors, *(left if refusal.fields else [refusal.message])]
        return self._page(seen(person_id), form), 422

    def _page(self, person: Any, form: Any) -> str:
        return str(self.render_template(
            "desk/anonymise.html", title=_("Anonymise %(person)s?", person=text_of(person)), person=person, form=form,
            refused=anonymiser.why_not(current_actor(), person),
            stores=[str(one.label) for one in personal_data.stores()] + [str(LOG)],
            action_url=f"{ANONYMISING}/{person.id}", back_url=f"{PEOPLE}/show/{person.id}"))


def rows_of(counts: Any) -> list[tuple[str, int]]:
    """Return what a certificate counts, in words."""
    return [(str(LOG) if key == "audit" else personal_data.label(key), number)
            for key, number in (counts or {}).items()]


class CertificatePanel(Panel):
    """What was removed and what stays, with numbers."""

    key, title, template = "certificate", _l("Certificate"), "desk/panels/certificate.html"

    def load(self, view: Any, item: Any, actor: Actor) -> dict[str, Any]:
        return {"reason": item.reason, "removed": rows_of(item.removed), "kept": rows_of(item.kept),
                "sheet": f"{view.url_base(item.id)}/sheet"}


class AnonymisationView(RecordView):
    """Certificates: nobody makes one by hand, and nobody changes one."""

    datamodel = Interface(Anonymisation)
    service = certificate_service
    class_permission_name = "anonymisation"
    method_permission_name: ClassVar[dict[str, str]] = {**READ_WRITE, "sheet": "read"}
    route_base = CERTIFICATES
    exclude_route_methods = READ_ONLY
    label, label_plural = _l("Certificate of anonymisation"), _l("Certificates of anonymisation")
    label_columns = {"number": _l("Number"), "person": _l("Person"), "done_at": _l("Anonymised at"),
                     "done_by_label": _l("Done by"), "reason": _l("Reason")}
    list_columns = ["number", "person", "done_at", "done_by_label"]
    search_columns = ["number", "person", "done_at", "done_by_label"]
    show_columns = ["number", "person", "done_at", "done_by_label"]
    base_order = ("done_at", "desc")
    formatters_columns: ClassVar[dict[str, Any]] = {"done_by_label": actor_text}
    panels = [CertificatePanel()]

    @expose("/<pk>/sheet", methods=["GET"])
    @has_access
    @permission_name("sheet")
    def sheet(self, pk: Any) -> Any:
        """Show a certificate in both languages, to be printed."""
        item, parts = self.one(pk), []
        for language in ("zh", "en"):
            with force_locale(language):
                parts.append({
                    "language": language, "heading": _("Certificate of anonymisation"),
                    "text": _("The personal data of person no. %(number)s was removed from this service desk for good. "
                              "It cannot be restored from the desk.", number=item.person_id or "—"),
                    "facts": [(_("Number"), item.number), (_("Anonymised at"), moment(item.done_at, "full")),
                              (_("Done by"), actor_text(item.done_by_label)), (_("Reason"), item.reason)],
                    "removed": (_("Removed"), rows_of(item.removed)),
                    "kept": (_("Kept for statistics, without personal data"), rows_of(item.kept)),
                    "sign": _("Date and signature")})
        return self.render_template("desk/certificate.html", title=item.number, parts=parts,
                                    back_url=f"{CERTIFICATES}/show/{item.id}")
