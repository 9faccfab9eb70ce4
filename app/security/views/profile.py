"""One's own language, time zone, look, first page, and what one is told of."""

from collections.abc import Iterable
from typing import Any

from flask import current_app, flash, g, redirect, request
from flask_appbuilder.baseviews import BaseView, expose
from flask_babel import refresh
from flask_login import current_user
from wtforms import BooleanField, validators

from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, InvalidField
from app.sdk.i18n import _, _l
from app.security import auth, reader
from app.security.notice_switches import NoticeSwitch, keep_switches, notice_switches
from app.security.preferences import prefer, preference
from app.security.services import user_service
from app.security.services.passwords import rules
from app.security.views.forms import OwnPasswordForm, language_field, timezone_field
from app.security.views.own import logged_in
from app.security.zones import is_zone, zone_text
from app.web.choices import ChoiceField, FixedChoices
from app.web.chrome import START, ZONE_KEPT, start_places, theme_choice
from app.web.form_words import DeskForm
from app.web.forms import put_errors

# A field that searches takes a value of nothing for no choice.
HOME = "home"
THEMES = {"": _l("As the device is set"), "light": _l("Light"), "dark": _l("Dark")}
YEAR = 365 * 24 * 3600


class StartChoices(FixedChoices):
    """The places of the menu that the reader may open."""

    def options(self) -> list[tuple[str, str]]:
        return [(HOME, _("Home")), *((key, label) for key, label, _url in start_places())]


class ProfileForm(DeskForm):
    """What a user decides for themselves; a switch for each kind of notice is added to it."""

    language = language_field()
    timezone = timezone_field()
    theme = ChoiceField(_l("Light or dark, on this device"), [validators.Optional()], of=FixedChoices(THEMES),
                        is_required=True)
    start = ChoiceField(_l("First page after logging in"), [validators.Optional()], of=StartChoices({}),
                        is_required=True, description=_l("The start page with your tiles is always behind “Home”."))


def _form(switches: Iterable[NoticeSwitch], **values: Any) -> Any:
    fields = {name: BooleanField(one.kind.label) for one in switches for name in (one.desk, one.mail)}
    held = {name: is_on for one in switches for name, is_on in ((one.desk, one.is_shown), (one.mail, one.is_mailed))}
    return type("ProfileForm", (ProfileForm,), fields)(**values, **held)


class ProfileView(BaseView):  # type: ignore[misc]
    """/profile and /profile/password."""

    route_base = "/profile"
    default_view = "index"

    @expose("/", methods=["GET", "POST"])
    @logged_in
    def index(self) -> Any:
        """Show or keep one's profile."""
        account, switches = g.account, notice_switches(current_user.id)
        form = _form(switches, language=account.language, timezone=account.timezone, theme=theme_choice(),
                     start=preference(START, HOME))
        if form.validate_on_submit():
            return self._keep(form, switches)
        body = self.render_template("desk/profile.html", title=_("My profile"), form=form, notices=switches,
                                    has_mail=bool(current_app.config["SMTP_HOST"]))
        return body, 422 if form.errors or form.form_errors else 200

    def _keep(self, form: Any, switches: Iterable[NoticeSwitch]) -> Any:
        user_service.prefer(current_actor(), {"language": form.language.data, "timezone": form.timezone.data})
        if "start" in request.form:
            prefer(START, form.start.data if form.start.data != HOME else None)
        if "has_notices" in request.form:
            keep_switches({one.kind.key: (form[one.desk].data, form[one.mail].data) for one in switches}, switches)
        reader.choose(form.language.data or reader.language() or "zh")
        refresh()
        flash(_("Your profile is saved."), "success")
        answer = redirect(f"{self.route_base}/")
        if form.theme.data in ("light", "dark"):
            answer.set_cookie("theme", form.theme.data, max_age=YEAR, samesite="Lax",
                              secure=current_app.config["SESSION_COOKIE_SECURE"])
        elif "theme" in request.form:
            answer.delete_cookie("theme")
        return answer

    @expose("/zone", methods=["POST"])
    @logged_in
    def zone(self) -> Any:
        """Take the zone of the browser, or keep one's own and be asked about this one no more."""
        zone = request.form.get("zone", "")
        if not is_zone(zone):
            raise InvalidField("timezone", _("There is no such time zone."))
        if request.form.get("answer") == "use":
            user_service.prefer(current_actor(), {"language": g.account.language, "timezone": zone})
            flash(_("Times are shown in %(zone)s now.", zone=zone_text(zone)), "success")
        else:
            prefer(ZONE_KEPT, zone)
        return redirect("/")

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
        body = self.render_template("desk/own_form.html", title=_("Change my password"), form=form, back_url="/",
                                    names=["old_password", "password", "password_again"],
                                    rules=rules(current_user.username, current_user.first_name, current_user.email))
        return body, 422 if form.errors or form.form_errors else 200
