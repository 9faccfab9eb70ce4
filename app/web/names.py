"""What related records are called, by their ids: loaded ones cost nothing, the rest one query a table."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm.util import identity_key

from app.db import session
from app.db import unit as units
from app.web.labels import hidden_text, text_of

_KEY = "names_of_records"


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
    return {key: known.get(key, hidden_text()) for key in wanted}
