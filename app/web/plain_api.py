"""A REST resource that is no record: what is counted or looked for over many of them, or what is one's own."""

from typing import ClassVar

from flask_appbuilder.api import BaseApi
from flask_appbuilder.hooks import before_request
from werkzeug.wrappers import Response

from app.web import callers
from app.web.problem_answers import ProblemAnswers


class PlainApi(ProblemAnswers, BaseApi):  # type: ignore[misc]
    """Base; a subclass names `resource_name`, and `class_permission_name` and the rights of its methods.

    One that `is_for_everybody` who is logged in asks for no right of its own.
    """

    allow_browser_login = True
    is_for_everybody: ClassVar[bool] = False

    @before_request
    def check_caller(self) -> Response | None:
        """Refuse nobody (401), and a cookie that writes without the CSRF header (403)."""
        return callers.refusal()
