"""How people are reached, and whom of a company one turns to.

Of the ways to call somebody, and of those to write to them, one is the main one: it stands on the person as `phone` and
`email`, and whoever changes it there changes it here. Private ones are never the main one, for everybody sees that.
"""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, ForeignKey, Index, Integer, String, select, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Id, Model, Record, register_scope
from app.db.rights import criterion
from app.organisation.models import Company, Person
from app.organisation.permissions import PERSON_SEE_PERSONAL_DATA
from app.records.lists import stores_code
from app.sdk.actor import Actor

# Which column of the person the main one of these kinds fills.
MIRRORED = {"phone": "phone", "mobile": "phone", "email": "email"}


class ContactMethod(Record, Model):
    """A number or an address of a person."""

    __tablename__ = "contact_method"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(200), index=True)
    label: Mapped[str | None] = mapped_column(String(60))
    is_primary: Mapped[bool] = mapped_column(Boolean, default=False)
    is_private: Mapped[bool] = mapped_column(Boolean, default=False)
    sequence: Mapped[int] = mapped_column(Integer, default=10)

    person: Mapped[Person] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return self.value


class CompanyContact(Record, Model):
    """A person whom one turns to in matters of a company: its own, or somebody who looks after it."""

    __tablename__ = "company_contact"
    # Of those that are there: a deleted one may be entered again.
    __table_args__ = (
        Index("uq_company_contact", "company_id", "person_id", "purpose", unique=True,
              sqlite_where=text("deleted_at IS NULL"), postgresql_where=text("deleted_at IS NULL")),
    )

    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20), default="key")
    role: Mapped[str | None] = mapped_column(String(40))
    # Of escalations: whom to turn to first, second, third.
    sequence: Mapped[int] = mapped_column(Integer, default=10)
    note: Mapped[str | None] = mapped_column(String(200))

    company: Mapped[Company] = relationship(lazy="select", passive_deletes=True)
    person: Mapped[Person] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return f"{self.person}"


stores_code("company.contact_role", CompanyContact.role)


def visible_methods(actor: Actor) -> ColumnElement[bool] | None:
    """Return the ways to reach the people whom the actor sees; private ones need their own right, or are one's own."""
    theirs = _of(ContactMethod.person_id, Person, actor)
    if actor.can(PERSON_SEE_PERSONAL_DATA):
        return theirs
    return theirs & (ContactMethod.is_private.is_(False) | (ContactMethod.person_id == actor.person_id))


def visible_contacts(actor: Actor) -> ColumnElement[bool] | None:
    """Return the contacts of the companies that the actor sees."""
    return _of(CompanyContact.company_id, Company, actor)


def _of(column: Any, model: Any, actor: Actor) -> ColumnElement[bool]:
    seen = criterion(model, actor)
    return true() if seen is true() else column.in_(select(model.id).where(seen))


register_scope(ContactMethod, visible_methods)
register_scope(CompanyContact, visible_contacts)

__all__ = ["MIRRORED", "CompanyContact", "ContactMethod"]
