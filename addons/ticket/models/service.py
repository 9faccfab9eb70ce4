"""The service tree: family → service → offering."""

from typing import Any

from sqlalchemy import Boolean, ForeignKey, String, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from app.db import Configured, Id, Label, Model
from app.organisation.models import Person, WorkGroup
from app.records.calendars import Calendar
from app.records.picklists import sort_keys
from app.sdk.i18n import bilingual


class ServiceFamily(Configured, Model):
    """A group of services, e.g. workplace services."""

    __tablename__ = "service_family"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[dict[str, str]] = mapped_column(Label)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    # How the name is typed and sorted, in both languages.
    sort_zh: Mapped[str | None] = mapped_column(String(200))
    sort_en: Mapped[str | None] = mapped_column(String(200))

    __unaudited__ = Configured.__unaudited__ | {"sort_zh", "sort_en"}

    def __str__(self) -> str:
        return bilingual(self.name)


class Service(Configured, Model):
    """What we provide, with its owner and the group that supports it first."""

    __tablename__ = "service"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[dict[str, str]] = mapped_column(Label)
    family_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("service_family.id", ondelete="SET NULL"), index=True
    )
    owner_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("work_group.id", ondelete="SET NULL"), index=True)
    # Whose hours hold for work on this service, before those of group and company.
    calendar_id: Mapped[int | None] = mapped_column(Id, ForeignKey("calendar.id", ondelete="SET NULL"), index=True)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    # How the name is typed and sorted, in both languages.
    sort_zh: Mapped[str | None] = mapped_column(String(200))
    sort_en: Mapped[str | None] = mapped_column(String(200))

    __unaudited__ = Configured.__unaudited__ | {"sort_zh", "sort_en"}

    family: Mapped[ServiceFamily | None] = relationship(lazy="select", passive_deletes=True)
    owner: Mapped[Person | None] = relationship(lazy="select", passive_deletes=True)
    group: Mapped[WorkGroup | None] = relationship(lazy="select", passive_deletes=True)
    calendar: Mapped[Calendar | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return bilingual(self.name)


class ServiceOffering(Configured, Model):
    """One way a service is offered, e.g. laptop standard or laptop mobile."""

    __tablename__ = "service_offering"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[dict[str, str]] = mapped_column(Label)
    service_id: Mapped[int] = mapped_column(Id, ForeignKey("service.id", ondelete="CASCADE"), index=True)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    # How the name is typed and sorted, in both languages.
    sort_zh: Mapped[str | None] = mapped_column(String(200))
    sort_en: Mapped[str | None] = mapped_column(String(200))

    __unaudited__ = Configured.__unaudited__ | {"sort_zh", "sort_en"}

    service: Mapped[Service] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return bilingual(self.name)


def _fill_sort_keys(_mapper: Mapper[Any], _connection: Any, row: Any) -> None:
    row.sort_zh, row.sort_en = sort_keys(row.name)


for _model in (ServiceFamily, Service, ServiceOffering):
    event.listen(_model, "before_insert", _fill_sort_keys)
    event.listen(_model, "before_update", _fill_sort_keys)
