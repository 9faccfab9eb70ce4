"""The page of the first visit: only while there is nobody at all."""

from typing import Any

from flask import current_app, flash, redirect
from flask_appbuilder.baseviews import BaseView, expose
from flask_appbuilder.security.decorators import no_cache
from flask_babel import refresh

from app.db import session
from app.sdk.errors import BusinessError
from app.sdk.i18n import _, language
from app.security import auth, reader
from app.security.setup import FIRST_GROUP, FirstAdministrator, create_administrator, is_open
from app.security.views.forms import SetupForm
from app.web.forms import put_errors


class SetupView(BaseView):  # type: ignore[misc]
    """/setup"""

    route_base = ""
    default_view = "setup"

    @expose("/setup", methods=["GET", "POST"])
    @no_cache
    def setup(self) -> Any:
        """Create the administrator and the first work group, and log the administrator in."""
        if not is_open(session()):
            return redirect(self.appbuilder.get_url_for_login)
        form = SetupForm(language=language(), timezone=current_app.config["BABEL_DEFAULT_TIMEZONE"], group=FIRST_GROUP)
        if form.validate_on_submit():
            try:
                user = create_administrator(FirstAdministrator(
                    name=form.name.data, username=form.username.data.strip(), password=form.password.data,
                    language=form.language.data, timezone=form.timezone.data, group=form.group.data,
                ))
            except BusinessError as error:
                if error.code == "security.set_up":
                    flash(error.message, "warning")
                    return redirect(self.appbuilder.get_url_for_login)
                form.form_errors = [*form.form_errors, *put_errors(form, error.fields)]
                if not error.fields:
                    form.form_errors.append(error.message)
            else:
                auth.start(user)
                reader.choose(form.language.data)
                refresh()
                flash(_("The desk is set up. You are its administrator."), "success")
                return redirect("/welcome/")
        body = self.render_template("desk/setup.html", title=_("Set up the service desk"), form=form)
        return body, 422 if form.errors or form.form_errors else 200
