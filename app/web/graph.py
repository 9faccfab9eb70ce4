"""A list's rows as a graph: counted by one or two dimensions, drawn, and below it the same numbers as a table.

    list_modes = [Graph(["state", "priority", "opened_at"], [Average("reopen_count", _l("Reopened"))])]

Every number leads to the list filtered to exactly its rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import format_decimal
from markupsafe import Markup

from app.db import field_rights
from app.sdk.i18n import LazyString, _, _l
from app.web.charts import KINDS, Chart, Series
from app.web.graph_dimensions import Dimension, Group, dimensions_of
from app.web.graph_query import measured
from app.web.list_modes import ListMode

# What this mode adds to the list's address.
ARGUMENTS = ("as", "by", "then", "measure", "chart")
STACKED = "stacked"


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted: rows, where no column is named."""

    key: str
    label: LazyString | str
    column: str = ""

    def value(self, cell: "Cell") -> float | None:
        """Return the number of a cell."""
        return cell.count


class Sum(Measure):
    """The sum of a column of numbers."""

    def __init__(self, column: str, label: LazyString | str) -> None:
        super().__init__(f"sum.{column}", label, column)

    def value(self, cell: "Cell") -> float | None:
        return round(cell.total, 2)


class Average(Measure):
    """The average of a column of numbers, over the rows that have one."""

    def __init__(self, column: str, label: LazyString | str) -> None:
        super().__init__(f"avg.{column}", label, column)

    def value(self, cell: "Cell") -> float | None:
        return round(cell.total / cell.filled, 2) if cell.filled else None


COUNT = Measure("count", _l("Number of entries"))


@dataclass(slots=True)
class Cell:
    """The numbers behind one bar."""

    count: int = 0
    total: float = 0.0
    filled: int = 0

    def add(self, other: Any) -> None:
        """Take another's numbers in."""
        self.count += other.count
        self.total += other.total
        self.filled += other.filled


@dataclass(slots=True)
class Grid:
    """Groups of the first dimension as rows, of the second as columns, and a cell where they meet."""

    rows: list[Group]
    columns: list[Group]
    cells: dict[tuple[Any, Any], Cell]
    row_totals: dict[Any, Cell] = field(default_factory=dict)
    column_totals: dict[Any, Cell] = field(default_factory=dict)
    total: Cell = field(default_factory=Cell)


class Graph(ListMode):
    """The mode: what may be chosen is declared, what is chosen stands in the address."""

    key, label, icon, template = "graph", _l("Graph"), "chart-bar", "desk/modes/graph.html"

    def __init__(self, dimensions: Sequence[str], measures: Sequence[Measure] = ()) -> None:
        self.names, self.measures = tuple(dimensions), (COUNT, *measures)

    def offers(self) -> tuple[str, ...]:
        return self.names

    def check(self, view: Any) -> None:
        for name in self.names:
            dimensions_of(view, name)

    def load(self, view: Any, filters: Any) -> dict[str, Any]:
        model = view.datamodel.obj
        offered = [one for name in field_rights.shown(model, self.names) for one in dimensions_of(view, name)]
        by = _chosen(offered, request.args.get("by")) or offered[0]
        then = _chosen(offered, request.args.get("then"))
        chosen = [by] if then is None or then.name == by.name else [by, then]
        measures = [one for one in self.measures if not one.column or not field_rights.is_hidden(model, one.column)]
        measure = _chosen(measures, request.args.get("measure")) or COUNT
        kind = _kind(chosen)
        grid = self._grid(view, filters, chosen, measure)
        base = present_address(view)
        return {
            "count": grid.total.count, "dimensions": offered, "measures": measures, "by": by,
            "then": chosen[1] if len(chosen) > 1 else None, "measure": measure, "kind": kind, "kinds": KINDS,
            "grid": grid, "chart": _chart(grid, chosen, measure, kind, base),
            "link": lambda *groups: _link(base, groups),
            "kept": list_arguments(ARGUMENTS),
        }

    def _grid(self, view: Any, filters: Any, chosen: list[Dimension], measure: Measure) -> Grid:
        datamodel = view.datamodel
        query = datamodel.apply_filters(datamodel.session.query(datamodel.obj), filters)
        column = getattr(datamodel.obj, measure.column) if measure.column else None
        answer = measured(query, chosen, column)
        named = [_groups_of(one, place, answer) for place, one in enumerate(chosen)]
        grid = Grid([], [], {})
        for row in answer:
            keys = [named[place][row.values[place], row.is_rest[place]].key for place in range(len(chosen))]
            first, second = keys[0], keys[1] if len(keys) > 1 else None
            for cells, key in ((grid.cells, (first, second)), (grid.row_totals, first), (grid.column_totals, second)):
                cells.setdefault(key, Cell()).add(row)  # type: ignore[call-overload]
            grid.total.add(row)
        grid.rows = _ordered(named[0].values(), grid.row_totals)
        grid.columns = _ordered(named[1].values(), grid.column_totals) if len(chosen) > 1 else []
        return grid


def _kind(chosen: Sequence[Dimension]) -> str:
    asked = request.args.get("chart", "")
    if asked in KINDS:
        return asked
    if len(chosen) > 1:
        return STACKED
    return "line" if chosen[0].is_time else "bar"


def _chosen(offered: Sequence[Any], key: str | None) -> Any:
    return next((one for one in offered if one.key == key), None)


def _groups_of(dimension: Dimension, place: int, answer: list[Any]) -> dict[tuple[Any, bool], Group]:
    # By (value, is it the rest). What was not found at all is left out, but for times between two that were.
    values = list(dict.fromkeys(row.values[place] for row in answer if not row.is_rest[place]))
    found = {(value, False): group for value, group in dimension.groups(values).items()
             if value in values or (dimension.is_time and value is not None)}
    if any(row.is_rest[place] for row in answer):
        found[None, True] = dimension.rest(values)
    return found


def _ordered(groups: Any, totals: dict[Any, Cell]) -> list[Group]:
    # By their own order, else the largest first; what is none and the rest come last.
    unique = list({group.key: group for group in groups}.values())
    return sorted(unique, key=lambda one: one.order or (0, -totals.get(one.key, Cell()).count, one.label))


def graph_number(measure: Measure, cell: Cell | None, url: str) -> Markup | str:
    """Return a cell of the table: the number, with the way to its rows."""
    value = None if cell is None else measure.value(cell)
    if cell is None or not cell.count or value is None:
        return Markup('<span class="text-secondary">{}</span>').format("0" if measure is COUNT else "–")
    text = format_decimal(value)
    return Markup('<a href="{}">{}</a>').format(url, text) if url else text


def list_arguments(less: Sequence[str]) -> list[tuple[str, str]]:
    """Return the arguments of the present address, without those of a mode and the page of the list."""
    return [(name, value) for name, value in request.args.items(multi=True)
            if name not in less and not name.startswith("page_")]


def present_address(view: Any) -> str:
    """Return the list's address with the present filters, ready for more."""
    kept = [(name, value) for name, value in request.args.items(multi=True)
            if name.startswith("_flt_") or name == "q"]
    return f"{view.route_base}/list/?{urlencode(kept)}{'&' if kept else ''}"


def _link(base: str, groups: Sequence[Group]) -> str:
    # The list of exactly these rows; nothing where the list has no such filter.
    suffix = _suffix(groups)
    if not suffix and groups:
        return ""
    # The bare address would open with what the reader has chosen for that.
    return (base + (suffix or ("view=all" if base.endswith("?") else ""))).rstrip("&")


def _suffix(groups: Sequence[Group]) -> str:
    if any(group.pairs is None for group in groups):
        return ""
    return urlencode([pair for group in groups for pair in group.pairs or ()])


def _chart(grid: Grid, chosen: list[Dimension], measure: Measure, kind: str, base: str) -> Chart:
    labels = [group.label for group in grid.rows]
    title = _("%(measure)s by %(dimensions)s", measure=measure.label,
              dimensions=" / ".join(one.label for one in chosen))
    is_time = chosen[0].is_time
    if len(chosen) == 1 or kind == "pie":
        values = [measure.value(grid.row_totals.get(row.key, Cell())) for row in grid.rows]
        colours = [row.colour for row in grid.rows]
        # Only where a colour means something has each bar its own.
        shown = colours if kind == "pie" or any(one not in ("", "secondary") for one in colours) else []
        urls = [_suffix([row]) for row in grid.rows]
        return Chart(kind, title, labels, [Series(str(measure.label), values, "blue", urls)], shown, base, is_time)
    series = [
        Series(column.label, [measure.value(grid.cells.get((row.key, column.key), Cell())) for row in grid.rows],
               column.colour, [_suffix([row, column]) for row in grid.rows])
        for column in grid.columns
    ]
    return Chart(kind, title, labels, series, (), base, is_time)


__all__ = ["COUNT", "Average", "Graph", "Measure", "Sum", "graph_number", "list_arguments",
           "present_address"]
