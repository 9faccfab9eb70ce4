"""Whether this process lives (/healthz) and whether it can serve (/readyz), for balancers and monitoring."""

from functools import cache
from typing import Any

from flask import Flask, current_app, jsonify
from redis.exceptions import RedisError
from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from app.addon_system import generation, migrations
from app.addon_system.models import AddonRow
from app.addon_system.registry import current_registry
from app.db import db
from app.jobs import queue


def init_app(app: Flask) -> None:
    """Add both addresses. Neither needs a log-in or a unit of work, and `healthz` needs no database."""
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
    app.unitless = app.unitless | {"healthz", "readyz"}  # type: ignore[attr-defined]


def healthz() -> Any:
    """Say that the process answers."""
    return jsonify(status="ok")


def readyz() -> Any:
    """Say whether the desk can serve: its database answers and its tables are those of the code.

    Redis is told of and is no reason: pages work without it, jobs wait.
    """
    try:
        number = generation.current()
        with db.engine.connect() as connection:
            behind = _behind(connection)
    except SQLAlchemyError:
        return jsonify(status="error", database="away"), 503
    finally:
        db.session.remove()
    told = {"database": "ok", "generation": number, "migrations": "pending" if behind else "ok", "redis": redis()}
    return jsonify(status="error" if behind else "ok", **told), 503 if behind else 200


@cache
def _head(unit: str) -> str | None:
    return migrations.head(next(one for one in current_registry().units if one.name == unit))


def _behind(connection: Connection) -> list[str]:
    """Return the loaded units whose tables lack something that this code needs. What an upgrade takes away may wait."""
    row = AddonRow.__table__
    at = {one.name: one.revision for one in connection.execute(select(row.c.name, row.c.revision))}
    return [unit.name for unit in current_registry().units
            if at.get(unit.name) != _head(unit.name)
            and any(step.phase == migrations.EXPAND for step in migrations.pending(connection, unit))]


def redis() -> str:
    """Say whether Redis answers: "ok" or "away"."""
    config = current_app.config
    if not config["REDIS_URL"] and not queue.socket_path(config["DATA_DIR"]).exists():
        return "away"
    connection = queue.connect(config)
    try:
        connection.ping()
    except (RedisError, OSError):
        return "away"
    else:
        return "ok"
    finally:
        connection.close()
