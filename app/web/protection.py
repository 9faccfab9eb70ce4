"""What protects a browser session: CSRF tokens on every form, a strict content policy, no framing."""

from typing import Any

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect

POLICY = "; ".join((
    "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'none'",
))
HEADERS = {
    "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
}


def init_app(app: Flask, registry: Any) -> None:
    """Attach the checks and headers. REST resources check the token in their own header (RecordApi)."""
    protect = CSRFProtect(app)
    resources = {api.__name__ for api in registry.apis}
    for view in app.extensions["appbuilder"].baseviews:
        if type(view).__name__ in resources:
            protect.exempt(view.blueprint)
    app.after_request(_headers)


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
