"""Logs: one line a fact, with request id and actor."""

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

from app.sdk.actor import current_context


def _context(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = current_context()
    if context.request_id:
        event.setdefault("request_id", context.request_id)
    event.setdefault("actor", context.actor.label)
    return event


def configure(level: str) -> None:
    """Write our own lines and those of the libraries alike."""
    logging.basicConfig(format="%(message)s", level=level)
    for noisy in ("flask_appbuilder", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars, _context, structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
