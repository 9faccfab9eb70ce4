"""What an administrator sees of the system: one reading of everything."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, current_app
from sqlalchemy import select, text

from app import __version__
from app.addon_system.models import AddonRow
from app.db import session
from app.sdk.actor import Actor
from app.seeing import figures
from app.seeing.permissions import SYSTEM_READ
from app.serve.health import redis


@dataclass(frozen=True, slots=True)
class Unit:
    """The platform or an addon that was ever installed."""

    name: str
    version: str
    revision: str
    state: str


@dataclass(frozen=True, slots=True)
class SystemState:
    """All that the page shows of itself; the lines of others come beside it."""

    version: str
    python: str
    database: str
    redis: str
    units: Sequence[Unit]
    now: figures.Figures


class SystemService:
    """Reads."""

    def state(self, actor: Actor) -> SystemState:
        """Return the state of the system. Raises Forbidden."""
        actor.require(SYSTEM_READ)
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        connection = session().connection()
        row = AddonRow.__table__
        units = [Unit(one.name, one.version, one.revision or "", one.state)
                 for one in connection.execute(select(row).order_by(row.c.name))]
        version = "SELECT sqlite_version()" if connection.dialect.name == "sqlite" else "SHOW server_version"
        database = f"{connection.dialect.name} {connection.execute(text(version)).scalar()}"
        return SystemState(__version__, platform.python_version(), database, redis(), units,
                           figures.read(connection, app))


system_service = SystemService()
