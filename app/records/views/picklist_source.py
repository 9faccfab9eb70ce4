"""Which records a record set offers: all of a type, or those of a kept filter."""

from typing import Any

from flask import current_app
from sqlalchemy import select
from wtforms import SelectField

from app.db import record_type_of, session
from app.records.saved_filters import SavedFilter
from app.records.views.custom_fields import TargetChoices
from app.sdk.actor import current_actor
from app.sdk.i18n import _l
from app.web.list_settings import page_key


class TypeChoices(TargetChoices):
    """The types of record that have a list."""


def _filters() -> list[tuple[str, str]]:
    """Return the filters that the administrator keeps or that are everybody's, with the words of their lists."""
    titles = {page_key(view): str(view.list_title) for view in _lists()}
    kept = select(SavedFilter).where((SavedFilter.owner_id == current_actor().user_id)
                                     | (SavedFilter.shared == "everybody")).order_by(SavedFilter.page, SavedFilter.name)
    return [("", ""), *((str(one.id), f"{titles[one.page]}: {one.name}")
                        for one in session().execute(kept).scalars() if one.page in titles)]


def _lists() -> list[Any]:
    return [view for view in current_app.appbuilder.baseviews  # type: ignore[attr-defined]
            if hasattr(view, "shipped_filters") and hasattr(view.datamodel.obj, "__record_type__")]


def filter_field() -> Any:
    """Return the field for a kept filter."""
    return SelectField(_l("Only the records of this kept filter"), choices=_filters, validate_choice=False,
                       description=_l("Its conditions are copied. Empty: as before, or all of the type."))


def source_of(filter_id: Any, source_type: Any, item: Any) -> dict[str, Any]:
    """Return the type of record and the conditions of a record set."""
    raw = str(filter_id or "")
    is_known = bool(raw) and raw in {key for key, _text in _filters()}
    kept = session().get(SavedFilter, int(raw)) if is_known else None
    if kept is not None:
        view = next(one for one in _lists() if page_key(one) == kept.page)
        return {"source_type": record_type_of(view.datamodel.obj), "source_query": kept.query}
    is_as_before = item is not None and (item.source_type or "") == (source_type or "")
    return {"source_query": item.source_query if is_as_before else None}
