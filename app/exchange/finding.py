"""Finding what a cell names: related records, values of lists, and the record that a row is about."""

from collections.abc import Iterable
from typing import Any

from flask_babel import force_locale
from sqlalchemy import JSON, String, func, or_, select, type_coerce

from app.db import Label, session
from app.exchange.cells import Unreadable
from app.exchange.target import Target
from app.exchange.targets import EXTERNAL, KEYS, NAMES, maker
from app.records.lists import listed, paths
from app.records.origins import ImportOrigin
from app.sdk.actor import Actor
from app.sdk.i18n import LANGUAGES, _

FEW = 20


class NotThere(Unreadable):
    """A cell names a record that is not there."""


class Finder:
    """Finds for one run; what it found once it keeps, for a file names the same company a thousand times."""

    def __init__(self, actor: Actor, source: str, *, create_missing: bool = False) -> None:
        self.actor, self.source, self.create_missing = actor, source, create_missing
        self._kept: dict[tuple[str, str, int | None], int] = {}
        self._words: dict[str, dict[str, set[Any]]] = {}

    def forget(self) -> None:
        """Forget what was found: the transaction in which it was there was rolled back."""
        self._kept.clear()

    def choice(self, target: Target, text: str) -> Any:
        """Return the stored value of a choice, by its code or its label in either language. Raises Unreadable."""
        if target.name not in self._words:
            self._words[target.name] = self._words_of(target)
        found: set[Any] = self._words[target.name].get(text.casefold().strip(), set())
        if len(found) > 1:
            raise Unreadable(_("“%(text)s” names %(number)s records. Give a code.", text=text, number=len(found)))
        if found:
            return next(iter(found))
        if target.custom is not None and target.custom.allows_other and not target.is_many:
            return text
        raise Unreadable(_("“%(text)s” is not in the list.", text=text))

    @staticmethod
    def _words_of(target: Target) -> dict[str, set[Any]]:
        # A code names one alone, whatever others are called; so does the way to a value in its tree.
        words: dict[str, set[Any]] = {}
        alone: list[tuple[str, Any]] = []
        for language in LANGUAGES:
            with force_locale(language):
                if target.choices is not None:
                    said = [(str(label), value) for value, label in target.choices.options() if value not in (None, "")]
                    alone = [(str(value), value) for _label, value in said]
                else:
                    values = [one for one in listed(session(), target.picklist)[target.picklist] if one.is_active]
                    said = [(str(one), one.id) for one in values]
                    alone = [*((path, one.id) for one, path in paths(values)), *alone]
                for text, value in said:
                    words.setdefault(text.casefold(), set()).add(value)
        if target.choices is None:
            alone += [(one.code, one.id) for one in values]
        return words | {text.casefold(): {value} for text, value in alone}

    def related(self, target: Target, text: str, within: int | None) -> int:
        """Return the id of the related record that a text names. Raises Unreadable for none and for several."""
        key = (target.name, text.casefold(), within)
        if key not in self._kept:
            self._kept[key] = self._related(target, text, within)
        return self._kept[key]

    def _related(self, target: Target, text: str, within: int | None) -> int:
        found = _by_words(target.model, text, within if target.narrowed_by else None, target.narrowed_by)
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            raise Unreadable(_("“%(text)s” names %(number)s records. Give a code.", text=text, number=(
                f"{FEW}+" if len(found) >= FEW else len(found))))
        record_type = getattr(target.model, "record_type", lambda: "")()
        by_origin = self.by_external([text], record_type).get(text) if record_type else None
        if by_origin:
            return by_origin
        service = maker(target.model) if self.create_missing else None
        if service is None:
            raise NotThere(_("There is no “%(text)s”.", text=text))
        values: dict[str, Any] = {"name": text}
        if within is not None and target.narrowed_by in service.fields:
            values[target.narrowed_by] = within
        return int(service.create(self.actor, values).id)

    def by_external(self, references: Iterable[str], record_type: str) -> dict[str, int]:
        """Return {external key: id} of the records that came from the same source before."""
        wanted = {one for one in references if one}
        if not wanted:
            return {}
        rows = session().execute(select(ImportOrigin.reference, ImportOrigin.record_id).where(
            ImportOrigin.source == self.source, ImportOrigin.record_type == record_type,
            ImportOrigin.reference.in_(wanted)))
        return {row.reference: row.record_id for row in rows}

    def records(self, model: Any, key: str, values: Iterable[str]) -> dict[str, list[Any]]:
        """Return {value of the key: records} of those that are there already, one statement."""
        wanted = {one for one in values if one}
        if not wanted:
            return {}
        found: dict[str, list[Any]] = {}
        if key == EXTERNAL:
            ids = self.by_external(wanted, model.record_type())
            rows = {row.id: row for row in session().execute(select(model).where(model.id.in_(ids.values()))).scalars()}
            return {text: [rows[one]] for text, one in ids.items() if one in rows}
        for row in session().execute(select(model).where(getattr(model, key).in_(wanted))).scalars():
            found.setdefault(str(getattr(row, key)), []).append(row)
        return found


def _by_words(model: Any, text: str, within: int | None, narrowed_by: str) -> list[int]:
    columns = {column.key: column for column in model.__mapper__.column_attrs}
    names = [name for name in (*KEYS, *NAMES) if name in columns]
    exact = [_is_called(model, name, text) for name in names]
    shown = [model.id, *(getattr(model, name) for name in names)]
    narrow = f"{narrowed_by}_id" if narrowed_by else ""
    has = [name for name in ("is_active", narrow) if name and name in columns]
    statement = select(*shown, *(getattr(model, name).label(f"of_{name}") for name in has)).where(or_(*exact))
    rows = list(session().execute(statement.limit(FEW)))
    if not rows and "name" in names and isinstance(columns["name"].columns[0].type, String):
        rows = _in_any_case(model, shown, has, text)
    return _narrowed(rows, names, text, has, narrow, within)


def _in_any_case(model: Any, shown: list[Any], has: list[str], text: str) -> list[Any]:
    statement = select(*shown, *(getattr(model, name).label(f"of_{name}") for name in has))
    return list(session().execute(statement.where(func.lower(model.name) == text.lower()).limit(FEW)))


def _is_called(model: Any, name: str, text: str) -> Any:
    column = getattr(model, name)
    if isinstance(column.property.columns[0].type, Label):
        return or_(*(type_coerce(column, JSON)[language].as_string() == text for language in LANGUAGES))
    return column == text


def _narrowed(rows: list[Any], names: list[str], text: str, has: list[str], narrow: str,
              within: int | None) -> list[int]:
    # A code names one alone; of several of a name the active ones count, and those of the same company.
    by_key = [row for row in rows if any(getattr(row, name) == text for name in names if name in KEYS)]
    rows = by_key if len(by_key) == 1 else rows
    for column, wanted in (("is_active", True), (narrow, within)):
        if column in has and wanted is not None and (len(rows) > 1 or column == narrow):
            rows = [row for row in rows if getattr(row, f"of_{column}") == wanted]
    return [row.id for row in rows]

