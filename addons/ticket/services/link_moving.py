"""The links of a ticket that goes on in another: those that still make sense become the other's, and may come back."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, or_, select

from addons.ticket.services import graph
from addons.ticket.services.links import label_of, part, tell
from app.db import session
from app.records.link_roles import DIRECTED, MERGED, PARENT, RELATED
from app.records.links import RecordLink
from app.sdk.errors import Conflict

ENDS = ("source", "target")
COLUMNS = ("kind", *(f"{end}_{name}" for end in ENDS for name in ("type", "id", "label")))
Row = dict[str, Any]


def move(loser: Any, winner: Any) -> dict[str, list[Any]]:
    """Give the loser's links to the winner; return what went (`removed`, whole) and what came (`made`, ids).

    What was merged into the loser before stays with it: that is a chain. What would link the winner with itself, say
    something twice, go round in a circle or give a second parent is left out.
    """
    kind, removed, made = loser.record_type(), list[Row](), list[int]()
    mine = or_(and_(RecordLink.source_type == kind, RecordLink.source_id == loser.id),
               and_(RecordLink.target_type == kind, RecordLink.target_id == loser.id))
    found = session().execute(select(RecordLink).where(mine, RecordLink.kind != MERGED).order_by(RecordLink.id))
    for link in found.scalars().all():
        row = {name: getattr(link, name) for name in COLUMNS}
        removed.append(row)
        part(link)
        moved = _turned(row, kind, loser.id, winner)
        if is_sound(moved):
            made.append(add(moved).id)
    return {"removed": removed, "made": made}


def take_back(journal: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the links back that are as they were left; return those that can not be: something else is there now."""
    for key in journal["made"]:
        link = session().get(RecordLink, key)
        if link is not None:
            part(link)
    conflicts = []
    for row in journal["removed"]:
        if is_sound(row):
            add(row)
        else:
            conflicts.append({"table": "record_link", "column": row["kind"], "id": row["target_id"]})
    return conflicts


def add(row: Row) -> RecordLink:
    """Make a link as a row says, told in the history of both ends."""
    made = RecordLink(**row)
    session().add(made)
    session().flush()
    tell(made, is_there=True)
    return made


def is_sound(row: Row) -> bool:
    """Say whether a link may be there: between two, once, not round in a circle, with one parent."""
    source, target = ((row[f"{end}_type"], row[f"{end}_id"]) for end in ENDS)
    if source == target:
        return False
    here = [RecordLink.kind == row["kind"], RecordLink.source_type == source[0], RecordLink.source_id == source[1]]
    if row["kind"] != PARENT:
        here += [RecordLink.target_type == target[0], RecordLink.target_id == target[1]]
    if session().execute(select(RecordLink.id).where(*here).limit(1)).first() is not None:
        return False
    if row["kind"] not in DIRECTED:
        return True
    try:
        graph.check_free(row["kind"], source[1], target[1])
    except Conflict:
        return False
    return True


def _turned(row: Row, kind: str, loser_id: int, winner: Any) -> Row:
    moved = dict(row)
    for end in ENDS:
        if (row[f"{end}_type"], row[f"{end}_id"]) == (kind, loser_id):
            moved |= {f"{end}_id": winner.id, f"{end}_label": label_of(winner)}
    if row["kind"] == RELATED and _key(moved, "source") > _key(moved, "target"):
        swapped = {f"{end}_{name}": moved[f"{other}_{name}"] for end, other in (ENDS, ENDS[::-1])
                   for name in ("type", "id", "label")}
        moved |= swapped
    return moved


def _key(row: Row, end: str) -> tuple[str, int]:
    return row[f"{end}_type"], row[f"{end}_id"]
