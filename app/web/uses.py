"""Where a record is used, as people read it: kinds in words, numbers, and links to exactly those rows."""

from dataclasses import dataclass
from typing import Any

from app.db import record_type_of
from app.records.uses import COUNT_CAP, Use
from app.sdk.actor import Actor
from app.web.labels import automatic_label
from app.web.list_links import list_address, page_of


@dataclass(frozen=True, slots=True)
class UseLine:
    """One kind of use: what it is called, how many rows the reader sees and where, how many there are beside."""

    record_type: str
    column: str
    kind: str
    label: str
    number: int
    hidden: int
    url: str

    @property
    def is_capped(self) -> bool:
        """Whether there are more than anybody counts."""
        return self.number >= COUNT_CAP

    def plain(self) -> dict[str, Any]:
        """Return it as REST tells it."""
        return {"record_type": self.record_type, "field": self.column, "label": f"{self.kind}: {self.label}",
                "count": self.number, "hidden": self.hidden, "url": self.url}


def lines_of(uses: list[Use], record_id: int, actor: Actor) -> list[UseLine]:
    """Return the uses as lines, most first. Rows of a page that the reader may not open count as hidden."""
    return lines_in_order([_line(use, record_id, actor) for use in uses])


def lines_in_order(found: list[UseLine]) -> list[UseLine]:
    """Return lines as they are listed, most first."""
    return sorted(found, key=lambda line: (-line.number, -line.hidden, line.kind, line.label))


def _line(use: Use, record_id: int, actor: Actor) -> UseLine:
    view = page_of(use.model)
    may = view is None or actor.can(f"{view.class_permission_name}.read")
    relation = use.column.removesuffix("_id")
    kind = str(view.list_title) if view is not None else str(automatic_label(record_type_of(use.model)))
    label = view.label_columns.get(relation) if view is not None else None
    seen = use.seen if may else 0
    url = list_address(use.model, (relation, "rel_o_m", record_id)) if seen else ""
    return UseLine(record_type_of(use.model), use.column, kind, str(label or automatic_label(use.column)), seen,
                   use.total - seen, url)
