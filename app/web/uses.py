"""Where a record is used, as people read it: kinds in words, numbers, and links to exactly those rows."""

from dataclasses import dataclass
from typing import Any

from app.db import record_type_of, session
from app.records.custom.definitions import Definition, also_inactive
from app.records.custom.models import PREFIX
from app.records.uses import COUNT_CAP, Use
from app.sdk.actor import Actor
from app.sdk.i18n import _
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
    field = field_of(use.model, use.column) if use.column.startswith(PREFIX) else None
    if field is not None:
        may = may and field.is_read_by(actor)
        label = str(field) if field.is_read_by(actor) else _("Further details")
    seen = use.seen if may else 0
    url = list_address(use.model, (relation, "rel_o_m", record_id)) if seen and _is_asked(field) else ""
    return UseLine(record_type_of(use.model), use.column, kind, str(label or automatic_label(use.column)), seen,
                   use.total - seen, url)


def field_of(model: Any, name: str) -> Definition | None:
    """Return a custom field by its name, also one that is switched off."""
    return next((one for one in also_inactive(session(), record_type_of(model)) if one.name == name), None)


def _is_asked(field: Definition | None) -> bool:
    # A list asks for what is among its filters.
    return field is None or (field.is_active and field.in_filter)
