"""Every setting: its name, its default, one line of meaning. Values come from the environment.

A wrong value stops the start with one clear sentence. Nothing else in the program reads the environment.
"""

import contextlib
import json
import os
import secrets
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent


class WrongSetting(ValueError):
    """A setting has a value that cannot be used; the message says which, and what would do."""


def _flag(value: str) -> bool:
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError("use 1 or 0")


def _port(value: str) -> int:
    port = int(value)
    if not 0 < port < 65536:
        raise ValueError("use a number from 1 to 65535")
    return port


def _count(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError("use a number that is not negative")
    return number


def _database(value: str) -> str:
    if value.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + value.split("://", 1)[1]
    if value.startswith(("postgresql+psycopg://", "sqlite:///")):
        return value
    raise ValueError("use postgresql://user:password@host/name or sqlite:///path")


def _redis(value: str) -> str:
    if value and not value.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("use redis://host:port/0, rediss:// or unix:///path")
    return value


def _public_url(value: str) -> str:
    if value and not value.startswith(("http://", "https://")):
        raise ValueError("use http://… or https://…")
    return value.rstrip("/")


def _directory_groups(value: str) -> dict[str, dict[str, str]]:
    if not value:
        return {}
    found = json.loads(value)
    fits = isinstance(found, dict) and all(
        isinstance(given, dict) and given and given.keys() <= {"group", "role"}
        and all(isinstance(code, str) for code in given.values()) for given in found.values())
    if not fits:
        raise ValueError('use {"<group of the directory>": {"group": "<code>", "role": "<code>"}, …}')
    return {name.casefold(): given for name, given in found.items()}


def _networks(value: str) -> list[str]:
    return [str(ip_network(part.strip(), strict=False)) for part in value.split(",") if part.strip()]


def _ldap_server(value: str) -> str:
    if value and not value.startswith(("ldap://", "ldaps://")):
        raise ValueError("use ldap://host:389 or ldaps://host:636")
    return value


def _mail_address(value: str) -> str:
    if value and ("@" not in parseaddr(value)[1] or any(character in value for character in "\r\n")):
        raise ValueError("use desk@example.com or Service Desk <desk@example.com>")
    return value


# name: (default, how it is read, what it means)
SETTINGS: dict[str, tuple[str, Callable[[str], Any], str]] = {
    "HOST": ("127.0.0.1", str, "address the web server listens on"),
    "PORT": ("8080", _port, "port the web server listens on"),
    "DATA_DIR": (str(ROOT / "data"), str, "folder of the embedded database, files, archives and the secret key"),
    "DATABASE_URL": ("", lambda v: _database(v) if v else "", "PostgreSQL; empty for the embedded SQLite database"),
    "REDIS_URL": ("", _redis, "Redis or Valkey; empty starts a local one of our own"),
    "PUBLIC_URL": ("", _public_url, "address by which users reach the desk; links in mails are made from it"),
    "TRUSTED_PROXIES": ("0", _count, "how many reverse proxies in front set X-Forwarded-* headers"),
    "SECURE_COOKIES": ("", lambda v: _flag(v) if v else None, "cookies over https only; default: as PUBLIC_URL says"),
    "SECRET_KEY": ("", str, "key of sessions and signed links; empty makes one and keeps it in DATA_DIR"),
    "ADMIN_PASSWORD": ("", str, "creates the administrator “admin” unattended at first start"),
    "ADMIN_LANGUAGE": ("zh", str, "language of that administrator: zh or en"),
    "WEB_WORKERS": ("2", _count, "web processes"),
    "WEB_THREADS": ("4", _count, "threads a web process"),
    "JOB_WORKERS": ("1", _count, "job processes that serve starts"),
    "DEFAULT_LANGUAGE": ("zh", str, "language of a visitor whose browser names neither Chinese nor English"),
    "DEFAULT_TIMEZONE": ("Asia/Shanghai", str, "time zone of people who have not chosen one"),
    "ADDON_PATHS": ("", str, "further folders of addons, separated by colons"),
    "ADDON_WAIT": ("45", _count, "seconds that removing an addon waits for processes that still serve it"),
    "LOG_LEVEL": ("INFO", str, "DEBUG, INFO, WARNING or ERROR"),
    "LOG_FORMAT": ("text", str, "text for people, json for what collects logs"),
    "ACCESS_LOG": ("1", _flag, "one line in the log for each answer: who by number, route, status, ms, statements"),
    "SLOW_STATEMENT_MS": ("1000", _count, "statements that take as many milliseconds are logged; 0 for none"),
    "METRICS_TOKEN": ("", str, "whoever sends it as a bearer token reads /metrics; empty and no networks: no metrics"),
    "METRICS_NETWORKS": ("", _networks, "addresses and networks that read /metrics without it, separated by commas"),
    "SESSION_HOURS": ("12", _count, "hours after which an idle session ends"),
    "LOGIN_ATTEMPTS": ("10", _count, "failed log-ins in 15 minutes before an account waits"),
    "LDAP_SERVER": ("", _ldap_server, "directory by which people log in, ldaps://host:636; empty for none"),
    "LDAP_START_TLS": ("0", _flag, "encrypt an ldap:// connection before anything is sent"),
    "LDAP_CA_FILE": ("", str, "certificates that the directory is checked with; empty for those of the system"),
    "LDAP_BIND_DN": ("", str, "account that may search the directory; needed with LDAP_SERVER"),
    "LDAP_BIND_PASSWORD": ("", str, "its password"),
    "LDAP_SEARCH_BASE": ("", str, "where people are, ou=people,dc=example,dc=com; needed with LDAP_SERVER"),
    "LDAP_USER_FILTER": ("", str, "which of them may log in, (employeeType=active); empty for all"),
    "LDAP_USERNAME_ATTRIBUTE": ("uid", str, "their user name; sAMAccountName in Active Directory"),
    "LDAP_ID_ATTRIBUTE": ("entryUUID", str, "what never changes of them; objectGUID in Active Directory"),
    "LDAP_NAME_ATTRIBUTE": ("cn", str, "their full name"),
    "LDAP_EMAIL_ATTRIBUTE": ("mail", str, "their e-mail address"),
    "LDAP_NUMBER_ATTRIBUTE": ("employeeNumber", str, "their employee number, by which the desk knows a person"),
    "LDAP_GROUP_ATTRIBUTE": ("memberOf", str, "their groups"),
    "OIDC_ISSUER": ("", _public_url, "OpenID Connect provider by which people log in; empty for none"),
    "OIDC_CLIENT_ID": ("", str, "how the provider knows the desk; needed with OIDC_ISSUER"),
    "OIDC_CLIENT_SECRET": ("", str, "its secret"),
    "OIDC_LABEL": ("OpenID Connect", str, "what the button of the log-in page says the provider is called"),
    "OIDC_SCOPES": ("openid profile email", str, "what the provider is asked for; openid is needed"),
    "OIDC_USERNAME_CLAIM": ("preferred_username", str, "where the provider tells the user name"),
    "OIDC_NUMBER_CLAIM": ("employee_number", str, "where it tells the employee number"),
    "OIDC_GROUPS_CLAIM": ("groups", str, "where it tells the groups"),
    "DIRECTORY_GROUPS": ("", _directory_groups, "groups of directory or provider that let in, and what each gives, as "
                                                '{"cn=desk,dc=example": {"group": "<code>", "role": "<code>"}}'),
    "DIRECTORY_GRANTS_ADMIN": ("0", _flag, "whether such a group may also give administrative rights"),
    "PASSWORD_STRENGTH": ("2", _count, "how hard a new password is to guess at least, from 0 to 4"),
    "SMTP_HOST": ("", str, "mail server by which notices leave; empty for no mail"),
    "SMTP_PORT": ("25", _port, "its port: 25, 587 with starttls, 465 with tls"),
    "SMTP_TLS": ("none", str, "starttls encrypts before anything is said, tls from the beginning, none never"),
    "SMTP_CA_FILE": ("", str, "certificates that the mail server is checked with; empty for those of the system"),
    "SMTP_USER": ("", str, "account by which the desk logs in there; empty for none"),
    "SMTP_PASSWORD": ("", str, "its password"),
    "SMTP_TIMEOUT": ("20", _count, "seconds after which a silent mail server counts as away"),
    "MAIL_FROM": ("", _mail_address, "sender of every mail, Service Desk <desk@example.com>; needed with SMTP_HOST"),
    "MAIL_REPLY_TO": ("", _mail_address, "where answers to mails go; empty for the sender"),
    "SAFE_MODE": ("0", _flag, "start with the optional addons off, whatever the database says"),
}
CHOICES = {
    "ADMIN_LANGUAGE": {"zh", "en"}, "DEFAULT_LANGUAGE": {"zh", "en"},
    "LOG_LEVEL": {"DEBUG", "INFO", "WARNING", "ERROR"}, "LOG_FORMAT": {"text", "json"},
    "SMTP_TLS": {"none", "starttls", "tls"},
}


def load(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the configuration of the application. Raises WrongSetting."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for name, (default, read, meaning) in SETTINGS.items():
        raw = environ.get(name, default).strip()
        try:
            values[name] = read(raw)
        except ValueError as error:
            raise WrongSetting(f"{name}={raw!r} cannot be used ({meaning}): {error}") from None
        if name in CHOICES and values[name] not in CHOICES[name]:
            raise WrongSetting(f"{name}={raw!r} cannot be used ({meaning}): use {', '.join(sorted(CHOICES[name]))}")
    _check_needed(values)
    return {**values, **_derived(values)}


def _check_needed(values: Mapping[str, Any]) -> None:
    for name, needed in (("LDAP_SERVER", ("LDAP_BIND_DN", "LDAP_SEARCH_BASE")), ("OIDC_ISSUER", ("OIDC_CLIENT_ID",)),
                         ("SMTP_HOST", ("MAIL_FROM",))):
        for other in needed:
            if values[name] and not values[other]:
                raise WrongSetting(f"{name} needs {other} ({SETTINGS[other][2]})")


def _derived(values: Mapping[str, Any]) -> dict[str, Any]:
    data = Path(values["DATA_DIR"]).expanduser().resolve()
    secure = values["SECURE_COOKIES"]
    if secure is None:
        secure = values["PUBLIC_URL"].startswith("https://")
    return {
        "DATA_DIR": str(data),
        "SQLALCHEMY_DATABASE_URI": values["DATABASE_URL"] or f"sqlite:///{data / 'desk.sqlite3'}",
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": True} if values["DATABASE_URL"].startswith("postgres") else {},
        "SECRET_KEY": values["SECRET_KEY"] or _kept_secret(data),
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_NAME": "desk",
        "MAX_CONTENT_LENGTH": 24 * 1024 * 1024,
        "APP_NAME": "Tianhui Service Desk",
        "LANGUAGES": {"zh": {"flag": "cn", "name": "中文"}, "en": {"flag": "gb", "name": "English"}},
        "BABEL_DEFAULT_LOCALE": values["DEFAULT_LANGUAGE"],
        "BABEL_DEFAULT_TIMEZONE": values["DEFAULT_TIMEZONE"],
        # Flask-AppBuilder: nothing is created or synchronised at start, ours does that in the installer.
        "FAB_CREATE_DB": False,
        "FAB_UPDATE_PERMS": False,
        "FAB_ADD_SECURITY_API": False,
        "FAB_ADD_SECURITY_VIEWS": True,
        "FAB_API_SWAGGER_UI": False,
        "FAB_API_KEY_ENABLED": False,
        "AUTH_TYPE": 1,
        "AUTH_ROLE_ADMIN": "Admin",
        "AUTH_ROLE_PUBLIC": "",
        # Its back end for LDAP reads these (app.security.directory): people are searched by an account that may.
        "AUTH_LDAP_SERVER": values["LDAP_SERVER"], "AUTH_LDAP_USE_TLS": values["LDAP_START_TLS"],
        "AUTH_LDAP_TLS_CACERTFILE": values["LDAP_CA_FILE"], "AUTH_LDAP_TLS_DEMAND": True,
        "AUTH_LDAP_ALLOW_SELF_SIGNED": False, "AUTH_LDAP_TLS_CACERTDIR": "", "AUTH_LDAP_TLS_CERTFILE": "",
        "AUTH_LDAP_TLS_KEYFILE": "", "AUTH_LDAP_BIND_USER": values["LDAP_BIND_DN"],
        "AUTH_LDAP_BIND_PASSWORD": values["LDAP_BIND_PASSWORD"], "AUTH_LDAP_SEARCH": values["LDAP_SEARCH_BASE"],
        "AUTH_LDAP_SEARCH_FILTER": values["LDAP_USER_FILTER"], "AUTH_LDAP_UID_FIELD": values["LDAP_USERNAME_ATTRIBUTE"],
        "AUTH_LDAP_FIRSTNAME_FIELD": values["LDAP_NAME_ATTRIBUTE"], "AUTH_LDAP_LASTNAME_FIELD": "sn",
        "AUTH_LDAP_EMAIL_FIELD": values["LDAP_EMAIL_ATTRIBUTE"],
        "AUTH_LDAP_GROUP_FIELD": values["LDAP_GROUP_ATTRIBUTE"],
        "RATELIMIT_ENABLED": False,
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _kept_secret(data: Path) -> str:
    path = data / "secret_key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = data / f"secret_key.{os.getpid()}"
        part.touch(mode=0o600)
        part.write_text(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(part, path)  # the first process wins; the others read what it wrote
        part.unlink()
    return path.read_text().strip()
