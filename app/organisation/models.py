"""Who is served and who serves."""

from datetime import date

from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Audited, Id, Label, Model, Record
from app.sdk.i18n import bilingual


class Company(Record, Model):
    """An organisation: our own, a customer, a supplier or a manufacturer."""

    __tablename__ = "company"

    name: Mapped[str] = mapped_column(String(200), index=True)
    code: Mapped[str | None] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default="customer", index=True)
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id", ondelete="SET NULL"), index=True)
    support_level: Mapped[str | None] = mapped_column(String(40))
    is_key_customer: Mapped[bool] = mapped_column(Boolean, default=False)
    phone: Mapped[str | None] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, index=True)

    parent: Mapped["Company | None"] = relationship(remote_side="Company.id", lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return self.name


class Department(Record, Model):
    """A part of a company."""

    __tablename__ = "department"

    name: Mapped[str] = mapped_column(String(200), index=True)
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("department.id", ondelete="SET NULL"), index=True)
    cost_centre: Mapped[str | None] = mapped_column(String(60))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, index=True)

    company: Mapped[Company | None] = relationship(lazy="select", passive_deletes=True)
    parent: Mapped["Department | None"] = relationship(
        remote_side="Department.id", lazy="select", passive_deletes=True
    )

    def __str__(self) -> str:
        return self.name


class Site(Record, Model):
    """A place: a building, a floor, a room."""

    __tablename__ = "site"

    name: Mapped[str] = mapped_column(String(200), index=True)
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("site.id", ondelete="SET NULL"), index=True)
    address: Mapped[str | None] = mapped_column(String(400))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, index=True)

    company: Mapped[Company | None] = relationship(lazy="select", passive_deletes=True)
    parent: Mapped["Site | None"] = relationship(remote_side="Site.id", lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return self.name


class Person(Record, Model):
    """Somebody we serve or who serves. A log-in is optional: most customers never need one."""

    __tablename__ = "person"

    name: Mapped[str] = mapped_column(String(200), index=True)
    user_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="SET NULL"), unique=True)
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id", ondelete="SET NULL"), index=True)
    department_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("department.id", ondelete="SET NULL"), index=True
    )
    site_id: Mapped[int | None] = mapped_column(Id, ForeignKey("site.id", ondelete="SET NULL"), index=True)
    employee_number: Mapped[str | None] = mapped_column(String(64), unique=True)
    email: Mapped[str | None] = mapped_column(String(200), index=True)
    phone: Mapped[str | None] = mapped_column(String(60), index=True)
    is_vip: Mapped[bool] = mapped_column(Boolean, default=False)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, index=True)
    joined_on: Mapped[date | None] = mapped_column(Date)
    left_on: Mapped[date | None] = mapped_column(Date)
    # Latin, pinyin and initials of name, phone and number, for looking people up while they are on the phone.
    search_text: Mapped[str] = mapped_column(String(600), default="", index=True)

    user: Mapped[User | None] = relationship(lazy="select", passive_deletes=True)
    company: Mapped[Company | None] = relationship(lazy="select", passive_deletes=True)
    department: Mapped[Department | None] = relationship(lazy="select", passive_deletes=True)
    site: Mapped[Site | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return self.name


class WorkGroup(Audited, Model):
    """The basic element: everybody who works here is in a group, work is assigned to groups, rights go to groups."""

    __tablename__ = "work_group"

    name: Mapped[dict[str, str]] = mapped_column(Label)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("work_group.id", ondelete="SET NULL"), index=True)
    lead_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    support_line: Mapped[int] = mapped_column(Integer, default=1)
    email: Mapped[str | None] = mapped_column(String(200))
    assignment_mode: Mapped[str] = mapped_column(String(20), default="manual")
    capacity: Mapped[int | None] = mapped_column(Integer)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, index=True)
    sort_zh: Mapped[str] = mapped_column(String(200), default="", index=True)
    sort_en: Mapped[str] = mapped_column(String(200), default="", index=True)

    __unaudited__ = Audited.__unaudited__ | {"sort_zh", "sort_en"}

    parent: Mapped["WorkGroup | None"] = relationship(
        remote_side="WorkGroup.id", lazy="select", passive_deletes=True
    )
    lead: Mapped[Person | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return bilingual(self.name)


class GroupMember(Audited, Model):
    """A person in a group: member, lead or deputy."""

    __tablename__ = "group_member"
    __table_args__ = (UniqueConstraint("group_id", "person_id", name="uq_group_member"),)

    group_id: Mapped[int] = mapped_column(Id, ForeignKey("work_group.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role_in_group: Mapped[str] = mapped_column(String(20), default="member")

    group: Mapped[WorkGroup] = relationship(lazy="select", passive_deletes=True)
    person: Mapped[Person] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return f"{self.person}"


class GroupRole(Audited, Model):
    """A role granted to all members of a group."""

    __tablename__ = "group_role"
    __table_args__ = (UniqueConstraint("group_id", "role_id", name="uq_group_role"),)

    group_id: Mapped[int] = mapped_column(Id, ForeignKey("work_group.id", ondelete="CASCADE"), index=True)
    role_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_role.id", ondelete="CASCADE"), index=True)

    group: Mapped[WorkGroup] = relationship(lazy="select", passive_deletes=True)
    role: Mapped[Role] = relationship(lazy="select", passive_deletes=True)


class MemberRole(Audited, Model):
    """A role granted to one member of a group, for as long as they are in it."""

    __tablename__ = "member_role"
    __table_args__ = (UniqueConstraint("member_id", "role_id", name="uq_member_role"),)

    member_id: Mapped[int] = mapped_column(Id, ForeignKey("group_member.id", ondelete="CASCADE"), index=True)
    role_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_role.id", ondelete="CASCADE"), index=True)

    member: Mapped[GroupMember] = relationship(lazy="select", passive_deletes=True)
    role: Mapped[Role] = relationship(lazy="select", passive_deletes=True)
