"""A REST resource that is no record: what is counted or looked for over many of them."""

from flask_appbuilder.api import BaseApi
from flask_appbuilder.hooks import before_request
from werkzeug.wrappers import Response

from app.web import callers


class PlainApi(BaseApi):  # type: ignore[misc]
    """Base; a subclass names `resource_name`, `class_permission_name` and the rights of its methods."""

    allow_browser_login = True

    @before_request
    def check_caller(self) -> Response | None:
        """Refuse nobody (401), and a cookie that writes without the CSRF header (403)."""
        return callers.refusal()
