"""Who may call a REST resource at all: somebody who is logged in, and a cookie that writes only with its header."""

from flask import g, request
from flask_login import current_user
from flask_wtf.csrf import validate_csrf
from werkzeug.wrappers import Response
from wtforms import ValidationError

from app.sdk.i18n import _
from app.web import problems
from app.web.request import SAFE_METHODS


def refusal() -> Response | None:
    """Return the answer to nobody (401) and to a cookie that writes without the CSRF header (403), else None."""
    if not current_user.is_authenticated:
        return problems.problem(401, _("Please log in"))
    if request.method in SAFE_METHODS or g.get("api_token"):
        return None
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except ValidationError:
        return problems.problem(403, _("Not allowed"), code="csrf",
                                detail=_("A browser session may write only with the X-CSRFToken header."))
    return None
