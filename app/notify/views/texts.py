"""The texts of mails: each kind in each language, changed with its placeholders at hand and looked at beforehand."""

from typing import Any, ClassVar

from flask import flash, make_response, redirect
from wtforms import StringField, TextAreaField, validators

from app.notify import mail_texts
from app.notify.mail_previews import preview
from app.notify.mail_services import mail_template_service
from app.notify.permissions import MAIL_TEMPLATE_WRITE
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, NotFound
from app.sdk.i18n import LANGUAGES, _, _l, _lp
from app.web.form_words import DeskForm
from app.web.forms import put_errors
from app.web.page import Page, expose, has_access

# A mail brings its styles along; in its frame it may do nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


class MailTextForm(DeskForm):
    """A text, and the record by which it is looked at."""

    subject = StringField(_lp("mail", "Subject"), [validators.Length(max=mail_texts.LONGEST_SUBJECT)])
    body = TextAreaField(_lp("mail", "Text"), [validators.Length(max=mail_texts.LONGEST_BODY)], render_kw={"rows": 14})
    number = StringField(_l("Look at it with the record"), [validators.Length(max=60)],
                         description=_l("A number; empty for the latest."))


class MailTextsView(Page):  # type: ignore[misc]
    """The pages at /notices/texts/."""

    route_base = "/notices/texts"
    default_view = "index"
    class_permission_name = "mail_template"
    method_permission_name: ClassVar[dict[str, str]] = {
        "index": "read", "edit": "read", "save": "write", "preview": "read", "reset": "write"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show every kind, and which texts are not as shipped."""
        return self.render_template("desk/notices/texts.html", title=_("Texts of mails"), names=LANGUAGE_NAMES,
                                    kinds=mail_texts.kinds_with_texts(), changed=mail_texts.changed())

    @expose("/<string:kind>/<string:tongue>")
    @has_access
    def edit(self, kind: str, tongue: str) -> Any:
        """Show one text."""
        self._known(kind, tongue)
        text = mail_texts.text_for(kind, tongue)
        return self._form(kind, tongue, MailTextForm(formdata=None, subject=text.subject, body=text.body))

    @expose("/<string:kind>/<string:tongue>", methods=["POST"])
    @has_access
    def save(self, kind: str, tongue: str) -> Any:
        """Keep one text."""
        self._known(kind, tongue)
        form = MailTextForm()
        if form.validate():
            try:
                mail_template_service.save(current_actor(), kind, tongue, form.subject.data or "",
                                           (form.body.data or "").replace("\r\n", "\n"))
            except BusinessError as refusal:
                if not refusal.fields:
                    raise
                put_errors(form, refusal.fields)
            else:
                flash(_("The text is saved."), "success")
                return redirect(f"{self.route_base}/{kind}/{tongue}")
        return self._form(kind, tongue, form), 422

    @expose("/<string:kind>/<string:tongue>/preview", methods=["POST"])
    @has_access
    def preview(self, kind: str, tongue: str) -> Any:
        """Return the mail that a text makes, as HTML for a frame."""
        self._known(kind, tongue)
        form = MailTextForm()
        text = mail_texts.MailText(form.subject.data or "", (form.body.data or "").replace("\r\n", "\n"))
        try:
            written = preview(current_actor(), kind, tongue, text, form.number.data or "")
            answer = make_response(self.render_template("desk/notices/preview.html", written=written))
        except BusinessError as refusal:
            errors = list(refusal.fields.values()) or [refusal.message]
            answer = make_response(self.render_template("desk/notices/preview.html", errors=errors))
        answer.headers["Content-Security-Policy"], answer.headers["X-Frame-Options"] = POLICY, "SAMEORIGIN"
        return answer

    @expose("/<string:kind>/<string:tongue>/reset", methods=["POST"])
    @has_access
    def reset(self, kind: str, tongue: str) -> Any:
        """Go back to the text as shipped."""
        mail_template_service.reset(current_actor(), kind, tongue)
        flash(_("The text is as it was shipped."), "success")
        return redirect(f"{self.route_base}/{kind}/{tongue}")

    @staticmethod
    def _known(kind: str, tongue: str) -> None:
        if kind not in mail_texts.kinds_with_texts() or tongue not in LANGUAGES:
            raise NotFound

    def _form(self, kind: str, tongue: str, form: MailTextForm) -> Any:
        return self.render_template(
            "desk/notices/text.html", title=mail_texts.kinds_with_texts()[kind], form=form, kind=kind, tongue=tongue,
            names=LANGUAGE_NAMES, placeholders=mail_texts.placeholders(kind),
            address=f"{self.route_base}/{kind}/{tongue}",
            is_changed=(kind, tongue) in mail_texts.changed(), may_write=current_actor().can(MAIL_TEMPLATE_WRITE))
