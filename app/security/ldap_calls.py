"""The calls of python-ldap that Flask-AppBuilder's back end makes, spoken by ldap3.

python-ldap has no wheels: it needs a compiler and the headers of OpenLDAP on every machine. ldap3 is pure Python. Where
python-ldap is installed it is used as it is; elsewhere `install()` puts this module in its place.
"""

import importlib.util
import ssl
import sys
from types import ModuleType
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars

SCOPE_SUBTREE = 2
OPT_REFERRALS, OPT_X_TLS_NEWCTX, OPT_X_TLS_REQUIRE_CERT = 8, 24591, 24582
OPT_X_TLS_CACERTFILE, OPT_X_TLS_CACERTDIR, OPT_X_TLS_CERTFILE, OPT_X_TLS_KEYFILE = 24578, 24579, 24580, 24581
OPT_X_TLS_DEMAND, OPT_X_TLS_ALLOW = 2, 3
# A directory that does not answer must not hold the log-in page.
SECONDS = 5

_options: dict[int, Any] = {}


class LDAPError(Exception):
    """Anything that went wrong with the directory."""


class INVALID_CREDENTIALS(LDAPError):  # noqa: N801 - python-ldap's name
    """The name or the password is not right."""


def set_option(option: int, value: Any) -> None:
    """Keep an option for the connections to come."""
    _options[option] = value


def initialize(uri: str) -> "Connection":
    """Return a connection that is opened when it is first used."""
    return Connection(uri)


class Connection:
    """A connection to one server."""

    def __init__(self, uri: str) -> None:
        tls = ldap3.Tls(
            validate=ssl.CERT_NONE if _options.get(OPT_X_TLS_REQUIRE_CERT) == OPT_X_TLS_ALLOW else ssl.CERT_REQUIRED,
            ca_certs_file=_options.get(OPT_X_TLS_CACERTFILE), ca_certs_path=_options.get(OPT_X_TLS_CACERTDIR),
            local_certificate_file=_options.get(OPT_X_TLS_CERTFILE),
            local_private_key_file=_options.get(OPT_X_TLS_KEYFILE),
        )
        self.server = ldap3.Server(uri, tls=tls, get_info=ldap3.NONE, connect_timeout=SECONDS)
        self.is_encrypted_first = False
        self.connection: Any = None

    def set_option(self, _option: int, _value: Any) -> None:
        """Referrals, which is the only option of a connection that is asked for, are never followed here."""

    def start_tls_s(self) -> None:
        """Encrypt before anything else is sent."""
        self.is_encrypted_first = True

    def simple_bind_s(self, dn: str, password: str) -> None:
        """Say who one is. Raises INVALID_CREDENTIALS, LDAPError."""
        if not password:
            raise INVALID_CREDENTIALS  # a bind without a password is one as nobody, and many servers say yes to it
        self.unbind_s()
        try:
            self.connection = ldap3.Connection(self.server, dn, password, auto_referrals=False,
                                               receive_timeout=SECONDS, read_only=True)
            self.connection.open()
            if self.is_encrypted_first and not self.connection.start_tls():
                raise LDAPError("the directory does not encrypt")
            is_bound = self.connection.bind()
        except LDAPException as error:
            if self.connection is not None and self.connection.socket is not None:
                self.connection.socket.close()
            raise LDAPError(str(error)) from error
        if not is_bound:
            description = str(self.connection.result.get("description"))
            raise INVALID_CREDENTIALS if description == "invalidCredentials" else LDAPError(description)

    def search_s(self, base: str, _scope: int, filter_text: str, fields: list[str]) -> list[tuple[str, dict[str, Any]]]:
        """Return (dn, {attribute: [bytes]}) of what is found. Raises LDAPError."""
        try:
            self.connection.search(base, filter_text, ldap3.SUBTREE, attributes=fields)
        except LDAPException as error:
            raise LDAPError(str(error)) from error
        if self.connection.result.get("description") not in ("success", "noSuchObject"):
            raise LDAPError(str(self.connection.result.get("description")))
        names = {name.casefold(): name for name in fields}
        return [(one["dn"], {names.get(key.casefold(), key): list(found)
                             for key, found in one["raw_attributes"].items() if found})
                for one in self.connection.response or () if one["type"] == "searchResEntry"]

    def unbind_s(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.unbind()
            self.connection = None

    def __del__(self) -> None:
        """Close what nobody closed, as python-ldap does."""
        self.unbind_s()


def install() -> None:
    """Answer to the name of python-ldap where that is not installed."""
    if "ldap" in sys.modules or importlib.util.find_spec("ldap") is not None:
        return
    filters = ModuleType("ldap.filter")
    filters.escape_filter_chars = escape_filter_chars  # type: ignore[attr-defined]
    sys.modules["ldap"], sys.modules["ldap.filter"] = sys.modules[__name__], filters
