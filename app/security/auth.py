"""Logging in and out."""

import logging
from typing import Any
from urllib.parse import urlencode

from flask import current_app, flash, g, redirect, request, session
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import no_cache
from flask_appbuilder.security.forms import LoginForm_db
from flask_appbuilder.security.sqla.models import User
from flask_appbuilder.security.views import AuthDBView
from flask_appbuilder.utils.base import get_safe_redirect
from flask_login import login_user, logout_user
from sqlalchemy import func, or_, select
from werkzeug.security import check_password_hash

from app.db import session as database_session
from app.records.settings import setting
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import NotFound
from app.sdk.i18n import _, _l
from app.security import (
    accounts,
    attempts,
    directory,
    epoch,
    networks,
    oidc,
    pending,
    reader,
    second_factor,
    sessions,
    setup,
    view_as,
)
from app.security.asking import Lookup, present_lookup
from app.security.grants import is_administrative
from app.security.settings import ADMIN_NETWORKS
from app.web.form_words import DeskForm

log = logging.getLogger(__name__)


class LoginForm(DeskForm, LoginForm_db):  # type: ignore[misc]
    """User name and password."""


class DeskAuthView(AuthDBView):  # type: ignore[misc]
    """Log-in by user name or e-mail address and password."""

    title = _l("Log in")

    @expose("/login/", methods=["GET", "POST"])
    @no_cache
    def login(self) -> Any:
        """Show the form, or log in. A refusal stays on the form and says why."""
        if g.user is not None and g.user.is_authenticated:
            return redirect(self._get_safe_next_url())
        if setup.is_open(database_session()):
            # Nobody could log in yet, whichever page the first visitor asked for.
            return redirect("/setup")
        form = LoginForm()
        if form.validate_on_submit():
            refusal = log_in(form.username.data.strip(), form.password.data)
            if refusal is None:
                return redirect(after_log_in(request.args.get("next")))
            flash(refusal, "warning")
        provider = current_app.config["OIDC_LABEL"] if oidc.client() is not None else ""
        return self.render_template(self.login_template, title=self.title, form=form, appbuilder=self.appbuilder,
                                    provider=provider, target=request.args.get("next", ""))

    @expose("/login/oidc", methods=["GET"])
    @no_cache
    def oidc(self) -> Any:
        """Send the visitor to the configured provider."""
        if oidc.client() is None:
            raise NotFound
        try:
            return oidc.begin(request.args.get("next"))
        except Exception:
            log.exception("oidc_unreachable")
            flash(_("The provider cannot be reached. Try again later, or ask an administrator."), "warning")
            return redirect(self.appbuilder.get_url_for_login)

    @expose("/login/oidc/callback", methods=["GET"])
    @no_cache
    def oidc_callback(self) -> Any:
        """Log in whom the provider vouches for."""
        if oidc.client() is None:
            raise NotFound
        target = session.get(oidc.NEXT)
        refusal = log_in_outside()
        if refusal is None:
            return redirect(after_log_in(target))
        flash(refusal, "warning")
        return redirect(self.appbuilder.get_url_for_login)

    @expose("/logout/", methods=["GET", "POST"])
    def logout(self) -> Any:
        """End the session."""
        view_as.stop()
        sessions.end("log_out")
        logout_user()
        session.pop("_flashes", None)
        return redirect(self.appbuilder.get_url_for_login)


def after_log_in(target: str | None) -> str:
    """Return the address to go on to: the next step of the log-in, else where one wanted to go."""
    found = pending.present()
    step = pending.step_of(*found) if found is not None else None
    if step is not None:
        return f"/login/{step}" + (f"?{urlencode({'next': target})}" if target else "")
    return safe(target)


def safe(target: str | None) -> str:
    """Return where somebody wanted to go, the first page for nowhere and for elsewhere."""
    return str(get_safe_redirect(target)) if target else "/start"


def log_in(username: str, password: str) -> str | None:
    """Log a user in; return why not, or None. Only who knows the password learns about the work group."""
    user = find(username)
    key = attempts.key_of(user, username)
    if attempts.address_waits() or attempts.account_waits(key):
        return _("Too many failed attempts. Wait %(number)s minutes, then try again.",
                 number=setting("security.lockout_minutes"))
    lookup = present_lookup()
    if lookup is not None:
        return _by_directory(lookup, key)
    # Checked for unknown names as well, so that the time tells nothing.
    stored = user.password if user is not None else current_app.config["AUTH_DB_FAKE_PASSWORD_HASH_CHECK"]
    is_local = user is not None and user.active and directory.identity_of(user.id) is None
    if not check_password_hash(stored or "", password) or user is None or not is_local:
        attempts.note(key, attempts.PASSWORD, user)
        return _("User name or password is wrong.")
    return _let_in(user, key, pending.LOCAL)


def log_in_outside() -> str | None:
    """Log in whom the provider vouches for; return why not, or None."""
    try:
        found = oidc.lookup()
        if not found.is_good or found.entry is None:
            return _("This account is switched off.")
        user = directory.admit(found.entry)
    except directory.Refused as refused:
        return str(refused)
    return _let_in(user, user.username, pending.PROVIDER)


def _by_directory(lookup: Lookup, key: str) -> str | None:
    known = lookup.user
    if lookup.is_searched and lookup.entry is None and known is not None:
        # Whoever is gone from the directory is told so, and is gone from here.
        directory.end_sessions(known.id)
        attempts.note(key, attempts.GONE, known)
        return _("The directory does not know this account any more. Ask an administrator.")
    if not lookup.is_good or lookup.entry is None:
        if not lookup.is_searched and (known is None or known.active):
            return _("The directory cannot be reached. Try again later, or ask an administrator.")
        attempts.note(key, attempts.PASSWORD, known)
        return _("User name or password is wrong.")
    try:
        user = directory.admit(lookup.entry)
    except directory.Refused as refused:
        attempts.note(key, attempts.GONE, known)
        return str(refused)
    return _let_in(user, key, pending.DIRECTORY)


def _let_in(user: User, key: str, way: str) -> str | None:
    account = accounts.account_of(user, epoch.current(database_session().connection()))
    if not _is_from_allowed_address(account.actor):
        attempts.note(key, attempts.NETWORK, user)
        return _("Administrators log in from certain addresses only, and yours is not among them.")
    if not account.may_log_in:
        attempts.note(key, attempts.NO_GROUP, user)
        return directory.no_group_text()
    if not pending.begin(user, way):
        start(user)
    return None


def start(user: User) -> None:
    """Open a session for a user who has shown who they are."""
    language = session.get(reader.KEY)
    session.clear()  # nothing of before the log-in lives on, so that a planted session is worth nothing
    if language:
        reader.choose(language)
    attempts.clear(user.username)
    profile = second_factor.profile_of(user.id)
    profile.password_at = profile.password_at or clock.now()
    user.last_login = clock.now().replace(tzinfo=None)
    user.login_count = (user.login_count or 0) + 1
    sessions.begin(user)
    login_user(user, remember=False)


def find(username: str) -> User | None:
    """Return the user of that user name or e-mail address, whatever its case."""
    wanted = username.casefold()
    rows = database_session().execute(
        select(User).where(or_(func.lower(User.username) == wanted, func.lower(User.email) == wanted))
    ).scalars().all()
    exact = [user for user in rows if user.username.casefold() == wanted]
    return (exact or [*rows, None])[0]


def _is_from_allowed_address(actor: Actor) -> bool:
    allowed = networks.parse(setting(ADMIN_NETWORKS), ADMIN_NETWORKS)
    return not (allowed and is_administrative(actor)) or networks.contain(allowed, request.remote_addr)
