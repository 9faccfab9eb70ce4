"""What an order says, as records and values: fields as forms have them, what they hold as people write it."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.db import session
from app.exchange import targets
from app.exchange.cells import Unreadable
from app.exchange.finding import Finder
from app.exchange.rows import Importer
from app.exchange.target import Target
from app.records.service import RecordService, services
from app.sdk.actor import Actor
from app.sdk.errors import BusinessError, InvalidField, NotFound
from app.sdk.i18n import _

NAMED_BY = ("number", "code")
SOURCE = "order"


def service_of(record_type: str) -> RecordService[Any]:
    """Return the service of a record type. Raises BusinessError for one that the desk does not have."""
    if record_type not in services:
        raise BusinessError(_("There is no record type “%(name)s”; there are: %(known)s", name=record_type,
                              known=", ".join(sorted(services))))
    return services[record_type]


def id_of(record_type: str, name: str) -> int:
    """Return the id of a record by its id, number or code, within the rights of whoever acts. Raises NotFound."""
    model = service_of(record_type).model
    columns = [getattr(model, one) for one in NAMED_BY if hasattr(model, one)]
    if name.isdecimal() and len(name) < 19:
        columns = [model.id]
    for column in columns:
        wanted = int(name) if column is model.id else name
        found = session().execute(select(model.id).where(column == wanted)).scalar()
        if found is not None:
            return int(found)
    raise NotFound


def zone() -> str:
    """Return the time zone in which times without one are read."""
    return str(current_app.config["BABEL_DEFAULT_TIMEZONE"])


def values_of(actor: Actor, record_type: str, record: Any, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return {field: value} of what was written for a record. Raises InvalidField naming the field that is wrong."""
    view = targets.page_of(record_type)
    reader = Importer(view, actor, {}, [], {}, "", Finder(actor, SOURCE), zone())
    found: dict[str, Any] = {}
    # What narrows another field is read before it.
    wanted = [(name, text, targets.target(view, name, actor)) for name, text in texts.items()]
    for name, text, target in sorted(wanted, key=lambda one: bool(one[2] and one[2].narrowed_by)):
        if target is None:
            found[name] = text or None  # the service knows whether there is such a field
        elif not text:
            found[target.field] = None
        else:
            found[target.field] = _value(reader, name, text, target, found, record)
    return found


def _value(reader: Importer, name: str, text: str, target: Target, found: Mapping[str, Any], record: Any) -> Any:
    try:
        value = reader.value(target, text, found, record)
    except Unreadable as wrong:
        raise InvalidField(name, str(wrong)) from wrong
    if not target.language:
        return value
    return {**(found.get(target.field) or getattr(record, target.column, None) or {}), target.language: value}
