"""The search index: one row of tokens a record, written by the flush, asked under the reader's rights.

    class Ticket(Record, Model):
        __searched__ = ("number", "title", "description")

SQLite keeps the tokens in a full-text table that triggers follow; PostgreSQL in a tsvector under GIN. The question is
the same: `matching(Ticket, "打印 paper")` is a criterion like any other.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Identity,
    Index,
    String,
    Text,
    UniqueConstraint,
    cast,
    column,
    delete,
    false,
    inspect,
    literal,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from app.db import Audited, Change, Id, Model, field_rights, record_changes, record_type_of, session, upsert
from app.records.tokens import MAX_TOKENS, Asked, asked, tokens

# Searched by their sound as well.
NAMES = frozenset({"title", "name", "label"})
# So many hits are asked again for a reader who may not see all searched fields; older ones they do not find.
ASKED_AGAIN = 300


class Tokens(TypeDecorator[str]):
    """Tokens with spaces between them; on PostgreSQL a tsvector."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        if value is None or dialect.name != "postgresql":
            return value
        return " ".join(f"'{token}'" for token in value.split())

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        return value if value is None or dialect.name != "postgresql" else value.replace("'", "")


class SearchEntry(Model):
    """The tokens of one record."""

    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("record_type", "record_id", name="uq_search_entry"),
        Index("ix_search_entry_tokens", "tokens", postgresql_using="gin").ddl_if(dialect="postgresql"),
    )

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    record_type: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int] = mapped_column(Id)
    tokens: Mapped[str] = mapped_column(Tokens)


# Asking --------------------------------------------------------------------------------------------------------------


def matching(model: type[Any], text: str) -> ColumnElement[bool]:
    """Return the criterion of the records of a class, its subclasses included, that have every word of a text."""
    words = asked(text)
    if not words:
        return false()
    classes = {record_type_of(mapper.class_): mapper.class_ for mapper in inspect(model).self_and_descendants}
    partly = [kind for kind, one in classes.items() if _shown(one) != searched(one)]
    found = select(SearchEntry.record_id).where(
        SearchEntry.record_type.in_([kind for kind in classes if kind not in partly]), _has(words))
    return or_(model.id.in_(found), *(model.id.in_(_by_what_is_shown(classes[kind], words)) for kind in partly))


def _shown(model: type[Any]) -> tuple[str, ...]:
    return tuple(field_rights.shown(model, searched(model)))


def _by_what_is_shown(model: type[Any], words: list[Asked]) -> list[int]:
    # An entry does not say of which field a word is. Whoever may not see one of them finds nothing by it: what the
    # index finds, newest first, is asked again by the fields they see.
    kind, names, unit = record_type_of(model), _shown(model), session()
    hits = select(SearchEntry.record_id).where(SearchEntry.record_type == kind, _has(words))
    statement = select(model.id, *(getattr(model, name) for name in names)).where(model.id.in_(hits))
    rows = unit.execute(statement.order_by(model.id.desc()).limit(ASKED_AGAIN)).all()
    more = beside(unit, kind, [row[0] for row in rows])
    return [row[0] for row in rows
            if has_all(tokens_of(model, dict(zip(names, row[1:], strict=True)), more.get(row[0], "")), words)]


def entries_with(kind: str, words: list[Asked]) -> Any:
    """Return the SELECT of the ids of what has every word; it asks nobody's rights, who uses it does."""
    return select(SearchEntry.record_id).where(SearchEntry.record_type == kind, _has(words))


def has_all(stored: str, words: list[Asked]) -> bool:
    """Say whether stored tokens have every word."""
    known = set(stored.split())
    return all(any(token in known or (word.begins and any(one.startswith(token) for one in known))
                   for token in word.tokens) for word in words)


def having_any(words: list[Asked]) -> ColumnElement[bool]:
    """Return the criterion of the entries that have at least one of the words."""
    return _has([Asked(tuple(token for word in words for token in word.tokens), begins=False)])


def _has(words: list[Asked]) -> ColumnElement[bool]:
    # Tokens hold letters, digits and "_" only, so that quoting them is safe; the question is bound all the same.
    if session().get_bind().dialect.name == "postgresql":
        parts = ["(" + " | ".join(f"'{token}'" + (":*" if word.begins else "") for token in word.tokens) + ")"
                 for word in words]
        return SearchEntry.tokens.bool_op("@@")(cast(literal(" & ".join(parts), Text()), TSQUERY))
    parts = ["(" + " OR ".join(f'"{token}"' + ("*" if word.begins else "") for token in word.tokens) + ")"
             for word in words]
    hit = literal_column("search_entry_fts").bool_op("MATCH")(literal(" AND ".join(parts), Text()))
    return SearchEntry.id.in_(select(column("rowid")).select_from(table("search_entry_fts")).where(hit))


# Writing -------------------------------------------------------------------------------------------------------------


def searched(model: type[Any]) -> tuple[str, ...]:
    """Return the columns by whose words records of a class are found; none where they are not."""
    return tuple(getattr(model, "__searched__", ()))


# Further words of records that stand in no column of theirs: (session, record type, ids) -> {id: words}.
words_beside: list[Callable[[Session, str, list[int]], Mapping[int, str]]] = []


def beside(unit: Session, kind: str, ids: list[int]) -> dict[int, str]:
    """Return the further words of some records; no statement where their type has none."""
    found: dict[int, str] = {}
    for more in words_beside:
        for key, words in more(unit, kind, ids).items():
            found[key] = f"{found.get(key, '')} {words}"
    return found


def tokens_of(model: type[Any], values: Mapping[str, Any], more: str = "") -> str:
    """Return the tokens of a record, given its values and its further words."""
    found = [token for name in searched(model) for token in tokens(_text(values.get(name)), names=name in NAMES)]
    found += tokens(more, names=True)
    # One beginning of another is kept: it would be found by it, but a whole word is asked for as well.
    return " ".join(list(dict.fromkeys(found))[:MAX_TOKENS])


def _text(value: Any) -> str:
    return " ".join(map(str, value.values())) if isinstance(value, dict) else str(value or "")


def put(unit: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write entries: {"record_type", "record_id", "tokens"} each; one that is there is replaced."""
    ready = list(rows)
    if ready:
        upsert.put(unit, SearchEntry, ready, unique=("record_type", "record_id"))


def index(unit: Session, record: Any) -> None:
    """Write the entry of one record anew, because its further words changed."""
    model = type(record)
    names, kind = searched(model), record_type_of(model)
    if names:
        values = {name: getattr(record, name) for name in names}
        found = tokens_of(model, values, beside(unit, kind, [record.id]).get(record.id, ""))
        put(unit, [{"record_type": kind, "record_id": record.id, "tokens": found}])


def _follow(unit: Session, changes: list[Change]) -> None:
    written: dict[tuple[str, int], Audited] = {}
    gone: list[tuple[str, int]] = []
    for change in changes:
        model = type(change.record)
        names = searched(model)
        if not names:
            continue
        key = (record_type_of(model), change.record.id)
        if change.action == "delete":
            gone.append(key)
        elif change.action == "create" or not change.fields.keys().isdisjoint(names):
            written[key] = change.record
    put(unit, _entries(unit, written))
    for kind, record_id in gone:
        unit.connection().execute(
            delete(SearchEntry).where(SearchEntry.record_type == kind, SearchEntry.record_id == record_id))


def _entries(unit: Session, written: Mapping[tuple[str, int], Audited]) -> list[dict[str, Any]]:
    found = []
    for kind in dict.fromkeys(kind for kind, _key in written):
        more = beside(unit, kind, [key for of, key in written if of == kind])
        for (of, key), record in written.items():
            if of == kind:
                values = {name: getattr(record, name) for name in searched(type(record))}
                found.append({"record_type": kind, "record_id": key,
                              "tokens": tokens_of(type(record), values, more.get(key, ""))})
    return found


def models() -> list[type[Any]]:
    """Return the classes whose records are searched."""
    mapped = (mapper.class_ for mapper in Model.registry.mappers)
    return sorted((model for model in mapped if searched(model)),
                  key=lambda model: model.__name__)


record_changes(_follow)
