"""How a record's page is arranged: its header, the state bar, tabs in the middle, details at the side."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import to_user_timezone

from app.db import Record, field_rights
from app.sdk import clock
from app.sdk.actor import current_actor
from app.sdk.i18n import _
from app.security.permissions import ROLE_READ
from app.web.cells import colour
from app.web.icons import names as icon_names

FIELDS = "desk/panels/fields.html"
# What the header shows already.
IN_HEADER = frozenset({"number", "title", "state"})
ICONS = {"timeline": "messages", "audit": "history", "holders": "users", "attachments": "paperclip",
         "access": "users-group", "signing-in": "login", "effective": "checklist", "rights": "checklist",
         "card": "layout-dashboard",
         "people": "users", "team": "users", "departments": "sitemap", "sites": "map-pin", "contacts": "address-book",
         "ways": "phone", "tree": "hierarchy", "uses": "link", "relations": "link", "work": "clock"}


@dataclass(slots=True)
class Arrangement:
    """The panels of a page by their places."""

    top: list[Any]
    tabs: list[Any]
    side: list[Any]


@dataclass(frozen=True, slots=True)
class Group:
    """Some details under a heading: (name, label, value)."""

    title: str
    rows: list[tuple[str, Any, Any]]
    empty: list[tuple[str, Any, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """A state in the bar: done, current or ahead; `step` leads there where the reader may take one now."""

    label: str
    colour: str
    status: str
    step: dict[str, Any] | None = None


def arrange(panels: list[Any]) -> Arrangement:
    """Return where each panel stands: groups of fields on top, `….side` at the side, the rest as tabs."""
    side = [panel for panel in panels if panel.key.endswith(".side")]
    top = [panel for panel in panels if panel not in side and panel.template == FIELDS and any(
        value not in (None, "") for _name, _label, value in panel.data.get("rows", ()))]
    tabs = [panel for panel in panels if panel not in side and panel.template != FIELDS]
    return Arrangement(top, tabs, side)


def explain_url(item: Any) -> str:
    """Return where it is explained who sees a record, nothing for whoever may not ask."""
    if not isinstance(item, Record) or not current_actor().can(ROLE_READ):
        return ""
    return f"/security/explain/?type={item.record_type()}&record={item.id}"


def tab_icon(key: str) -> str:
    """Return the icon of a tab."""
    return ICONS.get(key, key if key in icon_names() else "list-details")


def side_groups(view: Any, show: Any, panels: list[Any]) -> list[Group]:
    """Return the details that no panel shows: filled ones first, empty ones to be unfolded."""
    given = show.template_args
    said = {name for panel in panels if panel.template == FIELDS for name, *_rest in panel.data.get("rows", ())}
    values = dict(zip(given["include_columns"], given["value_columns"], strict=False))
    groups = []
    for title, names in _fieldsets(given):
        rows = [(name, view.label_columns.get(name, name), _formatted(view, name, values.get(name)))
                for name in names if name in values and name not in said and name not in IN_HEADER]
        filled = [row for row in rows if row[2] not in (None, "", False, [])]
        if rows:
            groups.append(Group(str(title or ""), filled, [row for row in rows if row not in filled]))
    return groups


def shown_details(widgets: dict[str, Any], model: type[Any]) -> dict[str, Any]:
    """Leave out of the details of a record what the reader may not see."""
    given = widgets["show"].template_args
    seen = set(field_rights.shown(model, given["include_columns"]))
    pairs = [pair for pair in zip(given["include_columns"], given["value_columns"], strict=False) if pair[0] in seen]
    given["include_columns"], given["value_columns"] = [name for name, _ in pairs], [value for _, value in pairs]
    return widgets


def _fieldsets(given: dict[str, Any]) -> list[tuple[Any, list[str]]]:
    if given.get("fieldsets"):
        return [(title, rest["fields"]) for title, rest in given["fieldsets"]]
    return [("", given["include_columns"])]


def _formatted(view: Any, name: str, value: Any) -> Any:
    formatter = view.formatters_columns.get(name)
    return formatter(value) if formatter is not None else value


def state_bar(workflow: Any, code: str, kind: str | None = None,
              transitions: Iterable[dict[str, Any]] = ()) -> list[Step]:
    """Return the states on the straight way through the life cycle, and the present one wherever it is.

    Paused states, added ones and all final states but the first are side ways: they show only while the record is in
    one.
    """
    if workflow is None:
        return []
    way, has_end = [], False
    for state in workflow.shown_states(kind):
        is_added = workflow.base(state.code) != state.code
        is_side = is_added or state.category == "paused" or (state.is_final and has_end)
        has_end = has_end or state.is_final
        if state.code == code or not is_side:
            way.append(state)
    codes = [str(state.code) for state in way]
    here = codes.index(str(code)) if str(code) in codes else -1
    leading: dict[str, dict[str, Any]] = {}
    for step in transitions:
        if step["refused"] is None:
            leading.setdefault(str(step["step"].target), step)
    return [Step(str(state.label), colour(state.colour),
                 "current" if number == here else "done" if number < here else "ahead",
                 leading.get(str(state.code)) if number != here else None)
            for number, state in enumerate(way)]


def ordered_steps(transitions: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the steps for buttons, the main one first, and those for the menu behind them."""
    allowed = [step for step in transitions if step["colour"] != "danger"]
    allowed.sort(key=lambda step: (step["refused"] is not None, step["colour"] != "success"))
    shown = allowed[:5]
    return shown, [step for step in transitions if step not in shown]


def greeting(name: str) -> str:
    """Return a greeting that fits the reader's time of day."""
    hour = to_user_timezone(clock.now()).hour
    if hour < 5 or hour >= 18:
        return _("Good evening, %(name)s", name=name)
    return _("Good morning, %(name)s", name=name) if hour < 12 else _("Good afternoon, %(name)s", name=name)


def lane(intervals: list[Any], workflow: Any) -> list[dict[str, Any]]:
    """Return the stretches of a record's life as parts of a line 1,000 wide."""
    if not intervals:
        return []
    start, end = intervals[0].started_at, intervals[-1].ended_at or clock.now()
    whole = max((end - start).total_seconds(), 1.0)
    found, offset = [], 0.0
    for one in intervals:
        length = ((one.ended_at or end) - one.started_at).total_seconds() / whole * 1000
        found.append({"x": round(offset, 2), "width": round(max(length - 1.5, 0.8), 2),
                      "colour": _colour_of(workflow, one.state), "from": one.started_at, "to": one.ended_at})
        offset += length
    return found


def _colour_of(workflow: Any, code: str) -> str:
    try:
        return colour(workflow.state(code).colour) if workflow is not None else "blue"
    except KeyError:
        return "secondary"

