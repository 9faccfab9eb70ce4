"""What is kept of each answer: a line in the log, and where metrics are on, counters."""

import time
from typing import Any

import structlog
from flask import Flask, Response, g, request
from sqlalchemy import inspect

from app.db import db
from app.seeing import statements

log = structlog.get_logger("access")
# Asked for so often, and so dull, that they are neither logged nor counted.
QUIET = frozenset({"static", "appbuilder.static", "healthz", "readyz", "metrics"})
UNKNOWN = "(none)"


def init_app(app: Flask) -> None:
    """Watch statements and answers, as far as the settings want it."""
    has_metrics = bool(app.config["METRICS_TOKEN"] or app.config["METRICS_NETWORKS"])
    if not (has_metrics or app.config["ACCESS_LOG"] or app.config["SLOW_STATEMENT_MS"]):
        return
    with app.app_context():
        statements.watch(db.engine, app.config["SLOW_STATEMENT_MS"])
    if app.config["ACCESS_LOG"]:
        app.watchers += (tell,)  # type: ignore[attr-defined]
    if has_metrics:
        from app.seeing import metrics

        app.watchers += (metrics.count,)  # type: ignore[attr-defined]


def route() -> str:
    """Return the template of the route: what was asked for without who or what was asked about."""
    return request.url_rule.rule if request.url_rule is not None else UNKNOWN


def seconds() -> float:
    """Return how long the request has taken so far."""
    return time.perf_counter() - float(g.get("began_at", time.perf_counter()))


def tell(response: Response) -> None:
    """Log an answer: who by their number, what by its route; never an address with what people searched for."""
    if request.endpoint in QUIET:
        return
    log.info("request", user=_user_id(), method=request.method, route=route(), status=response.status_code,
             ms=round(seconds() * 1000, 1), statements=g.get("statements", 0), request_id=g.get("request_id", ""))


def _user_id() -> Any:
    # Only who was asked about anyway, and by the key alone: after a rollback the row would have to be read again.
    state = inspect(g.get("_login_user"), raiseerr=False)
    identity = getattr(state, "identity", None)
    return identity[0] if identity else None
