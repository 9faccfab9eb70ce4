"""Statements: how many a request sends, and which are slow."""

import time
from typing import Any

import structlog
from flask import g, has_request_context
from sqlalchemy import Connection, Engine, event

log = structlog.get_logger(__name__)
LONGEST_TEXT = 1000


def watch(engine: Engine, slow_ms: int) -> None:
    """Count the statements of each request and log those that take longer; 0 logs none. Called once an engine.

    A slow one is told without its values: they are what people wrote.
    """

    @event.listens_for(engine, "before_cursor_execute")
    def _before(connection: Connection, *_rest: Any) -> None:
        connection.info["began_at"] = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def _after(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        seconds = time.perf_counter() - connection.info.get("began_at", time.perf_counter())
        is_slow = bool(slow_ms) and seconds * 1000 >= slow_ms
        if has_request_context():
            g.statements = g.get("statements", 0) + 1
            g.slow_statements = g.get("slow_statements", 0) + is_slow
        if is_slow:
            told = " ".join(statement.split())[:LONGEST_TEXT]
            log.warning("slow_statement", ms=round(seconds * 1000), statement=told)
