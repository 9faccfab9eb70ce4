"""One's own language, time zone and password."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, g, redirect, request
from flask_appbuilder.baseviews import BaseView, expose
from flask_babel import refresh
from flask_login import current_user

from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, Forbidden
from app.sdk.i18n import _
from app.security import auth, reader
from app.security.services import user_service
from app.security.views.forms import OwnPasswordForm, ProfileForm
from app.web.forms import put_errors


def logged_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let in everybody who is logged in; no further right is needed for what is one's own."""

    @wraps(view)
    def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return redirect(f"{self.appbuilder.get_url_for_login}?next={request.path}")
        if "api_token" in g:
            raise Forbidden  # a program with some of its user's rights must not get itself the others
        return view(self, *args, **kwargs)

    return guarded


class ProfileView(BaseView):  # type: ignore[misc]
    """/profile and /profile/password."""

    route_base = "/profile"
    default_view = "index"

    @expose("/", methods=["GET", "POST"])
    @logged_in
    def index(self) -> Any:
        """Show or keep one's language and time zone."""
        account = g.account
        form = ProfileForm(language=account.language, timezone=account.timezone)
        if form.validate_on_submit():
            user_service.prefer(current_actor(), {"language": form.language.data, "timezone": form.timezone.data})
            reader.choose(form.language.data or reader.language() or "zh")
            refresh()
            flash(_("Your profile is saved."), "success")
            return redirect(f"{self.route_base}/")
        return self._page(_("My profile"), form, ["language", "timezone"])

    @expose("/password", methods=["GET", "POST"])
    @logged_in
    def password(self) -> Any:
        """Change one's own password; every other session ends."""
        form = OwnPasswordForm()
        if form.validate_on_submit():
            try:
                user_service.change_own_password(current_actor(), form.old_password.data, form.password.data)
                auth.start(current_user._get_current_object())
                flash(_("Your password is changed."), "success")
                return redirect(f"{self.route_base}/")
            except BusinessError as error:
                form.form_errors = [*form.form_errors, *put_errors(form, error.fields)]
        return self._page(_("Change my password"), form, ["old_password", "password", "password_again"])

    def _page(self, title: str, form: Any, names: list[str]) -> Any:
        body = self.render_template("desk/own_form.html", title=title, form=form, names=names, back_url="/")
        return body, 422 if form.errors or form.form_errors else 200
