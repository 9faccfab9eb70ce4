"""In which tickets one may go on, the likeliest first: what is offered before anything is typed.

What is like them (the same caller, the same words, the same company) stands before what is only new; what is open
before what is resolved; the newest first. Never one of themselves, and never what nothing can be merged into.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from addons.ticket.services import graph
from app.db import field_rights, session
from app.records.search import matching
from app.records.similar import similar
from app.sdk.workflow import CLOSED, RESOLVED

# So many are offered, chosen among so many of each likeness.
OFFERED, LOOKED_AT = 20, 40
# How much each likeness says: two of them say more than one.
WORDS, CALLER, COMPANY = 3, 3, 1


def merge_targets(model: type[Any], losers: Sequence[int], text: str = "") -> list[Any]:
    """Return up to 20 tickets of a class, as the actor sees them, in which these may go on.

    With what was typed, those that have these words; else the likely ones. A handful of statements, whatever the table
    holds.
    """
    where = _where(model, losers)
    newest = select(model.id).where(*where).order_by(model.opened_at.desc(), model.id.desc()).limit(LOOKED_AT)
    if text.strip():
        found = select(model.id).where(*where, matching(model, text)).order_by(model.id.desc()).limit(LOOKED_AT)
        return _in_order(model, dict.fromkeys(session().execute(found).scalars(), 0))
    weights: dict[int, int] = {}
    loser = session().execute(select(model).where(model.id.in_(losers)).order_by(model.id).limit(1)).scalar()
    if loser is not None:
        for weight, ids in _like(model, loser, where, newest):
            for key in ids:
                weights[key] = weights.get(key, 0) + weight
    for key in session().execute(newest).scalars():
        weights.setdefault(key, 0)
    return _in_order(model, weights)


def _where(model: type[Any], losers: Sequence[int]) -> list[ColumnElement[bool]]:
    # A resolved ticket takes no open child.
    has_children = any(child.is_open for key in losers for child in graph.children(key))
    over = (CLOSED, RESOLVED) if has_children else (CLOSED,)
    return [model.id.not_in(list(losers)), model.state_category.not_in(over)]


def _like(model: type[Any], loser: Any, where: Sequence[ColumnElement[bool]],
          newest: Any) -> Iterable[tuple[int, Iterable[int]]]:
    # An order must not tell of what its reader may not see.
    shown = field_rights.shown(model, ["caller", "company"])
    for name, weight in (("caller", CALLER), ("company", COMPANY)):
        held = getattr(loser, f"{name}_id")
        if name in shown and held is not None:
            yield weight, session().execute(newest.where(getattr(model, f"{name}_id") == held)).scalars()
    yield WORDS, similar(model, loser.title, *where, limit=LOOKED_AT)


def _in_order(model: type[Any], weights: dict[int, int]) -> list[Any]:
    rows = session().execute(select(model).where(model.id.in_(list(weights)))).scalars()
    return sorted(rows, key=lambda row: (row.state_category == RESOLVED, -weights[row.id], -row.opened_at.timestamp(),
                                         -row.id))[:OFFERED]
