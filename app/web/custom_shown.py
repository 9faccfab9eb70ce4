"""Values of custom fields as pages show them: in lists, on a record's page, on the caller's card, in files."""

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from app.db import session
from app.records.custom import kinds
from app.records.custom.definitions import Definition, chosen, definitions, subject_of
from app.records.custom.models import PREFIX
from app.records.custom.values import Held, Reference, of_record, of_records
from app.records.lists import ListedValue
from app.sdk.actor import Actor, current_actor
from app.sdk.i18n import _, bilingual
from app.web.cells import paragraphs
from app.web.choices import CodeText
from app.web.labels import hidden_text, removed_text, text_of
from app.web.record_page import Group


def shown(held: Held | None) -> Any:
    """Return what a field holds, ready for `cell`: badges for coloured choices, addresses as links."""
    found = [_shown(held.definition, value) for value in held.values] if held is not None else []
    if held is not None and held.definition.kind == kinds.CHOICES:
        return found
    return found[0] if found else ""


def instead(value: Reference) -> str:
    """Return what stands for a record that is not there, is erased, or that the reader may not see."""
    if value.is_removed:
        return removed_text(value.text)
    return hidden_text() if value.is_known else value.text


def _shown(field: Definition, value: Any) -> Any:
    if isinstance(value, ListedValue):
        return CodeText(str(value), value.code, value.colour)
    if isinstance(value, Reference):
        if value.row is None:
            return instead(value)
        return value.row.name if field.kind == kinds.FILE else text_of(value.row)
    if field.kind == kinds.URL:
        return Markup('<a href="{0}" rel="noopener noreferrer" target="_blank">{0}</a>').format(value)
    if field.kind == kinds.LONG_TEXT:
        return value
    if field.kind == kinds.NUMBER:
        return int(value) if value == value.to_integral_value() else value.normalize()
    return value


class Column:
    """What `custom_fields.<code>` of a row reads from: the values of one record."""

    def __init__(self, values: dict[str, Held]) -> None:
        self._values = values

    def __getattr__(self, code: str) -> Any:
        return shown(self._values.get(code))


def load_columns(rows: list[Any], columns: Iterable[str]) -> None:
    """Give rows the values of the custom columns that are shown: one statement, and one a type of related record."""
    codes = {name.removeprefix(PREFIX) for name in columns if name.startswith(PREFIX)}
    if not codes or not rows:
        return
    subject = subject_of(type(rows[0]))
    fields = [one for one in chosen(definitions(session(), subject) if subject else [], current_actor())
              if one.code in codes]
    found = of_records(session(), subject or "", [row.id for row in rows], fields)
    for row in rows:
        row.custom_fields = Column(found[row.id])


def groups(item: Any, actor: Actor, place: str = "in_page") -> list[Group]:
    """Return the custom details of a record by their sections; long texts stand among them."""
    subject = subject_of(type(item))
    fields = chosen(definitions(session(), subject) if subject else [], actor, place=place)
    if not fields:
        return []
    values = of_record(session(), item)
    sections: dict[str, Group] = {}
    for one in fields:
        title, value = bilingual(one.section) or _("Further details"), shown(values.get(one.code))
        if one.kind == kinds.LONG_TEXT and value:
            value = paragraphs(value)
        group = sections.setdefault(title, Group(title, [], []))
        is_filled = value is not None and value not in ("", [])
        (group.rows if is_filled else group.empty).append((one.name, str(one), value))
    return list(sections.values())
