"""What records are linked with, as a relation of their class: for a column of a list, in one statement for all rows."""

from typing import Any

from sqlalchemy import and_
from sqlalchemy.orm import foreign, relationship

from app.db import Record, record_type_of
from app.records.links import RecordLink


def linked(source: type[Record], kind: str, target: type[Record]) -> Any:
    """Return a read-only relation: the rows of `target` to which links of a kind lead from a row of `source`.

    They are seen by the reader's rights. A bridge sets it on a class of another addon: `Incident.problems = linked(…)`.
    """
    link: Any = RecordLink
    return relationship(
        target, secondary=link.__table__, viewonly=True, lazy="select", order_by=target.id,
        primaryjoin=and_(foreign(link.source_id) == source.id, link.source_type == record_type_of(source),
                         link.kind == kind),
        secondaryjoin=and_(foreign(link.target_id) == target.id, link.target_type == record_type_of(target)))
