"""Errors as people and programs see them: a page, or a problem document (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g, json, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.sdk.errors import BusinessError
from app.sdk.i18n import _

PROBLEM = "application/problem+json"


def wants_json() -> bool:
    """Say whether the answer goes to a program: REST always, elsewhere where JSON is what is asked for."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def problem(status: int, title: str, *, detail: str = "", code: str = "",
            fields: Mapping[str, Any] | None = None, details: Mapping[str, Any] | None = None) -> Response:
    """Return a problem document."""
    body: dict[str, Any] = {**(details or {}), "type": "about:blank", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    if code:
        body["code"] = code
    if fields:
        body["fields"] = dict(fields)
    if "request_id" in g:
        body["request_id"] = g.request_id
    return Response(json.dumps(body), status=status, mimetype=PROBLEM)


def business_error(error: BusinessError) -> Response:
    """Answer a refusal that reached nobody else."""
    if wants_json():
        return problem(error.http_status, _title(error.http_status), detail=error.message, code=error.code,
                       fields=error.fields, details=error.details)
    return _page(error.http_status, error.message, error.fields)


def http_error(error: HTTPException) -> Any:
    """Answer an HTTP error; redirects pass."""
    status = error.code or 500
    if status < 400:
        return error
    off = _switched_off() if status == 404 else None
    if off is not None:
        return _off(off)
    if wants_json():
        answer = problem(status, _title(status), detail=_description(error))
    else:
        # Of a form that is too old the reader learns what to do; else the title says enough.
        answer = _page(status, _description(error) if isinstance(error, CSRFError) else _title(status), {})
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def _switched_off() -> Any:
    from app.addon_system.switched_off import off_at

    return off_at(request.path)


def _off(off: Any) -> Response:
    if wants_json():
        return problem(404, off.title, detail=off.message, code="addon.off",
                       details={"addon": off.addon, "state": off.state})
    return _page(404, off.message, {}, title=off.title, picture="power",
                 way_out=(off.url, off.link) if off.url else None)


def _description(error: HTTPException) -> str:
    # What werkzeug says of its own accord is English, and no more than the title says.
    return _(error.description) if error.description and error.description != type(error).description else ""


def unexpected_error(_error: Exception) -> Response:
    """Answer what nobody foresaw: the log has the rest under the request id."""
    if wants_json():
        return problem(500, _title(500))
    return _page(500, _title(500), {})


def _page(status: int, message: str, fields: Mapping[str, str], *, title: str = "", picture: str = "",
          way_out: tuple[str, str] | None = None) -> Response:
    from flask import current_app

    builder = current_app.extensions.get("appbuilder")
    body = render_template(
        "desk/error.html", title=title or _title(status), status=status, message=message, fields=fields,
        picture=picture, way_out=way_out, appbuilder=builder,
        base_template=builder.base_template if builder else None, request_id=g.get("request_id", ""),
    )
    return Response(body, status=status, mimetype="text/html")


def _title(status: int) -> str:
    known = {
        400: _("The request is not understood"), 401: _("Please log in"), 403: _("Not allowed"), 404: _("Not found"),
        405: _("This cannot be done here"), 409: _("This is not possible now"), 413: _("Too large"),
        410: _("No longer valid"), 412: _("It was changed meanwhile"), 415: _("Not of the type that is asked for"),
        422: _("Please check what you entered"),
        429: _("Too many requests"), 503: _("Please try again shortly"),
    }
    return known.get(status, _("Something went wrong") if status >= 500 else _("The request failed"))
