"""Users and roles in our terms; Flask-AppBuilder's own pages of them are not registered."""

from typing import Any

from flask import current_app, flash, redirect, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.fieldwidgets import BS3PasswordFieldWidget
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select
from wtforms import BooleanField, PasswordField, StringField, validators

from app.db import session
from app.organisation.models import Person, WorkGroup
from app.records.ending import DELETE, REPLACE
from app.sdk.actor import current_actor
from app.sdk.confidentiality import LEVELS
from app.sdk.i18n import _, _l
from app.security import matrix
from app.security.models import RoleProfile, UserPreference
from app.security.services import (
    binding_service,
    lockout_service,
    password_link_service,
    role_service,
    second_factor_service,
    session_service,
    user_service,
)
from app.security.services.passwords import rules
from app.security.services.role_ending import uses_of_role
from app.security.services.user_uses import uses_of_user
from app.security.views.forms import GivenPasswordForm, language_field, timezone_field
from app.security.views.log_ins import LogInInterface, lines_of_role, lines_of_user
from app.security.views.panels import (
    AccessPanel,
    EffectivePanel,
    RightsPanel,
    RoleHoldersPanel,
    SigningInPanel,
    UserAuditPanel,
)
from app.security.views.rights_field import RightsField, with_locked
from app.web.deleting import HOW
from app.web.fields import RemoteSelectField
from app.web.interface import Interface
from app.web.panels import AuditPanel, UsesPanel
from app.web.record_view import RecordView
from app.web.shared import READ_WRITE
from app.web.uses import UseLine
from app.web.words import unit_text

LABELS = {
    "username": _l("User name"), "first_name": _l("Full name"), "email": _l("E-mail"), "active": _l("May log in"),
    "last_login": _l("Last log-in"), "login_count": _l("Number of log-ins"), "person": _l("Person"),
    "name": _l("Full name"), "password": _l("Password"), "group": _l("Work group"), "roles": _l("Own roles"),
    "language": _l("Language"), "timezone": _l("Time zone"), "label": _l("Label"), "code": _l("Code"),
    "addon": _l("Addon"),
    "is_self_service": _l("For customers"), "permissions": _l("Rights"),
    "clearance": _l("Clearance"), "is_locked": _l("Locked"),
    "must_change": _l("To be changed at the next log-in"),
    "second_factor": _l("Second factor"), "needs_second_factor": _l("Demands a second factor"),
    "recovery_codes": _l("Recovery codes"), "password_link": _l("Link for a new password"),
    "directory": _l("Logs in by"),
    "session": _l("Log-in session"), "viewed_by": _l("Looked at the desk as this user"),
}


def address_text(email: Any) -> str:
    """Return an e-mail address that reaches somebody."""
    return "" if str(email).endswith("@users.invalid") else str(email or "")


class UserView(RecordView):
    """Log-ins. Nobody who works here gets one without a work group."""

    datamodel = LogInInterface(User)
    service = user_service
    class_permission_name = "user"
    route_base = "/security/users"
    method_permission_name = {
        **READ_WRITE,
        **dict.fromkeys(("password", "unlock", "end_sessions", "password_link", "reset_factor", "bind"), "write"),
    }
    label, label_plural = _l("User"), _l("Users")
    label_columns = LABELS
    description_columns = {"email": _l("May be left empty.")}
    list_columns = ["username", "first_name", "email", "active", "last_login", "login_count"]
    search_columns = ["username", "first_name", "email", "active"]
    add_columns = ["person", "name", "username", "password", "must_change", "email", "group", "roles", "language",
                   "timezone"]
    edit_columns = ["username", "email", "active", "roles", "language", "timezone"]
    show_columns = ["username", "first_name", "email", "active", "roles", "last_login", "login_count"]
    order_columns = ["username", "email"]
    base_order = ("username", "asc")
    formatters_columns = {"email": address_text}
    option_sources = {"person": Person, "group": WorkGroup}
    panels = [AccessPanel(), EffectivePanel(), SigningInPanel(), UsesPanel(), UserAuditPanel()]
    delete_hint = _l("The person stays, and so does what was done by this log-in. Another user who takes its place "
                     "gets its saved filters and import mappings; rights and keys for programs go to nobody.")
    add_form_extra_fields = {
        "person": RemoteSelectField(LABELS["person"], [validators.Optional()], Interface(Person),
                                    description=_l("Somebody the desk knows already; or give a name below.")),
        "name": StringField(LABELS["name"], [validators.Optional(), validators.Length(max=200)]),
        "password": PasswordField(LABELS["password"], [validators.InputRequired(_l("This field is required."))],
                                  widget=BS3PasswordFieldWidget()),
        "must_change": BooleanField(LABELS["must_change"], default=True),
        "email": StringField(LABELS["email"], [validators.Optional(), validators.Length(max=200)]),
        "group": RemoteSelectField(LABELS["group"], [validators.Optional()], Interface(WorkGroup),
                                   description=_l("Whoever works here needs one to log in.")),
        "language": language_field(),
        "timezone": timezone_field(),
    }
    edit_form_extra_fields = {
        "email": StringField(LABELS["email"], [validators.Optional(), validators.Length(max=200)]),
        "language": language_field(), "timezone": timezone_field(),
    }

    def uses(self, item: User) -> list[UseLine]:
        return lines_of_user(uses_of_user(item), item, current_actor())

    def fill(self, form: Any, item: User) -> None:
        statement = select(UserPreference.language, UserPreference.timezone).where(UserPreference.user_id == item.id)
        found = session().execute(statement).first()
        form.language.data, form.timezone.data = found or (None, None)
        form.email.data = address_text(item.email)

    @expose("/<pk>/password", methods=["GET", "POST"])
    @has_access
    @permission_name("password")
    def password(self, pk: Any) -> Any:
        """Give a user another password; their sessions end."""
        item = self.one(pk)
        form = GivenPasswordForm()
        if form.validate_on_submit() and self._attempt(form, self._change, item.id, form.password.data,
                                                       form.must_change.data):
            flash(_("The password is changed and every session of the user has ended."), "success")
            return redirect(self.url_of(item.id))
        body = self.render_template("desk/own_form.html", title=_("Change the password"), form=form,
                                    names=["password", "password_again", "must_change"],
                                    back_url=self.url_of(item.id),
                                    rules=rules(item.username, item.first_name, item.email))
        return body, 422 if form.errors or form.form_errors else 200

    @expose("/<int:pk>/unlock", methods=["POST"])
    @has_access
    @permission_name("unlock")
    def unlock(self, pk: int) -> Any:
        """Let an account in again that waits because of failed log-ins."""
        lockout_service.unlock(current_actor(), self.one(pk).id)
        flash(_("The account is unlocked."), "success")
        return redirect(self.url_of(pk))

    @expose("/<int:pk>/end-sessions", methods=["POST"])
    @has_access
    @permission_name("end_sessions")
    def end_sessions(self, pk: int) -> Any:
        """Log a user out everywhere."""
        session_service.end_all(current_actor(), self.one(pk).id)
        flash(_("The user is logged out everywhere."), "success")
        return redirect(self.url_of(pk))

    @expose("/<int:pk>/password-link", methods=["POST"])
    @has_access
    @permission_name("password_link")
    def password_link(self, pk: int) -> Any:
        """Make a link by which the user sets a new password, and show it this once."""
        secret = password_link_service.create(current_actor(), self.one(pk).id)
        base = current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")
        return self.render_template("desk/password_link.html", title=_("Link for a new password"),
                                    link=f"{base}/login/link/{secret}", back_url=self.url_of(pk))

    @expose("/<int:pk>/reset-factor", methods=["POST"])
    @has_access
    @permission_name("reset_factor")
    def reset_factor(self, pk: int) -> Any:
        """Take a user's second factor away, who has lost it."""
        second_factor_service.reset(current_actor(), self.one(pk).id)
        flash(_("The second factor is taken away and every session of the user has ended."), "success")
        return redirect(self.url_of(pk))

    @expose("/<int:pk>/bind", methods=["POST"])
    @has_access
    @permission_name("bind")
    def bind(self, pk: int) -> Any:
        """Let a user log in by directory or provider, or by a password of the desk again."""
        provider = request.form.get("provider", "")
        if provider:
            binding_service.bind(current_actor(), self.one(pk).id, provider)
            flash(_("The user logs in there from now on."), "success")
        else:
            binding_service.unbind(current_actor(), self.one(pk).id)
            flash(_("The user needs a new password of the desk now."), "success")
        return redirect(self.url_of(pk))

    @staticmethod
    def _change(user_id: int, password: str, must_change: bool) -> bool:
        user_service.change_password(current_actor(), user_id, password, must_change=must_change)
        return True


class RoleView(RecordView):
    """Roles: what they are called and what they allow. They are granted on the page of a work group."""

    datamodel = Interface(RoleProfile)
    service = role_service
    class_permission_name = "role"
    route_base = "/security/roles"
    label, label_plural = _l("Role"), _l("Roles")
    label_columns = {**LABELS, "label": _l("Name")}
    list_columns = ["label", "code", "addon", "is_self_service", "clearance", "needs_second_factor"]
    search_columns = ["code", "addon", "is_self_service"]
    add_columns = ["code", "label", "is_self_service", "clearance", "needs_second_factor", "permissions"]
    edit_columns = ["label", "is_self_service", "clearance", "needs_second_factor", "permissions"]
    choice_columns = {"clearance": LEVELS}
    description_columns = {"clearance": _l(
        "Up to which level of confidentiality its holders see tickets that are not their own")}
    show_columns = list_columns
    base_order = ("code", "asc")
    formatters_columns = {"addon": unit_text, "permissions": matrix.rights_text}
    panels = [RightsPanel(), RoleHoldersPanel(), AuditPanel()]
    add_form_extra_fields = {"permissions": RightsField(LABELS["permissions"])}
    edit_form_extra_fields = add_form_extra_fields

    def uses(self, item: RoleProfile) -> list[UseLine]:
        return lines_of_role(uses_of_role(item), item)

    def ways_to_delete(self) -> dict[str, Any]:
        return {REPLACE: HOW[REPLACE], DELETE: _l("Delete it; whoever has it loses what it allows")}

    def fill(self, form: Any, item: RoleProfile) -> None:
        form.permissions.data = role_service.permissions_of(item)

    def typed(self, form: Any, names: list[str], item: Any = None) -> dict[str, Any]:
        values = super().typed(form, names, item)
        if item is not None:
            values["permissions"] = with_locked(values["permissions"] or (), role_service.permissions_of(item))
        return values
