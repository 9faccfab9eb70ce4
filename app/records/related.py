"""The links of a record, read from either end. Whether the records at the other ends may be seen is asked elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.db import unit
from app.records.link_roles import ROLES, Role, role_of
from app.records.links import RecordLink

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Link:
    """A link as one of its ends sees it: what the other record is, which one, and what it was called."""

    id: int
    role: Role
    record_type: str
    record_id: int
    label: str


def links_of(session: Session, record_type: str, record_id: int) -> list[Link]:
    """Return the links of a record, in the order of the roles, the oldest first. One statement, once for a page."""
    running = unit.current()
    if running is None or running.write:
        return _links_of(session, record_type, record_id)
    known: dict[tuple[str, int], list[Link]] = running.cache.setdefault("links_of_records", {})
    if (record_type, record_id) not in known:
        known[(record_type, record_id)] = _links_of(session, record_type, record_id)
    return known[(record_type, record_id)]


def _links_of(session: Session, record_type: str, record_id: int) -> list[Link]:
    one = RecordLink
    mine = or_(and_(one.source_type == record_type, one.source_id == record_id),
               and_(one.target_type == record_type, one.target_id == record_id))
    columns = (one.id, one.kind, one.source_type, one.source_id, one.source_label, one.target_type, one.target_id,
               one.target_label)
    found = [seen_from(row, is_source=(row.source_type, row.source_id) == (record_type, record_id))
             for row in session.execute(select(*columns).where(mine).order_by(one.id))]
    order = list(ROLES)
    return sorted((link for link in found if link is not None), key=lambda link: order.index(link.role.code))


def seen_from(row: Any, *, is_source: bool) -> Link | None:
    """Return a stored link as one of its ends sees it, None for a kind that nobody knows any more."""
    try:
        role = role_of(row.kind, is_source=is_source)
    except KeyError:
        return None
    end = "target" if is_source else "source"
    return Link(row.id, role, *(getattr(row, f"{end}_{name}") for name in ("type", "id", "label")))


def along(session: Session, kind: str, ids: Iterable[int], types: Iterable[str], *,
          to_source: bool = False) -> list[tuple[int, int]]:
    """Return (from, to) of the links of a kind that begin at these records; `to_source` goes against their direction.

    `types` are record types that share their ids. Nothing is left out that the actor may not see.
    """
    one, known = RecordLink, sorted(set(types))
    here, there, kinds = ((one.target_id, one.source_id, (one.target_type, one.source_type)) if to_source
                          else (one.source_id, one.target_id, (one.source_type, one.target_type)))
    wanted, found = sorted(set(ids)), list[tuple[int, int]]()
    for start in range(0, len(wanted), CHUNK):
        found += [(row[0], row[1]) for row in session.execute(select(here, there).where(
            one.kind == kind, kinds[0].in_(known), here.in_(wanted[start:start + CHUNK]),
            kinds[1].in_(known)).order_by(one.id))]
    return found
