"""Switching the language without losing the page."""

from typing import Any
from urllib.parse import urlsplit

from flask import abort, redirect, request
from flask_appbuilder.baseviews import BaseView, expose
from flask_appbuilder.utils.base import get_safe_redirect
from flask_babel import refresh

from app.sdk.i18n import LANGUAGES
from app.security import reader


class LanguageView(BaseView):  # type: ignore[misc]
    """/lang/zh and /lang/en: for this session; the user's own language is a setting of their profile."""

    route_base = "/lang"
    default_view = "index"

    @expose("/<string:locale>")
    def index(self, locale: str) -> Any:
        """Keep the language and go back to where the reader came from."""
        if locale not in LANGUAGES:
            abort(404)
        reader.choose(locale)
        refresh()
        back = request.args.get("next") or _path_of(request.referrer)
        return redirect(get_safe_redirect(back))


def _path_of(address: str | None) -> str:
    parts = urlsplit(address or "")
    if parts.netloc and parts.netloc != request.host:
        return "/"
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
