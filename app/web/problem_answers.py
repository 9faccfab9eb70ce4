"""The answers that Flask-AppBuilder itself gives in a REST resource, as problem documents."""

from typing import Any

from flask import Response

from app.sdk.i18n import _
from app.web import problems


class ProblemAnswers:
    """Mixed into every resource, before Flask-AppBuilder's class."""

    def response_400(self, message: Any = None) -> Response:
        # All that Flask-AppBuilder itself refuses so is a query that cannot be read.
        text = str(message or "")
        fields = {"q": _("This is no query: write it as Rison or JSON.")} if text.startswith("Not a valid") else None
        return problems.problem(400, _("The request is not understood"), detail=text, fields=fields)

    def response_401(self) -> Response:
        return problems.problem(401, _("Please log in"))

    def response_403(self) -> Response:
        return problems.problem(403, _("Not allowed"))

    def response_404(self) -> Response:
        return problems.problem(404, _("Not found"))

    def response_422(self, message: Any = None) -> Response:
        fields = message if isinstance(message, dict) else None
        return problems.problem(422, _("Please check what you entered"), fields=fields,
                                detail="" if fields else str(message or ""))

    def response_500(self, message: Any = None) -> Response:
        return problems.problem(500, _("Something went wrong"))
