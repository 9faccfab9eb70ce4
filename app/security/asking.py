"""Asking a directory or a provider through Flask-AppBuilder's back ends, before the unit of work begins.

`auth_user_ldap` and `auth_user_oauth` decide whether somebody is who they say. What they would then do to our tables
by themselves (make a user, give roles, count log-ins, commit) is done by app.security.directory within the unit, so
here their hooks only take down what was found. Nothing is asked while a transaction is open: a directory that answers
slowly holds nobody else up.
"""

from dataclasses import dataclass
from typing import Any

from flask import current_app, g, has_app_context, request
from flask_appbuilder.security.sqla.models import User
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from app.db import unit_of_work
from app.sdk.actor import ANONYMOUS, acting_as
from app.security import attempts
from app.security.directory import Entry, identity_of

LDAP = "ldap"


@dataclass(slots=True)
class Lookup:
    """What was asked of a directory or provider, and what came of it."""

    user: User | None  # the account as far as it is known
    entry: Entry | None = None
    is_searched: bool = False  # the directory has answered, be it that there is nobody
    is_good: bool = False  # they are who they say


def present_lookup() -> Lookup | None:
    """Return what was asked for this request."""
    return g.get("lookup") if has_app_context() else None


class AsksOutside:
    """The hooks of Flask-AppBuilder's back ends."""

    def find_user(self, username: str | None = None, email: str | None = None) -> Any:
        """Return the account that the lookup is about; an account of the same name is not meant by that."""
        lookup = present_lookup()
        if lookup is not None:
            return lookup.user
        return super().find_user(username, email)  # type: ignore[misc]

    @property
    def auth_user_registration(self) -> bool:
        """Whoever is new is asked for as well; whether an account is made is decided by app.security.directory."""
        return present_lookup() is not None

    def add_user(self, *_given: Any, **_more: Any) -> User:
        """Return anything, so that the back end goes on: the account is made within the unit of work."""
        return User()

    def update_user_auth_stat(self, _user: Any, success: bool = True) -> None:
        """Take down whether they are who they say."""
        lookup = present_lookup()
        if lookup is not None:
            lookup.is_good = success

    def _ldap_calculate_user_roles(self, _attributes: Any) -> list[Any]:
        return []

    def _oauth_calculate_user_roles(self, _userinfo: Any) -> list[Any]:
        return []

    def _search_ldap(self, ldap: Any, con: Any, username: str) -> tuple[Any, Any]:
        config = current_app.config
        asked = [config[f"LDAP_{name}_ATTRIBUTE"] for name in ("ID", "USERNAME", "NUMBER", "GROUP")]
        dn, attributes = super()._search_ldap(ldap, _AskingMore(con, asked), username)  # type: ignore[misc]
        lookup = present_lookup()
        if lookup is not None:
            lookup.is_searched = True
            lookup.entry = _entry(dn, attributes) if dn else None
        return dn, attributes


    def directory_connection(self) -> Any:
        """Return a connection that may search. Raises LDAPError."""
        import ldap

        ldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
        if current_app.config["LDAP_CA_FILE"]:
            ldap.set_option(ldap.OPT_X_TLS_CACERTFILE, current_app.config["LDAP_CA_FILE"])
        connection = ldap.initialize(current_app.config["LDAP_SERVER"])
        connection.set_option(ldap.OPT_REFERRALS, 0)
        if current_app.config["LDAP_START_TLS"]:
            connection.start_tls_s()
        self._ldap_bind_indirect(ldap, connection)  # type: ignore[attr-defined]
        return connection


class _AskingMore:
    """A connection that asks for some attributes more than the back end does."""

    def __init__(self, connection: Any, names: list[str]) -> None:
        self.connection, self.names = connection, names

    def search_s(self, base: str, scope: int, filter_text: str, fields: list[str]) -> Any:
        return self.connection.search_s(base, scope, filter_text, list(dict.fromkeys([*fields, *self.names])))


def _entry(dn: str, attributes: dict[str, list[bytes]]) -> Entry:
    def first(name: str) -> str:
        found = attributes.get(current_app.config[f"LDAP_{name}_ATTRIBUTE"]) or [b""]
        return _text(found[0])

    groups = attributes.get(current_app.config["LDAP_GROUP_ATTRIBUTE"]) or []
    username = first("USERNAME")
    return Entry(LDAP, first("ID") or dn, username, first("NAME") or username, first("EMAIL") or None,
                 first("NUMBER") or None, frozenset(map(_text, groups)))


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.hex()  # Active Directory's objectGUID is no text


def ask_directory() -> None:
    """Ask the directory about whoever sends the log-in page, unless theirs is a local account or one that waits."""
    username, password = request.form.get("username", "").strip(), request.form.get("password", "")
    if request.method != "POST" or not current_app.config["LDAP_SERVER"] or not username or not password:
        return
    from app.security.auth import find

    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return  # the page itself says so
    with unit_of_work(), acting_as(ANONYMOUS):
        user = find(username)
        identity = identity_of(user.id) if user is not None else None
        if attempts.address_waits() or attempts.account_waits(attempts.key_of(user, username)):
            return
    if user is not None and (identity is None or identity.provider != LDAP):
        return
    g.lookup = Lookup(user)
    current_app.extensions["appbuilder"].sm.auth_user_ldap(identity.username if identity else username, password)
