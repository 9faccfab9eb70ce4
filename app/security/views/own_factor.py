"""One's own second factor: set up, given up, its recovery codes renewed."""

from typing import Any

from flask import flash, redirect
from flask_appbuilder.baseviews import BaseView, expose
from flask_appbuilder.security.decorators import no_cache
from flask_login import current_user
from wtforms import PasswordField, validators

from app.sdk.errors import BusinessError
from app.sdk.i18n import _, _l
from app.security import directory, second_factor
from app.security.services import second_factor_service
from app.security.views.forms import REQUIRED
from app.security.views.own import logged_in
from app.security.views.steps import CodeForm, EnrolForm, offer_of, put

WRONG = _l("This code is wrong, or was used already.")


class OwnEnrolForm(EnrolForm):
    """The first code, and the password: whoever finds a screen unlocked sets up nothing."""

    password = PasswordField(_l("Present password"), [validators.InputRequired(REQUIRED)],
                             render_kw={"autocomplete": "current-password"})


class OwnFactorView(BaseView):  # type: ignore[misc]
    """/profile/second-factor"""

    route_base = "/profile/second-factor"
    default_view = "index"

    @expose("/", methods=["GET", "POST"])
    @no_cache
    @logged_in
    def index(self) -> Any:
        """Show one's second factor, or set one up and show the recovery codes this once."""
        user = current_user._get_current_object()
        if second_factor.has(user.id):
            return self._present(user, CodeForm())
        form = EnrolForm() if directory.identity_of(user.id) is not None else OwnEnrolForm()
        secret = offer_of(form)
        if form.validate_on_submit():
            if "password" in form and not second_factor_service.is_password(user, form.password.data):
                form.password.errors = [_("This is not your present password.")]
            else:
                try:
                    return self._codes(second_factor_service.enrol(user, form.offer.data, form.code.data))
                except BusinessError as refusal:
                    put(form, refusal)
        body = self.render_template(
            "desk/second_factor.html", title=_("Second factor"), form=form, secret=secret,
            names=[name for name in ("password", "code") if name in form],
            picture=second_factor.picture_of(secret, user))
        return body, 422 if form.errors or form.form_errors else 200

    @expose("/codes", methods=["POST"])
    @logged_in
    def codes(self) -> Any:
        """Make new recovery codes."""
        user, form = current_user._get_current_object(), CodeForm()
        if form.validate_on_submit() and second_factor_service.is_code(user, form.code.data):
            return self._codes(second_factor_service.renew_codes(user))
        form.code.errors = form.code.errors or [str(WRONG)]
        return self._present(user, form)

    @expose("/off", methods=["POST"])
    @logged_in
    def off(self) -> Any:
        """Give the second factor up, where no role demands it."""
        user, form = current_user._get_current_object(), CodeForm()
        if not (form.validate_on_submit() and second_factor_service.is_code(user, form.code.data)):
            form.code.errors = form.code.errors or [str(WRONG)]
            return self._present(user, form)
        second_factor_service.give_up(user)
        flash(_("You log in without a second factor now."), "success")
        return redirect(f"{self.route_base}/")

    def _present(self, user: Any, form: Any) -> Any:
        return self.render_template(
            "desk/second_factor.html", title=_("Second factor"), form=form, names=["code"], picture=None,
            left=second_factor.codes_left(user.id), is_needed=second_factor.is_needed(user.id), url=self.route_base)

    def _codes(self, codes: list[str]) -> Any:
        return self.render_template("desk/recovery_codes.html", title=_("Your recovery codes"), codes=codes,
                                    next_url=f"{self.route_base}/")
