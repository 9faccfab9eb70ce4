"""The data model of a view: Flask-AppBuilder's interface, made fast, read-only and safe under row rights.

Row rights need nothing here: every SELECT passes the rule in `app.db.rights`. What differs from the original:

- `query` counts first and stops at 10,001. Below that it sorts a materialized scope; above it follows the index.
- Relations are loaded with the rows, for the columns that are shown; those to many in one statement each.
- Only indexed columns can be sorted by.
- Nothing is written: services are the only door.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NoReturn

from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import Column, inspect, select
from sqlalchemy.orm import Query, aliased, joinedload, selectinload

from app.db import field_rights
from app.records import computed
from app.records.picklists import PicklistValue
from app.sdk.i18n import bilingual
from app.web.custom_shown import load_columns
from app.web.custom_sorting import by_field, field_of
from app.web.filter_kinds import DeskFilterConverter
from app.web.filters import DeskFilters
from app.web.ids import as_id
from app.web.keyset import Page, Place, key_beside, rows_after
from app.web.labels import text_of
from app.web.names import behind
from app.web.narrowing import narrowed
from app.web.quick_search import criterion

COUNT_CAP = 10_001


class NotTheDoor(RuntimeError):
    """A view tried to write by itself: a fault of the program, never of the user."""

    def __init__(self) -> None:
        super().__init__("views never write; the service is the only door")


class Interface(SQLAInterface):  # type: ignore[misc]
    """What a RecordView or RecordApi reads its rows through."""

    filter_converter_class = DeskFilterConverter

    def __init__(self, obj: type[Any], session: Any = None) -> None:
        super().__init__(obj, session)
        self._loads: dict[Any, tuple[Any, ...]] = {}

    def get_filters(self, search_columns: Any = None, search_filters: Any = None) -> DeskFilters:
        """Return filters whose copies are cheap (the original rebuilds all of them with each copy)."""
        return DeskFilters(
            self.filter_converter_class, self, search_columns=search_columns or [], search_filters=search_filters
        )

    # Reading -------------------------------------------------------------------------------------------------------

    def query(
        self,
        filters: Any = None,
        order_column: str = "",
        order_direction: str = "",
        page: int | None = None,
        page_size: int | None = None,
        select_columns: Iterable[str] | None = None,
        outer_default_load: bool = False,
    ) -> tuple[int, list[Any]]:
        """Return how many rows there are (10,001 means "more than 10,000") and one page of them."""
        base = self.apply_filters(self.session.query(self.obj), filters)
        count = self.count_capped(base)
        if not count:
            return 0, []
        ordered = self._order(order_column), order_direction != "asc" if order_column else True
        if count < COUNT_CAP:
            base, ordered = self._by_rank(base, order_column, ordered)
        arrange = self._from_scope if count < COUNT_CAP else self._from_index
        query = arrange(base, ordered, (page or 0) * (page_size or 0), page_size)
        return count, self._with_custom(query.options(*self.loads(select_columns or ())).all(), select_columns or ())

    @staticmethod
    def _with_custom(rows: list[Any], columns: Iterable[str]) -> list[Any]:
        load_columns(rows, columns)
        computed.fill(rows, columns)
        return rows

    def count_capped(self, query: Query[Any]) -> int:
        """Count at most 10,001 rows."""
        return int(narrowed(query.order_by(None), self.obj, self.get_pk()).limit(COUNT_CAP).count())

    def count_up_to(self, filters: Any, limit: int) -> int:
        """Count the rows that the filters leave, at most so many."""
        query = self.apply_filters(self.session.query(self.obj), filters)
        return int(narrowed(query.order_by(None), self.obj, self.get_pk()).limit(limit).count())

    def query_count(self, query: Query[Any], filters: Any = None, select_columns: Any = None) -> int:
        """Count as `query` does (the original counts everything)."""
        return self.count_capped(self.apply_filters(query, filters))

    def _from_scope(self, base: Query[Any], ordered: tuple[Any, bool], offset: int, limit: int | None) -> Query[Any]:
        # Few rows: find them by rights and filters first, then sort only these. Left to itself the database would
        # rather walk the sort index and test the rights of a million rows.
        column, descending = ordered
        key = self.get_pk()
        scope = narrowed(base, self.obj, key.label("scope_id"), column.label("scope_sort")).cte("scope")
        scope = scope.prefix_with("MATERIALIZED")
        page = self._cut(select(scope.c.scope_id, scope.c.scope_sort), scope.c.scope_sort, scope.c.scope_id,
                         descending).offset(offset or None).limit(limit).subquery("page")
        joined = self.session.query(self.obj).join(page, key == page.c.scope_id)
        return self._cut(joined, page.c.scope_sort, page.c.scope_id, descending)

    def _from_index(self, base: Query[Any], ordered: tuple[Any, bool], offset: int, limit: int | None) -> Query[Any]:
        column, descending = ordered
        key = key_beside(self.obj, column)
        return self._cut(base, column, key, descending).offset(offset or None).limit(limit)

    @staticmethod
    def _cut(statement: Any, column: Any, key: Any, descending: bool) -> Any:
        return statement.order_by(*(item.desc() if descending else item.asc() for item in (column, key)))

    def after(self, filters: Any, order_column: str, order_direction: str, place: Place | None, page_size: int,
              select_columns: Iterable[str] = ()) -> list[Any]:
        """Return the rows behind a place, or before it: as fast on page 10,000 as on page 1."""
        column = self._order(order_column)
        key = key_beside(self.obj, column)
        backwards = place is not None and place.backwards
        query = self.apply_filters(self.session.query(self.obj), filters)
        loads = self.loads(select_columns)
        rows = rows_after(query, column, key, descending=(order_direction != "asc") is not backwards, place=place,
                          limit=page_size, finish=lambda part: part.options(*loads).all(),
                          dialect=self.session.get_bind().dialect.name)
        return self._with_custom(rows[::-1] if backwards else rows, select_columns)

    def page(self, filters: Any, order: tuple[str, str], number: int, size: int, columns: Iterable[str],
             asked: Callable[[Column[Any]], Place | None], usual: tuple[str, str] = ("", "")) -> Page:
        """Return a page of a list: by its number up to 10,000 rows, above that by the place that is asked for.

        Above 10,000 rows an order that no index serves gives way to the usual one.
        """
        base = self.apply_filters(self.session.query(self.obj), filters)
        count = self.count_capped(base)
        if not count:
            return Page(0, [])
        name, direction = order if count < COUNT_CAP or self.is_indexed(order[0]) else usual
        direction = direction if name else "desc"
        ordered = self._order(name), direction != "asc"
        if count < COUNT_CAP:
            base, ordered = self._by_rank(base, name, ordered)
            found = self._from_scope(base, ordered, number * size, size)
            rows = self._with_custom(found.options(*self.loads(columns)).all(), columns)
            return Page(count, rows, order=(name, direction))
        place, made = asked(ordered[0].property.columns[0]), Page(count, [], order=(name, direction), is_by_place=True)
        if place is None and number:
            made.rows = self._from_index(base, ordered, number * size, size).options(*self.loads(columns)).all()
            self._with_custom(made.rows, columns)
            return self._between(made, ordered[0], has_before=True, has_after=len(made.rows) == size)
        rows = self.after(filters, name, direction, place, size + 1, columns)
        more, backwards = len(rows) > size, place is not None and place.backwards
        made.rows = rows[-size:] if backwards else rows[:size]
        return self._between(made, ordered[0], has_before=more if backwards else place is not None,
                             has_after=more or backwards)

    @staticmethod
    def _between(page: Page, column: Any, *, has_before: bool, has_after: bool) -> Page:
        if page.rows:
            first, last = (Place(getattr(row, column.key), row.id) for row in (page.rows[0], page.rows[-1]))
            page.before = replace(first, backwards=True) if has_before else None
            page.after = last if has_after else None
        return page

    def get(self, id: Any, filters: Any = None, select_columns: Iterable[str] | None = None,  # FAB's name
            outer_default_load: bool = False) -> Any | None:
        """Return one row with its to-one relations in the same statement, or None (also where the id is nonsense)."""
        pk = as_id(id)
        if pk is None:
            return None
        query = self.apply_filters(self.session.query(self.obj), filters).filter(self.get_pk() == pk)
        columns = self.to_one() if select_columns is None else select_columns
        return query.options(*self.loads(columns)).one_or_none()

    def get_related_obj(self, col_name: str, value: Any) -> Any | None:
        """Return the row behind a relation's id, or None where the reader may not see it."""
        return Interface(self.get_related_model(col_name)).get(value, select_columns=())

    def by_ids(self, ids: Iterable[int]) -> list[Any]:
        """Return the visible rows of these ids."""
        wanted = [key for key in map(as_id, ids) if key is not None]
        return list(self.session.query(self.obj).filter(self.get_pk().in_(wanted))) if wanted else []

    def options(self, text: str, limit: int = 20,
                narrow: Callable[[Query[Any]], Query[Any]] | None = None) -> list[tuple[int, str]]:
        """Return (id, text) of up to 20 visible rows that match what was typed; the first ones where nothing was."""
        query = self.session.query(self.obj)
        query = narrow(query) if narrow is not None else query
        if "is_active" in self.list_columns:
            query = query.filter(self.obj.is_active)
        text = text.replace("\0", "").strip()
        if text:
            query = query.filter(criterion(self.obj, self.list_columns, text))
        return [(row.id, text_of(row)) for row in query.order_by(self.get_pk()).limit(limit)]

    # Relations -----------------------------------------------------------------------------------------------------

    def to_one(self) -> tuple[str, ...]:
        """Return the names of the to-one relations."""
        return tuple(item.key for item in inspect(self.obj).relationships if not item.uselist)

    def loads(self, columns: Iterable[str]) -> tuple[Any, ...]:
        """Return the loader options for what these columns show: "assignee", "assignee.department.name"."""
        key = tuple(columns)
        if key not in self._loads:
            paths = {path: None for column in key for path in [self._path(column)] if path}
            self._loads[key] = tuple(self._option(path) for path in paths)
        return self._loads[key]

    def _path(self, column: str) -> tuple[Any, ...]:
        model, path = self.obj, []
        for name in column.split("."):
            relation = inspect(model).relationships.get(name)
            if relation is None:
                break
            path.append(getattr(model, name))
            model = relation.mapper.class_
        return tuple(path)

    @staticmethod
    def _option(path: tuple[Any, ...]) -> Any:
        # To one: with the row itself. Four statements less take a tenth of a list's time away. A ticket type is read
        # beside it: its rights stand with the topmost class, whose table a join knows by an alias only.
        option: Any = None
        for attribute in path:
            related = attribute.property
            way = selectinload if related.uselist or related.mapper.inherits is not None else joinedload
            option = way(attribute) if option is None else getattr(option, way.__name__)(attribute)
        return option

    def fk_name(self, relation: str) -> str:
        """Return the attribute that holds a to-one relation's key: `assignee` is `assignee_id`."""
        column = self.get_relation_fk(relation)
        return str(inspect(self.obj).get_property_by_column(column).key)

    def is_hidden(self, item: Any, relation: str) -> bool:
        """Say whether a relation points to a row which the reader may not see."""
        if not self.is_relation_many_to_one(relation):
            return False
        return getattr(item, self.fk_name(relation)) is not None and getattr(item, relation) is None

    # Values --------------------------------------------------------------------------------------------------------

    def get_values(self, lst: list[Any], list_columns: list[str]) -> Any:
        """Return what each row shows; the names of what was deleted are read together, one statement a relation."""
        readers = {name: self._reader(name) for name in list_columns}
        for relation in dict.fromkeys(name.split(".", 1)[0] for name in list_columns):
            if self.is_relation_many_to_one(relation):
                keys = [getattr(row, self.fk_name(relation)) for row in lst if self.is_hidden(row, relation)]
                if keys:
                    behind(self.get_related_model(relation), keys)
        return [{name: read(row) for name, read in readers.items()} for row in lst]

    def _get_attr_value(self, item: Any, col: str) -> Any:  # type: ignore[override]
        return self._reader(col)(item)

    def _reader(self, col: str) -> Callable[[Any], Any]:
        # What shows a column of any row: what is the same for all rows is asked once.
        relation, *_rest = parts = col.split(".")
        if field_rights.is_hidden(self.obj, relation):
            return lambda item: ""
        fk = self.fk_name(relation) if self.is_relation_many_to_one(relation) else None

        def read(item: Any) -> Any:
            value = getattr(item, relation)
            if fk is not None and value is None and (key := getattr(item, fk)) is not None:
                return behind(self.get_related_model(relation), [key])[0]
            for name in parts[1:]:
                if value is None:
                    break
                value = getattr(value, name)
            if value is None:
                return ""
            value = value() if callable(value) else value
            return bilingual(value) if isinstance(value, dict) and value.keys() <= {"en", "zh"} else value

        return read

    # Sorting -------------------------------------------------------------------------------------------------------

    def is_sortable(self, name: str) -> bool:
        """Say whether a list can be sorted by a column: it has an index, or is ranked by the order of its list."""
        return self.is_indexed(name) or self.is_ranked(name)

    def is_ranked(self, name: str) -> bool:
        """Say whether a column is a choice of a list, whose order is its own: for up to 10,000 rows."""
        return self.is_relation_many_to_one(name) and self.get_related_model(name) is PicklistValue

    def _by_rank(self, base: Query[Any], name: str, ordered: tuple[Any, bool]) -> tuple[Query[Any], tuple[Any, bool]]:
        custom = field_of(self.obj, name)
        if custom is not None:
            base, column = by_field(base, self.obj, custom)
            return base, (column, ordered[1])
        if not name or not self.is_ranked(name) or field_rights.is_hidden(self.obj, name):
            return base, ordered
        chosen = aliased(PicklistValue)
        base = base.outerjoin(chosen, chosen.id == getattr(self.obj, self.fk_name(name)))
        return base, (chosen.sequence, ordered[1])

    def is_indexed(self, name: str) -> bool:
        """Say whether a column has an index that begins with it."""
        column = self._sort_column(name)
        if column is None:
            return False
        if column.primary_key or column.unique:
            return True
        return any(list(index.columns)[:1] == [column] for index in column.table.indexes)

    def _sort_column(self, name: str) -> Column[Any] | None:
        shown_by = getattr(getattr(self.obj, name, None), "_col_name", name)
        return self.list_columns.get(shown_by)

    def order_attribute(self, name: str) -> Any:
        """Return the attribute that `after` sorts by for a column: itself where it has an index, else the id."""
        return self._order(name)

    def _order(self, name: str) -> Any:
        if name and self.is_indexed(name) and not field_rights.is_hidden(self.obj, name):
            return getattr(self.obj, getattr(getattr(self.obj, name, None), "_col_name", name))
        return self.get_pk()

    def get_order_columns_list(self, list_columns: list[str] | None = None) -> list[str]:
        """Return the columns that may be sorted by: the indexed ones."""
        return [name for name in list_columns or self.get_columns_list() if self.is_sortable(name)]

    # Writing: never ------------------------------------------------------------------------------------------------

    def add(self, item: Any, commit: bool = True) -> NoReturn:
        raise NotTheDoor

    def edit(self, item: Any, commit: bool = True) -> NoReturn:
        raise NotTheDoor

    def delete(self, item: Any, commit: bool = True) -> NoReturn:
        raise NotTheDoor

    def delete_all(self, items: list[Any]) -> NoReturn:
        raise NotTheDoor
