"""Mails: what went out, what waits, what failed and why."""

from typing import Any, ClassVar

from flask import current_app, flash, redirect, request

from app.notify import mail_texts, mails, pages
from app.notify.mail_services import PAGE, mail_service
from app.notify.models import FAILED, LEFT_OUT, SENT, WAITING
from app.notify.permissions import MAIL_TEMPLATE_READ, MAIL_WRITE
from app.notify.words import reason_text
from app.sdk.actor import current_actor
from app.sdk.i18n import _, _l, _lp
from app.web.page import Page, expose, has_access

STATE_LABELS = {WAITING: _lp("mail", "Waits"), SENT: _lp("mail", "Sent"), FAILED: _l("Failed"),
                LEFT_OUT: _lp("mail", "Left out")}


class MailsView(Page):  # type: ignore[misc]
    """The list at /notices/mails/."""

    route_base = "/notices/mails"
    default_view = "index"
    class_permission_name = "mail"
    method_permission_name: ClassVar[dict[str, str]] = {"index": "read", "send_again": "write", "test": "write"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show them, newest first."""
        actor, state = current_actor(), request.args.get("state")
        raw = request.args.get("before", "")
        before = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 19 else None
        found = mail_service.page(actor, state, before)
        labels = {kind.key: kind.label for kind in mail_texts.declared()}
        return self.render_template(
            "desk/notices/mails.html", title=_("Mails"), mails=found[:PAGE], has_more=len(found) > PAGE,
            counts=mail_service.counts(actor), state=state if state in STATE_LABELS else None, states=STATE_LABELS,
            labels=labels, path_of=pages.path_of, reason=reason_text, server=current_app.config["SMTP_HOST"],
            sender=current_app.config["MAIL_FROM"], is_public=bool(current_app.config["PUBLIC_URL"]),
            is_possible=mails.is_possible(), may_write=actor.can(MAIL_WRITE), may_texts=actor.can(MAIL_TEMPLATE_READ))

    @expose("/<int:pk>/send-again", methods=["POST"])
    @has_access
    def send_again(self, pk: int) -> Any:
        """Send one again that failed."""
        mail_service.send_again(current_actor(), pk)
        flash(_("The mail is on its way again."), "success")
        return redirect(f"{self.route_base}/")

    @expose("/test", methods=["POST"])
    @has_access
    def test(self) -> Any:
        """Send a test mail to oneself."""
        address = mail_service.test(current_actor())
        flash(_("A test mail to %(address)s is on its way; see below whether it went through.", address=address),
              "success")
        return redirect(f"{self.route_base}/")
