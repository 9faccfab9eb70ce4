"""Values as forms, REST and imports give them, made ready for a record: relations by name or key, never a new row."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import RelationshipDirection, Session

from app.db import Audited, Configured, Record
from app.db import session as present_session
from app.records.rich_text import MAX_TEXT
from app.records.typed import typed
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

P = ParamSpec("P")
R = TypeVar("R")


def foreign_keys(model: type[Any]) -> dict[str, str]:
    """Return {relation: its column attribute} of the to-one relations of a model."""
    mapper = inspect(model)
    found = {}
    for relation in mapper.relationships:
        if relation.direction is RelationshipDirection.MANYTOONE and len(relation.local_columns) == 1:
            column = next(iter(relation.local_columns))
            found[relation.key] = mapper.get_property_by_column(column).key
    return found


def normalise(session: Session, model: type[Any], values: Mapping[str, Any], allowed: set[str]) -> dict[str, Any]:
    """Return {column attribute: value} for the allowed names of `values`.

    A relation may be given by its name or its column, as a row, an id or None. Raises InvalidField for an unknown
    name and for an id that does not exist or that the actor may not see.
    """
    keys = foreign_keys(model)
    by_column = {column: relation for relation, column in keys.items()}
    result: dict[str, Any] = {}
    for name, value in values.items():
        column = keys.get(name, name)
        relation = by_column.get(column)
        if not {name, column, relation} & allowed:
            raise InvalidField(name, _("This field cannot be set."))
        result[column] = _key(session, model, relation, name, value) if relation else typed(
            model, column, name, _plain(name, value))
    return result


def _plain(name: str, value: Any) -> Any:
    # A zero byte and half a character (a lone surrogate, which JSON can name) are no text anywhere.
    if not isinstance(value, str):
        return value
    if len(value) > MAX_TEXT:
        raise InvalidField(name, _("A text has at most %(number)s characters.", number=MAX_TEXT))
    return value.replace("\0", "").encode(errors="ignore").decode().strip() or None


def _key(session: Session, model: type[Any], relation: str, name: str, value: Any) -> Any:
    if value is None or value == "":
        return None
    target = inspect(model).relationships[relation].mapper.class_
    if isinstance(value, target):
        return value.id
    wrong = InvalidField(name, _("Choose an entry of the list."))
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise wrong
    try:
        key = int(value)
    except ValueError:
        raise wrong from None
    if not -(2**63) <= key < 2**63 or session.execute(select(target.id).where(target.id == key)).scalar() is None:
        raise wrong
    return key


def field_of(error: IntegrityError, model: type[Any]) -> str | None:
    """Return the attribute that a unique or foreign-key violation concerns, or None."""
    text = str(error.orig)
    table_columns = {column.name: column for table in inspect(model).tables for column in table.columns}
    if "UNIQUE constraint failed" in text:
        return text.rsplit(".", 1)[-1].strip()
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
    for column in sorted(table_columns, key=len, reverse=True):
        if column in name:
            return column
    return None


def all_or_nothing(method: Callable[P, R]) -> Callable[P, R]:
    """Run a service method in a savepoint: what it refuses leaves no trace, not even on the rows in memory."""

    @wraps(method)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        with present_session().begin_nested():
            return method(*args, **kwargs)

    return guarded


def flush(session: Session, model: type[Any]) -> None:
    """Flush; a unique violation becomes the field's error, without naming the other row.

    The transaction is then good for nothing but to be rolled back: whoever goes on after a refusal calls the service
    in a savepoint, as pages and listeners do. A savepoint here would come too late, for opening it flushes as well.
    """
    try:
        session.flush()
    except IntegrityError as error:
        field = field_of(error, model) or "id"
        raise InvalidField(field, _("This value is in use already.")) from error


__all__ = ["Audited", "Configured", "Record", "all_or_nothing", "field_of", "flush", "foreign_keys", "normalise"]
