"""What may be asked between the password and the session: a code, a new password, a second factor to begin with."""

from typing import Any

from flask import flash, redirect, request
from flask_appbuilder.baseviews import BaseView, expose
from flask_appbuilder.security.decorators import no_cache
from wtforms import HiddenField, StringField, validators

from app.records.settings import setting
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import BusinessError
from app.sdk.i18n import _, _l
from app.security import attempts, auth, pending, second_factor
from app.security.services import password_link_service, second_factor_service, user_service
from app.security.services.passwords import rules
from app.security.views.forms import REQUIRED, NewPasswordForm
from app.web.form_words import DeskForm
from app.web.forms import put_errors

LOG_IN = "/login/"
CODE_KW = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class CodeForm(DeskForm):
    """The code of the second factor."""

    code = StringField(_l("Verification code"), [validators.InputRequired(REQUIRED), validators.Length(max=40)],
                       render_kw=CODE_KW,
                       description=_l("The six digits that the app shows, or a recovery code."))


class EnrolForm(CodeForm):
    """The first code of a new second factor."""

    code = StringField(_l("Verification code"), [validators.InputRequired(REQUIRED), validators.Length(max=40)],
                       render_kw=CODE_KW, description=_l("The six digits that the app shows."))
    offer = HiddenField()


def offer_of(form: Any) -> str:
    """Return the secret that a form is about, a new one where its time is over; the form holds it sealed."""
    secret = second_factor.offered(form.offer.data or "")
    if secret is None:
        form.offer.data = second_factor.offer()
        secret = second_factor.offered(form.offer.data) or ""
    return secret


def put(form: Any, refusal: BusinessError) -> None:
    """Show a refusal on a form."""
    left = put_errors(form, refusal.fields)
    form.form_errors = [*form.form_errors, *(left if refusal.fields else [refusal.message])]


class LogInStepsView(BaseView):  # type: ignore[misc]
    """/login/code, /login/new-password, /login/second-factor, /login/link"""

    route_base = "/login"
    default_view = "code"

    @expose("/code", methods=["GET", "POST"])
    @no_cache
    def code(self) -> Any:
        """Ask for the code of the second factor."""
        found, form = self._at(pending.CODE), CodeForm()
        if found is None:
            return redirect(LOG_IN)
        user, known = found
        if form.validate_on_submit():
            user_service.get_for_update(user.id)  # one code at a time
            if second_factor_service.is_code(user, form.code.data):
                pending.pass_step(user, known, code=True)
                return self._go_on(user)
            if attempts.account_waits(user.username):
                pending.forget()
                flash(_("Too many failed attempts. Wait %(number)s minutes, then try again.",
                        number=setting("security.lockout_minutes")), "warning")
                return redirect(LOG_IN)
            form.code.errors = [_("This code is wrong, or was used already.")]
        # Answered with 200: what failed must be written down.
        return self.render_template("desk/log_in_step.html", title=_("Second factor"), form=form, names=["code"],
                                    text=_("Your password is right. Now the code of your second factor."))

    @expose("/new-password", methods=["GET", "POST"])
    @no_cache
    def new_password(self) -> Any:
        """Ask for a new password, where the present one may not stay."""
        found, form = self._at(pending.PASSWORD), NewPasswordForm()
        if found is None:
            return redirect(LOG_IN)
        user, known = found
        if form.validate_on_submit():
            try:
                with acting_as(SYSTEM, via="ui", cause="log-in"):
                    user_service.change_password(SYSTEM, user.id, form.password.data)
            except BusinessError as refusal:
                put(form, refusal)
            else:
                pending.pass_step(user, known)
                return self._go_on(user)
        body = self.render_template(
            "desk/log_in_step.html", title=_("Choose a new password"), form=form, names=["password", "password_again"],
            text=_("Your password must be changed before you go on."),
            rules=rules(user.username, user.first_name, user.email))
        return body, 422 if form.errors or form.form_errors else 200

    @expose("/second-factor", methods=["GET", "POST"])
    @no_cache
    def second_factor(self) -> Any:
        """Let somebody begin with a second factor whose roles demand it."""
        found, form = self._at(pending.ENROL), EnrolForm()
        if found is None:
            return redirect(LOG_IN)
        user, _known = found
        secret = offer_of(form)
        if form.validate_on_submit():
            try:
                codes = second_factor_service.enrol(user, form.offer.data, form.code.data)
            except BusinessError as refusal:
                put(form, refusal)
            else:
                pending.forget()
                auth.start(user)
                return self.render_template("desk/recovery_codes.html", title=_("Your recovery codes"), codes=codes,
                                            next_url=auth.safe(request.args.get("next")))
        body = self.render_template(
            "desk/log_in_step.html", title=_("Set up a second factor"), form=form, names=["code"],
            text=_("Your roles demand a second factor. Scan the picture with an authenticator app, then type the code "
                   "that it shows."),
            picture=second_factor.picture_of(secret, user), secret=secret)
        return body, 422 if form.errors or form.form_errors else 200

    @expose("/link/<string:token>", methods=["GET", "POST"])
    @no_cache
    def link(self, token: str) -> Any:
        """Set a new password by the link of an administrator."""
        user, form = password_link_service.user_of(token), NewPasswordForm()
        if form.validate_on_submit():
            try:
                password_link_service.use(token, form.password.data)
            except BusinessError as refusal:
                put(form, refusal)
            else:
                flash(_("Your password is changed. Log in with it."), "success")
                return redirect(LOG_IN)
        body = self.render_template(
            "desk/log_in_step.html", title=_("Choose a new password"), form=form, names=["password", "password_again"],
            text=_("For the user name %(name)s.", name=user.username),
            rules=rules(user.username, user.first_name, user.email))
        return body, 422 if form.errors or form.form_errors else 200

    @staticmethod
    def _at(step: str) -> Any:
        found = pending.present()
        return found if found is not None and pending.step_of(*found) == step else None

    @staticmethod
    def _go_on(user: Any) -> Any:
        found = pending.present()
        if found is not None and pending.step_of(*found) is not None:
            return redirect(auth.after_log_in(request.args.get("next")))
        auth.start(user)
        return redirect(auth.safe(request.args.get("next")))
