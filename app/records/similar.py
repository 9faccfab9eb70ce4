"""Records that speak of the same as a text: those that share its words, the more of them the higher.

Deterministic, and asked of the search index alone. A part of the question counts once, however often it is there.
"""

from typing import Any

from sqlalchemy import ColumnElement, select

from app.db import field_rights, record_type_of, session
from app.records.search import SearchEntry, has_all, having_any, searched
from app.records.tokens import asked

# So many records with any of the words are looked at, the newest first; less than this share of the words is chance.
LOOKED_AT, LEAST = 300, 0.34


def similar(model: type[Any], text: str, *where: ColumnElement[bool], limit: int = 5) -> list[int]:
    """Return the ids of the records of a class, that fulfil some criteria, which are most like a text; best first.

    One statement, under the actor's row rights. Nothing for whoever may not see every column that is searched: it
    would tell them of its words.
    """
    words = asked(text)
    if not words or field_rights.shown(model, searched(model)) != list(searched(model)):
        return []
    statement = select(SearchEntry.record_id, SearchEntry.tokens).join(model, model.id == SearchEntry.record_id).where(
        SearchEntry.record_type == record_type_of(model), having_any(words), *where
    ).order_by(SearchEntry.record_id.desc()).limit(LOOKED_AT)
    found = [(sum(has_all(stored, [word]) for word in words), key)
             for key, stored in session().execute(statement)]
    enough = max(1, round(len(words) * LEAST))
    return [key for shared, key in sorted(found, key=lambda one: (-one[0], -one[1])) if shared >= enough][:limit]
