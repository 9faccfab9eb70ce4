"""The database object, the column types and the two bases of our tables."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from flask_appbuilder.models.sqla import Model as Model  # noqa: PLC0414 - told on by app.db
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Identity, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from app.db.session import DeskSession

# Set before Flask-AppBuilder's security models are imported, so that their constraints are named as well.
Model.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# expire_on_commit is off: what a job or a command has read stays readable after its unit of work.
db = SQLAlchemy(model_class=Model, session_options={"class_": DeskSession, "expire_on_commit": False})

Id = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware, in UTC, on every database. A naive time is refused, for nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Label(TypeDecorator[dict[str, str]]):
    """A configured text in two languages: {"en": …, "zh": …}."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())


class Audited:
    """A table whose every change the flush records: who, when, which field, from what to what, by which way."""

    __record_type__: ClassVar[str] = ""
    # Columns whose change starts a new interval of the record's history (see app.records.intervals).
    __tracked__: ClassVar[tuple[str, ...]] = ()
    # Columns by whose words records are found (see app.records.search).
    __searched__: ClassVar[tuple[str, ...]] = ()
    # Columns that audit leaves out because they only say that something else changed.
    __unaudited__: ClassVar[frozenset[str]] = frozenset(
        {"version", "created_at", "updated_at", "created_by_id", "updated_by_id", "search_text"}
    )
    # Columns that only the holders of a right see or set: {column attribute: key of the right}.
    __guarded__: ClassVar[Mapping[str, str]] = {}

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)

    @classmethod
    def record_type(cls) -> str:
        """Return the stable name by which audit, timeline and links refer to this kind of record."""
        return cls.__record_type__ or cls.__tablename__  # type: ignore[attr-defined, no-any-return]


def record_type_of(cls: type[Audited]) -> str:
    """Return the record type of a class, also of one that has a column of that name (files, watchers, tags)."""
    return cls.__record_type__ or cls.__tablename__  # type: ignore[attr-defined, no-any-return]


class Configured(Audited):
    """Something an administrator sets up and everybody who works here may read: lists, channels, services."""


class Record(Audited):
    """Something people work on. Rows are seen only through the data rule of their class (app.db.rights)."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    created_by_id: Mapped[int | None] = mapped_column(Id)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by_id: Mapped[int | None] = mapped_column(Id)
    version: Mapped[int] = mapped_column(Integer, default=1)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a declared attribute of the class
        return {"version_id_col": cls.version}
