"""Logs: one line a fact, with request id and actor."""

import json
import logging
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog

from app.sdk.actor import Actor, current_context


class _Json(logging.Formatter):
    """Lines of libraries as documents; ours are documents already."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        text = super().format(record)
        if text.startswith("{") and text.endswith("}"):
            return text
        at = datetime.fromtimestamp(record.created, UTC).isoformat()
        return json.dumps({"timestamp": at, "level": record.levelname.lower(), "event": text, "logger": record.name},
                          ensure_ascii=False)


def _context(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = current_context()
    if context.request_id:
        event.setdefault("request_id", context.request_id)
    # By their number: a log is copied to places where nobody's name belongs.
    if "user" not in event:
        event["user"] = context.actor.user_id if context.actor.user_id is not None else _kind(context.actor)
    return event


def _kind(actor: Actor) -> str:
    return "system" if actor.is_system else "visitor"


def configure(level: str, *, as_json: bool = False) -> None:
    """Write our own lines and those of the libraries alike, for people or as one JSON document a line."""
    logging.basicConfig(format="%(message)s", level=level)
    if as_json:
        for handler in logging.getLogger().handlers:
            handler.setFormatter(_Json())
    renderer = (structlog.processors.JSONRenderer(ensure_ascii=False) if as_json
                else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]))
    for noisy in ("flask_appbuilder", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars, _context, structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
