"""What related records are called, by their ids: loaded ones cost nothing, the rest one query a table."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm.util import identity_key

from app.db import Record, session
from app.db import unit as units
from app.records import deleted
from app.sdk.actor import current_actor
from app.sdk.i18n import _
from app.web.labels import hidden_text, text_of

_KEY, _BEHIND = "names_of_records", "names_of_deleted_records"


def names_of(datamodel: Any, relation: str, ids: Iterable[int]) -> dict[int, str]:
    """Return {id: name} of a relation's records; who may not see one reads "(hidden)"."""
    related = datamodel.get_related_interface(relation)
    model = related.obj
    running = units.current()
    known: dict[int, str] = {} if running is None else running.cache.setdefault((_KEY, model), {})
    wanted = set(ids)
    for key in wanted - known.keys():
        # What this session has loaded has passed the reader's rights.
        loaded = session().identity_map.get(identity_key(model, (key,)))
        if loaded is not None:
            known[key] = text_of(loaded)
    missing = wanted - known.keys()
    if missing:
        known.update({row.id: text_of(row) for row in related.by_ids(missing)})
    lacking = [key for key in wanted if key not in known]
    known.update(zip(lacking, behind(model, lacking), strict=True))
    return {key: known[key] for key in wanted}


def behind(model: type[Any], ids: Iterable[int]) -> list[str]:
    """Return what is said instead of rows which the reader cannot open: "Acme (deleted)", or "(hidden)"."""
    wanted, running = list(ids), units.current()
    said: dict[int, str] = {} if running is None else running.cache.setdefault((_BEHIND, model), {})
    missing = {key for key in wanted if key not in said}
    if missing:
        is_ours = issubclass(model, Record)
        names = deleted.names(session(), model, missing, current_actor()) if is_ours else {}
        said.update({key: _("%(name)s (deleted)", name=names[key]) if key in names else hidden_text()
                     for key in missing})
    return [said[key] for key in wanted]
