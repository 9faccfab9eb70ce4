"""The records that a user looked at last. Their page tells of itself once it is open, for reading writes nothing."""

from typing import Any

from sqlalchemy import select

from app.db import session
from app.security.preferences import prefer, preference
from app.web.chrome import builder
from app.web.icons import known_name
from app.web.labels import text_of

KEY = "home.recent"
KEPT = 10


def _pages() -> dict[str, Any]:
    # Those that the command palette finds: what people look for.
    return {view.datamodel.obj.record_type(): view for view in builder().baseviews
            if getattr(view, "in_palette", False)}


def remember(record_type: str, record_id: int) -> None:
    """Put a record on top of the reader's own list; of other kinds of records nothing is kept."""
    if record_type not in _pages():
        return
    this = [record_type, record_id]
    kept = [one for one in preference(KEY) or [] if one != this]
    prefer(KEY, [this, *kept][:KEPT])


def recent() -> list[dict[str, Any]]:
    """Return the records that the reader looked at last, as far as they may see them. A statement a kind of record."""
    kept, pages = preference(KEY) or [], _pages()
    rows: dict[tuple[str, int], Any] = {}
    for record_type in {one[0] for one in kept} & set(pages):
        model = pages[record_type].datamodel.obj
        ids = [one[1] for one in kept if one[0] == record_type]
        visible = session().execute(select(model).where(model.id.in_(ids))).scalars()
        rows |= {(record_type, row.id): row for row in visible}
    found = []
    for record_type, record_id in map(tuple, kept):
        row, view = rows.get((record_type, record_id)), pages.get(record_type)
        if row is not None and view is not None:
            found.append({"row": row, "text": text_of(row), "url": view.url_of(record_id), "workflow": view.workflow,
                          "icon": known_name("user" if view.workflow is None else "ticket")})
    return found
