"""Logging in by an OpenID Connect provider: the code flow with PKCE, state and nonce, by Authlib.

The provider is asked before the unit of work begins (app.security.asking). Its second factor is its own matter.
"""

from typing import Any

import structlog
from flask import Flask, current_app, g, request, session

from app.sdk.i18n import _
from app.security import directory
from app.security.asking import Lookup
from app.security.directory import Entry

PROVIDER, SECONDS, LEEWAY = "oidc", 10, 30
NEXT = "oidc_next"
log = structlog.get_logger(__name__)


def remote(app: Flask) -> Any:
    """Return Authlib's client of the configured provider; nothing is fetched before somebody logs in."""
    from authlib.integrations.flask_client import OAuth

    config = app.config
    return OAuth(app).register(
        PROVIDER, client_id=config["OIDC_CLIENT_ID"], client_secret=config["OIDC_CLIENT_SECRET"] or None,
        server_metadata_url=f"{config['OIDC_ISSUER']}/.well-known/openid-configuration",
        client_kwargs={"scope": config["OIDC_SCOPES"], "code_challenge_method": "S256",
                       "timeout": SECONDS},
    )


def client() -> Any:
    """Return the client, or None where no provider is configured."""
    return (current_app.extensions["appbuilder"].sm.oauth_remotes or {}).get(PROVIDER)


def begin(target: str | None) -> Any:
    """Send the visitor to the provider. Raises whatever keeps the provider from being asked."""
    address = f"{current_app.config['PUBLIC_URL'] or request.host_url.rstrip('/')}/login/oidc/callback"
    session[NEXT] = target or ""
    return client().authorize_redirect(address)


def ask_provider() -> None:
    """Change the code that the visitor brings for what the provider says of them; `g.oidc_error` where that fails."""
    found = client()
    if found is None:
        return
    try:
        token = found.authorize_access_token(leeway=LEEWAY)
        claims = token.get("userinfo")
    except Exception as error:  # noqa: BLE001 - whatever is wrong with what the provider says, nobody gets in
        log.warning("oidc_refused", error=type(error).__name__, detail=str(error)[:200])
        return
    if claims and claims.get("sub"):
        g.oidc_entry = _entry(claims)


def _entry(claims: Any) -> Entry:
    config = current_app.config
    email = str(claims.get("email") or "") or None
    username = str(claims.get(config["OIDC_USERNAME_CLAIM"]) or email or claims["sub"])
    groups = claims.get(config["OIDC_GROUPS_CLAIM"]) or ()
    return Entry(
        PROVIDER, str(claims["sub"])[:255], username, str(claims.get("name") or username)[:200], email,
        str(claims.get(config["OIDC_NUMBER_CLAIM"]) or "") or None,
        frozenset(map(str, [groups] if isinstance(groups, str) else groups)), claims.get("email_verified") is True,
    )


def lookup() -> Lookup:
    """Return who the provider says the visitor is, checked by Flask-AppBuilder's back end. Raises directory.Refused."""
    entry: Entry | None = g.get("oidc_entry")
    if entry is None:
        if request.args.get("error") == "access_denied":
            raise directory.Refused(_("The provider does not let you in."))
        raise directory.Refused(_("The log-in at the provider did not succeed. Try again."))
    identity = (directory.known(entry.provider, entry.subject)
                or directory.known(entry.provider, directory.promised(entry.username)))
    user = directory.account_of(identity) if identity is not None else None
    g.lookup = found = Lookup(user, entry, is_searched=True)
    current_app.extensions["appbuilder"].sm.auth_user_oauth(
        {"username": entry.username, "first_name": entry.name, "email": entry.email or ""})
    return found
