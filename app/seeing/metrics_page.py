"""The address of metrics: there where a setting lets somebody in, and for nobody else."""

import hmac
from typing import Any

from flask import Flask, Response, abort, current_app, request

from app.db import db
from app.security import networks


def init_app(app: Flask) -> None:
    """Add /metrics, where METRICS_TOKEN or METRICS_NETWORKS is set."""
    if app.config["METRICS_TOKEN"] or app.config["METRICS_NETWORKS"]:
        app.add_url_rule("/metrics", "metrics", show)
        app.unitless = app.unitless | {"metrics"}  # type: ignore[attr-defined]


def show() -> Any:
    """Answer with all metrics; as if there were nothing for whoever is not let in."""
    if not _is_let_in():
        abort(404)
    from app.seeing import metrics

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        return Response(metrics.shown(app), content_type="text/plain; version=0.0.4; charset=utf-8")
    finally:
        db.session.remove()


def _is_let_in() -> bool:
    token, given = current_app.config["METRICS_TOKEN"], request.headers.get("Authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    return networks.contain(current_app.config["METRICS_NETWORKS"], request.remote_addr)
