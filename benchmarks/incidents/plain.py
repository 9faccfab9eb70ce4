"""What the pages are held against: the same rows from the same tables, by Flask and SQLAlchemy with nothing else.

No rights, no filters that a reader may choose, one language, no menu: one SELECT of ORM objects with their relations,
and a template that shows them as a table. A session is read as the desk reads its own.
"""

from typing import Any

from flask import Flask, render_template_string
from sqlalchemy import Engine, ForeignKey, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload, sessionmaker

from app.db.base import Label, UtcDateTime


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class WorkGroup(Base):
    __tablename__ = "work_group"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[dict[str, str]] = mapped_column(Label)


class Value(Base):
    __tablename__ = "picklist_value"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[dict[str, str]] = mapped_column(Label)


class Ticket(Base):
    __tablename__ = "ticket"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    title: Mapped[str]
    description: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    state_category: Mapped[str]
    opened_at: Mapped[Any] = mapped_column(UtcDateTime)
    priority_id: Mapped[int] = mapped_column(ForeignKey("picklist_value.id"))
    caller_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("work_group.id"))
    assignee_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    priority: Mapped[Value] = relationship()
    caller: Mapped[Person] = relationship(foreign_keys=[caller_id])
    group: Mapped[WorkGroup] = relationship()
    assignee: Mapped[Person] = relationship(foreign_keys=[assignee_id])


PAGE = """<!doctype html><html lang="en"><head><title>Incidents</title></head><body><h1>Incidents</h1><table><thead><tr>
<th>Number</th><th>Title</th><th>Type</th><th>State</th><th>Priority</th><th>Caller</th><th>Work group</th>
<th>Assignee</th><th>Opened at</th></tr></thead><tbody>
{% for row in rows %}<tr><td><a href="/show/{{ row.id }}">{{ row.number }}</a></td><td>{{ row.title }}</td>
<td>{{ row.kind }}</td><td>{{ row.state }}</td><td>{{ row.priority.label.en }}</td><td>{{ row.caller.name }}</td>
<td>{{ row.group.name.en }}</td><td>{{ row.assignee.name if row.assignee }}</td>
<td>{{ row.opened_at.strftime("%d %b %Y, %H:%M") }}</td></tr>{% endfor %}</tbody></table></body></html>"""


def plain_app(engine: Engine, group_id: int) -> Flask:
    """Return an application whose page shows the 25 newest open incidents of a group."""
    app = Flask("plain", static_folder=None, template_folder=None)
    sessions = sessionmaker(engine)
    loads = [selectinload(getattr(Ticket, name)) for name in ("priority", "caller", "group", "assignee")]

    @app.get("/")
    def index() -> str:
        with sessions() as session:
            session.execute(text("SELECT id FROM ab_user WHERE id = :id"), {"id": 1}).one()
            rows = session.scalars(
                select(Ticket).where(Ticket.group_id == group_id, Ticket.state_category.in_(("open", "paused")))
                .order_by(Ticket.opened_at.desc(), Ticket.id.desc()).limit(25).options(*loads)).all()
            return render_template_string(PAGE, rows=rows)

    return app
