"""Who is served and who serves."""

from datetime import date, datetime

from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import Boolean, Date, ForeignKey, Identity, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Audited, Id, Label, Model, Record, UtcDateTime
from app.organisation.labels import COMPANY_KINDS
from app.organisation.permissions import COMPANY_SEE_COST, PERSON_SEE_PERSONAL_DATA
from app.records.calendars import Calendar
from app.records.lists import stores_code
from app.sdk.i18n import bilingual, listed


class Company(Record, Model):
    """An organisation: our own, a customer, a supplier, a manufacturer, or several of these at once."""

    __tablename__ = "company"

    name: Mapped[str] = mapped_column(String(200), index=True)
    code: Mapped[str | None] = mapped_column(String(64), unique=True)
    # The first of what it is to us, in the order of COMPANY_KINDS; follows from the four below.
    kind: Mapped[str] = mapped_column(String(20), default="customer", index=True)
    is_own: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false(), index=True)
    is_customer: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false(), index=True)
    is_supplier: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false(), index=True)
    is_manufacturer: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false(), index=True)
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id", ondelete="SET NULL"), index=True)
    support_level: Mapped[str | None] = mapped_column(String(40), index=True)
    is_key_customer: Mapped[bool] = mapped_column(Boolean, default=False, index=True)
    # Everybody of this company sees its tickets, not only who called about one.
    shares_tickets: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    account_manager_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("person.id", ondelete="SET NULL", use_alter=True), index=True
    )
    industry: Mapped[str | None] = mapped_column(String(40), index=True)
    phone: Mapped[str | None] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(200))
    website: Mapped[str | None] = mapped_column(String(300))
    address: Mapped[str | None] = mapped_column(String(400))
    # As people read them; CompanyDomain has them one by one.
    mail_domains: Mapped[str | None] = mapped_column(String(500))
    timezone: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(10))
    customer_since: Mapped[date | None] = mapped_column(Date)
    notes: Mapped[str | None] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, index=True)
    # Whose hours hold for work for this company, where neither the service nor the work group has a calendar.
    calendar_id: Mapped[int | None] = mapped_column(Id, ForeignKey("calendar.id", ondelete="SET NULL"), index=True)

    parent: Mapped["Company | None"] = relationship(remote_side="Company.id", lazy="select", passive_deletes=True)
    account_manager: Mapped["Person | None"] = relationship(
        foreign_keys=[account_manager_id], lazy="select", passive_deletes=True
    )
    calendar: Mapped[Calendar | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return self.name

    @property
    def kinds(self) -> str:
        """All that it is to us, in words."""
        return listed(str(label) for kind, label in COMPANY_KINDS.items() if getattr(self, f"is_{kind}"))


class CompanyDomain(Model):
    """A domain of e-mail addresses, of one company: who writes from there belongs to it."""

    __tablename__ = "company_domain"

    id: Mapped[int] = mapped_column(Id, Identity(), primary_key=True)
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id", ondelete="CASCADE"), index=True)
    domain: Mapped[str] = mapped_column(String(200), unique=True)


class Department(Record, Model):
    """A part of a company."""

    __tablename__ = "department"
    __guarded__ = {"cost_centre": str(COMPANY_SEE_COST)}

    name: Mapped[str] = mapped_column(String(200), index=True)
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("department.id", ondelete="SET NULL"), index=True)
    head_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("person.id", ondelete="SET NULL", use_alter=True), index=True
    )
    cost_centre: Mapped[str | None] = mapped_column(String(60))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, index=True)

    company: Mapped[Company | None] = relationship(lazy="select", passive_deletes=True)
    parent: Mapped["Department | None"] = relationship(
        remote_side="Department.id", lazy="select", passive_deletes=True
    )
    head: Mapped["Person | None"] = relationship(foreign_keys=[head_id], lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return self.name


class Site(Record, Model):
    """A place: a building, a floor, a room."""

    __tablename__ = "site"

    name: Mapped[str] = mapped_column(String(200), index=True)
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("site.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str | None] = mapped_column(String(40), index=True)
    address: Mapped[str | None] = mapped_column(String(400))
    phone: Mapped[str | None] = mapped_column(String(60))
    opening_notes: Mapped[str | None] = mapped_column(Text)
    timezone: Mapped[str | None] = mapped_column(String(64))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, index=True)

    company: Mapped[Company | None] = relationship(lazy="select", passive_deletes=True)
    parent: Mapped["Site | None"] = relationship(remote_side="Site.id", lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return self.name


class Person(Record, Model):
    """Somebody we serve or who serves. A log-in is optional: most customers never need one."""

    __tablename__ = "person"
    __guarded__ = {"employee_number": str(PERSON_SEE_PERSONAL_DATA), "cost_centre": str(COMPANY_SEE_COST)}

    name: Mapped[str] = mapped_column(String(200), index=True)
    user_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="SET NULL"), unique=True)
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id", ondelete="SET NULL"), index=True)
    department_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("department.id", ondelete="SET NULL"), index=True
    )
    site_id: Mapped[int | None] = mapped_column(Id, ForeignKey("site.id", ondelete="SET NULL"), index=True)
    manager_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    job_title: Mapped[str | None] = mapped_column(String(120))
    salutation: Mapped[str | None] = mapped_column(String(40))
    employee_number: Mapped[str | None] = mapped_column(String(64), unique=True)
    cost_centre: Mapped[str | None] = mapped_column(String(60))
    # The main ones of the contact methods (see app.organisation.contacts).
    email: Mapped[str | None] = mapped_column(String(200), index=True)
    phone: Mapped[str | None] = mapped_column(String(60), index=True)
    preferred_channel: Mapped[str | None] = mapped_column(String(20))
    language: Mapped[str | None] = mapped_column(String(10))
    timezone: Mapped[str | None] = mapped_column(String(64))
    # True wherever there is a level.
    is_vip: Mapped[bool] = mapped_column(Boolean, default=False)
    vip_level: Mapped[str | None] = mapped_column(String(40), index=True)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, index=True)
    joined_on: Mapped[date | None] = mapped_column(Date)
    left_on: Mapped[date | None] = mapped_column(Date)
    # Since when nothing tells any more who this was.
    anonymised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # One of the files of the person (see app.organisation.pictures).
    picture_id: Mapped[int | None] = mapped_column(Id, ForeignKey("attachment.id", ondelete="SET NULL"), index=True)
    # Latin, pinyin and initials of name, phone and number, for looking people up while they are on the phone; personal
    # data among it is marked (see app.organisation.search).
    search_text: Mapped[str] = mapped_column(String(600), default="", index=True)

    user: Mapped[User | None] = relationship(lazy="select", passive_deletes=True)
    company: Mapped[Company | None] = relationship(
        foreign_keys=[company_id], lazy="select", passive_deletes=True
    )
    department: Mapped[Department | None] = relationship(
        foreign_keys=[department_id], lazy="select", passive_deletes=True
    )
    manager: Mapped["Person | None"] = relationship(
        remote_side="Person.id", foreign_keys=[manager_id], lazy="select", passive_deletes=True
    )
    site: Mapped[Site | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return self.name


class WorkGroup(Record, Model):
    """The basic element: everybody who works here is in a group, work is assigned to groups, rights go to groups."""

    __tablename__ = "work_group"

    name: Mapped[dict[str, str]] = mapped_column(Label)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("work_group.id", ondelete="SET NULL"), index=True)
    lead_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    support_line: Mapped[int] = mapped_column(Integer, default=1)
    # Owns what its people log: what others have solved comes back here, and only its people close it.
    is_service_desk: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false(), index=True)
    email: Mapped[str | None] = mapped_column(String(200))
    assignment_mode: Mapped[str] = mapped_column(String(20), default="manual")
    capacity: Mapped[int | None] = mapped_column(Integer)
    # The place of ours from which the group works.
    site_id: Mapped[int | None] = mapped_column(Id, ForeignKey("site.id", ondelete="SET NULL"), index=True)
    description: Mapped[str | None] = mapped_column(Text)
    # What the groups have agreed on with one another (operational level agreement), in words.
    ola_notes: Mapped[str | None] = mapped_column(Text)
    visibility: Mapped[str] = mapped_column(String(20), default="everybody", server_default="everybody", index=True)
    calendar_id: Mapped[int | None] = mapped_column(Id, ForeignKey("calendar.id", ondelete="SET NULL"), index=True)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, index=True)
    sort_zh: Mapped[str] = mapped_column(String(200), default="", index=True)
    sort_en: Mapped[str] = mapped_column(String(200), default="", index=True)

    __unaudited__ = Record.__unaudited__ | {"sort_zh", "sort_en"}

    parent: Mapped["WorkGroup | None"] = relationship(
        remote_side="WorkGroup.id", lazy="select", passive_deletes=True
    )
    lead: Mapped[Person | None] = relationship(lazy="select", passive_deletes=True)
    site: Mapped[Site | None] = relationship(lazy="select", passive_deletes=True)
    calendar: Mapped[Calendar | None] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return bilingual(self.name)


class GroupMember(Audited, Model):
    """A person in a group: member, lead or deputy."""

    __tablename__ = "group_member"
    __table_args__ = (UniqueConstraint("group_id", "person_id", name="uq_group_member"),)

    group_id: Mapped[int] = mapped_column(Id, ForeignKey("work_group.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role_in_group: Mapped[str] = mapped_column(String(20), default="member")
    # Which deputy comes first.
    sequence: Mapped[int] = mapped_column(Integer, default=10, server_default="10")

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


stores_code("company.support_level", Company.support_level)
stores_code("company.industry", Company.industry)
stores_code("site.kind", Site.kind)
stores_code("person.vip_level", Person.vip_level)
stores_code("person.salutation", Person.salutation)
