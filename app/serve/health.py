"""Whether this process lives (/healthz) and whether it can serve (/readyz), for balancers and monitoring."""

from typing import Any

from flask import Flask, jsonify
from sqlalchemy.exc import SQLAlchemyError

from app.addon_system import generation
from app.db import db


def init_app(app: Flask) -> None:
    """Add both addresses. Neither needs a log-in or a unit of work, and `healthz` needs no database."""
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
    app.unitless = app.unitless | {"healthz", "readyz"}  # type: ignore[attr-defined]


def healthz() -> Any:
    """Say that the process answers."""
    return jsonify(status="ok")


def readyz() -> Any:
    """Say whether the database answers, and which generation it is at."""
    try:
        number = generation.current()
    except SQLAlchemyError:
        return jsonify(status="error", database="away"), 503
    finally:
        db.session.remove()
    return jsonify(status="ok", database="ok", generation=number)
