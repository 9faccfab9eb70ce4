"""The pages of records, by the type of record."""

from typing import Any

from app.db import Audited, record_type_of
from app.web.chrome import builder
from app.web.record_view import RecordView


def views() -> dict[str, RecordView]:
    """Return the page of each type of record."""
    return {record_type_of(view.datamodel.obj): view for view in builder().baseviews
            if isinstance(view, RecordView) and issubclass(view.datamodel.obj, Audited)}


def model_of(record_type: str | None) -> type[Any] | None:
    """Return the class of a type of record, or None where it has no page."""
    view = views().get(record_type or "")
    return view.datamodel.obj if view is not None else None


def path_of(record_type: str | None, record_id: int | None) -> str:
    """Return the path of a record's page; empty where it has none."""
    view = views().get(record_type or "")
    return str(view.url_of(record_id)) if view is not None and record_id is not None else ""
