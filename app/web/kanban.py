"""A list as a board of cards: a column a state, a column a person of a work group, or a column a value of a list.

    list_modes = [Kanban(columns=("state", "assignee", "priority"), card=("priority", "caller", "assignee"))]

Where a column belongs to a person or a value, only what is still to be done stands on the board, unless the list is
filtered by state. Cards come in the order of the list; each column shows the first ones and says how many there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_appbuilder.urltools import get_order_args
from sqlalchemy import false, literal, select, union_all

from app.db import field_rights, session
from app.organisation.models import GroupMember, Person, WorkGroup
from app.records.lists import listed
from app.sdk.actor import current_actor
from app.sdk.i18n import LazyString, _, _l
from app.sdk.workflow import OPEN, PAUSED
from app.web.cells import colour
from app.web.list_links import Condition, query_of
from app.web.list_modes import ListMode
from app.web.list_page import url_with

CARDS = 50
# Counting stops here: "1,000+" is as good an answer.
COUNTED = 1_000
MAX_COLUMNS, MAX_GROUPS = 40, 500
REST = "others"


@dataclass(slots=True)
class Column:
    """One column: the value that a card gets by being moved here, its heading, its cards."""

    value: str
    title: str
    tone: str | None = None
    person: str | None = None
    # Holds what no other column does; nothing can be moved here.
    is_rest: bool = False
    count: int = 0
    url: str = ""
    cards: list[Any] = field(default_factory=list)

    @property
    def count_text(self) -> str:
        """How many cards there are, honest where counting stopped."""
        return f"{COUNTED:,}+" if self.count > COUNTED else f"{self.count:,}"


class Kanban(ListMode):
    """The board. `columns` are the ways to arrange it, the first by default."""

    key, label, icon, template = "kanban", _l("Board"), "layout-kanban", "desk/kanban.html"

    def __init__(self, columns: str | Sequence[str] = "state", card: Sequence[str] = ("priority", "caller", "assignee"),
                 group: str = "group", opened: str = "opened_at") -> None:
        self.ways = (columns,) if isinstance(columns, str) else tuple(columns)
        self.card, self.group, self.opened = tuple(card), group, opened

    def offers(self) -> tuple[str, ...]:
        return self.ways

    def load(self, view: Any, filters: Any) -> dict[str, Any]:
        by, shown = request.args.get("by", ""), field_rights.shown(view.datamodel.obj, self.ways)
        by = by if by in shown else shown[0]
        held = self._held_groups() if self._is_person(view, by) else []
        group = self._group(view, filters, held)
        columns = self._columns(view, by, group)
        self._fill(view, by, filters, columns, group)
        ways = [(name, self._name(view, name), url_with("board", by=name)) for name in shown]
        return {
            "count": None, "by": by, "ways": ways if len(ways) > 1 else [],
            "columns": columns, "opened": self.opened,
            "card": field_rights.shown(view.datamodel.obj, self.card), "groups": held, "group": group,
            "is_open_only": self._is_open_only(by, filters),
            "cards": {card.id: view.moves(card, by) for column in columns for card in column.cards},
        }

    # Columns -------------------------------------------------------------------------------------------------------

    @staticmethod
    def _name(view: Any, by: str) -> LazyString | str:
        return view.label_columns.get(by, by)  # type: ignore[no-any-return]

    @staticmethod
    def _is_person(view: Any, by: str) -> bool:
        return view.datamodel.is_relation(by) and view.datamodel.get_related_model(by) is Person

    def _columns(self, view: Any, by: str, group: Any) -> list[Column]:
        if by == "state":
            return [Column(str(state.code), str(state.label), colour(state.colour))
                    for state in view.workflow.shown_states()]
        if self._is_person(view, by):
            return self._people(group)
        code = view.option_filters[by]
        values = [value for value in listed(session(), code)[code] if value.is_active]
        none = Column("", _("None"))
        return [*(Column(str(value.id), str(value), colour(value.colour)) for value in values[:MAX_COLUMNS]), none]

    @staticmethod
    def _people(group: Any) -> list[Column]:
        free = Column("", _("Unassigned"))
        if group is None:
            return [free]
        members = select(Person.id, Person.name).where(
            Person.is_active, Person.id.in_(select(GroupMember.person_id).where(GroupMember.group_id == group.id)),
        ).order_by(Person.name, Person.id).limit(MAX_COLUMNS)
        people = [Column(str(key), name, person=name) for key, name in session().execute(members)]
        # Whoever left the group may still hold some of its work.
        return [free, *people, Column(REST, _("Held by others"), is_rest=True)]

    @staticmethod
    def _held_groups() -> list[Any]:
        # The reader's own groups first.
        mine = sorted(current_actor().group_ids)
        found = session().execute(select(WorkGroup).where(WorkGroup.is_active).order_by(
            WorkGroup.id.not_in(mine), WorkGroup.id).limit(MAX_GROUPS)).scalars().all()
        return sorted(found, key=lambda one: (one.id not in mine, str(one).casefold()))

    def _group(self, view: Any, filters: Any, held: list[Any]) -> Any:
        if not held:
            return None
        asked = request.args.get("board", "") or next(
            (str(value) for one, value in zip(filters.filters, filters.values, strict=False)
             if getattr(one, "column_name", "") == self.group and one.arg_name == "rel_o_m"), "")
        return next((one for one in held if str(one.id) == asked), held[0])

    # Cards ---------------------------------------------------------------------------------------------------------

    @staticmethod
    def _is_open_only(by: str, filters: Any) -> bool:
        return by != "state" and all(getattr(one, "column_name", "") != "state" for one in filters.filters)

    def _fill(self, view: Any, by: str, filters: Any, columns: list[Column], group: Any) -> None:
        ids = self._ids(view, by, self._scope(view, by, filters, group), columns)
        rows = self._cards(view, [pk for some in ids.values() for pk in some[:CARDS]])
        for place, column in enumerate(columns):
            mine = ids.get(place, [])
            column.count = len(mine)
            column.cards = [rows[pk] for pk in mine[:CARDS] if pk in rows]
            column.url = self._list_url(view, by, column, columns, group,
                                        is_open_only=self._is_open_only(by, filters))
        columns[:] = [column for column in columns if column.count or not column.is_rest]

    def _scope(self, view: Any, by: str, filters: Any, group: Any) -> Any:
        model, source = view.datamodel.obj, view.datamodel
        scope = source.apply_filters(source.session.query(model), filters)
        if self._is_person(view, by):
            scope = scope.filter(getattr(model, f"{self.group}_id") == group.id if group is not None else false())
        if self._is_open_only(by, filters):
            scope = scope.filter(model.state.in_(view.workflow.codes(OPEN, PAUSED)))
        return scope

    def _ids(self, view: Any, by: str, scope: Any, columns: list[Column]) -> dict[int, list[int]]:
        # {place of the column: ids in the order of the list}, as far as is counted: one statement for all columns.
        source = view.datamodel
        key, pk = getattr(source.obj, by if by == "state" else source.fk_name(by)), source.get_pk()
        name, direction = get_order_args().get(type(view).__name__, view.base_order or ("", ""))
        parts = []
        for place, column in enumerate(columns):
            mine = scope.filter(self._belongs(key, by, column, columns))
            arranged = source._cut(mine, source._order(name), pk, direction != "asc")
            one = arranged.with_entities(pk.label("id")).limit(COUNTED + 1).subquery()
            parts.append(select(literal(place).label("place"), one.c.id))
        every = union_all(*parts).subquery()
        found: dict[int, list[int]] = {}
        for place, row_id in session().query(every.c.place, every.c.id):
            found.setdefault(place, []).append(row_id)
        return found

    @staticmethod
    def _belongs(key: Any, by: str, column: Column, columns: list[Column]) -> Any:
        if column.is_rest:
            return key.not_in([int(one.value) for one in columns if one.value.isdecimal()])
        if not column.value:
            return key.is_(None)
        return key == (column.value if by == "state" else int(column.value))

    def _cards(self, view: Any, wanted: list[int]) -> dict[int, Any]:
        if not wanted:
            return {}
        query = session().query(view.datamodel.obj).filter(view.datamodel.get_pk().in_(wanted))
        return {row.id: row for row in query.options(*view.datamodel.loads(self.card))}

    def _list_url(self, view: Any, by: str, column: Column, columns: list[Column], group: Any, *,
                  is_open_only: bool) -> str:
        # The list shows exactly the rows that the column counts.
        wanted: list[Condition] = []
        if by == "state":
            wanted.append((by, "eq", column.value))
        elif column.is_rest:
            wanted += [(by, "nempty", 1), *((by, "nrel_o_m", one.value) for one in columns
                                            if one.value and not one.is_rest)]
        else:
            wanted.append((by, "rel_o_m", column.value) if column.value else (by, "empty", 1))
        if group is not None:
            wanted.append((self.group, "rel_o_m", group.id))
        if is_open_only:
            wanted.append(("state", "open", 1))
        base = url_with(("as", "by", "board"))
        return f"{base}{'&' if '?' in base else '?'}{query_of(view, *wanted) or ''}"
