"""The service tree: family → service → offering."""

from sqlalchemy import Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Configured, Id, Label, Model
from app.organisation.models import Person, WorkGroup
from app.sdk.i18n import bilingual


class ServiceFamily(Configured, Model):
    """A group of services, e.g. workplace services."""

    __tablename__ = "service_family"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[dict[str, str]] = mapped_column(Label)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

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
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    family: Mapped[ServiceFamily | None] = relationship(lazy="select", passive_deletes=True)
    owner: Mapped[Person | None] = relationship(lazy="select", passive_deletes=True)
    group: Mapped[WorkGroup | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return bilingual(self.name)


class ServiceOffering(Configured, Model):
    """One way a service is offered, e.g. laptop standard or laptop mobile."""

    __tablename__ = "service_offering"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[dict[str, str]] = mapped_column(Label)
    service_id: Mapped[int] = mapped_column(Id, ForeignKey("service.id", ondelete="CASCADE"), index=True)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    service: Mapped[Service] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return bilingual(self.name)
