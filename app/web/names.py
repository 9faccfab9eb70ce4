"""What related records are called, by their ids: loaded ones cost nothing, the rest one query a table."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm.util import identity_key

from app.db import session
from app.db import unit as units
from app.records import deleted
from app.sdk.actor import current_actor
from app.sdk.i18n import _
from app.web.labels import hidden_text, text_of

_KEY, _BEHIND = "names_of_records", "names_of_deleted_records"


def names_of(datamodel: Any, relation: str, ids: Iterable[int]) -> dict[int, str]:
    """Return {id: name} of a relation's records; of those that the reader may not see what stands behind them."""
    return names_in(datamodel.get_related_interface(relation), ids)


def names_in(source: Any, ids: Iterable[int]) -> dict[int, str]:
    """Return {id: name} of the records that an interface reads; who may not see one reads "(hidden)"."""
    known, wanted = _known(source.obj), set(ids)
    for key in wanted - known.keys():
        # What this session has loaded has passed the reader's rights.
        loaded = session().identity_map.get(identity_key(source.obj, (key,)))
        if loaded is not None:
            known[key] = text_of(loaded)
    missing = wanted - known.keys()
    if missing:
        known.update({row.id: text_of(row) for row in source.by_ids(missing)})
    lacking = [key for key in wanted if key not in known]
    known.update(zip(lacking, behind(source.obj, lacking), strict=True))
    return {key: known[key] for key in wanted}


def call_by_id(source: Any, ids: Iterable[int]) -> dict[int, str]:
    """Call records by their ids for the rest of the unit, where reading their names would cost too much."""
    known = _known(source.obj)
    return {key: known.setdefault(key, f"#{key}") for key in set(ids)}


def _known(model: type[Any]) -> dict[int, str]:
    running = units.current()
    return {} if running is None else running.cache.setdefault((_KEY, model), {})


def behind(model: type[Any], ids: Iterable[int]) -> list[str]:
    """Return what is said instead of rows which the reader cannot open: "Acme (deleted)", or "(hidden)"."""
    wanted, running = list(ids), units.current()
    said: dict[int, str] = {} if running is None else running.cache.setdefault((_BEHIND, model), {})
    missing = {key for key in wanted if key not in said}
    if missing:
        is_kept = deleted.has_names(model)
        names = deleted.names(session(), model, missing, current_actor()) if is_kept else {}
        said.update({key: _("%(name)s (deleted)", name=names[key]) if key in names else hidden_text()
                     for key in missing})
    return [said[key] for key in wanted]


def column_of(datamodel: Any, name: str) -> str:
    """Return the column by which audit knows a field: a relation is known by its key."""
    return str(datamodel.fk_name(name)) if datamodel.is_relation_many_to_one(name) else name
