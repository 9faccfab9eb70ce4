"""Explaining access: why somebody sees a record or does not, and who sees it."""

from typing import Any

from flask import jsonify, request
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, or_, select

from app.db import Record, session
from app.sdk.i18n import _
from app.security import explain, subjects
from app.security.role_texts import user_text
from app.web.ids import as_id
from app.web.interface import Interface
from app.web.labels import text_of
from app.web.page import Page, expose, has_access

OFFERED = 20


class ExplainView(Page):  # type: ignore[misc]
    """/security/explain/"""

    route_base = "/security/explain"
    default_view = "index"
    class_permission_name = "role"
    method_permission_name = {"index": "read", "options": "read"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Ask, and show the answer: for a user and a record why, for a record alone who."""
        types = subjects.TypeChoices().options()
        kind = request.args.get("type", "")
        kind = kind if kind in dict(types) else ""
        user, model = _user(request.args.get("user", "")), subjects.model_of(kind) if kind else None
        record = _record(model, request.args.get("record", "")) if model is not None else None
        page = as_id(request.args.get("page", "")) or 0
        return self.render_template(
            "desk/explain.html", title=_("Explain access"), types=types, kind=kind, user=user,
            user_name=user_text(user) if user is not None else "", record=record,
            record_name=text_of(record) if record is not None else "",
            record_url=subjects.page_of(type(record), record.id) if record is not None else "",
            asked=bool(request.args.get("record")), page=page, **_answers(user, record, page),
        )

    @expose("/options/<what>")
    @has_access
    def options(self, what: str) -> Any:
        """Answer the fields of the page: users, and records that the asker sees."""
        typed = request.args.get("q", "")[:100].strip()
        if what == "user":
            found = [(user.id, user_text(user)) for user in _users(typed)]
        else:
            model = subjects.model_of(request.args.get("type", ""))
            found = Interface(model).options(typed, OFFERED) if model is not None else []
        return jsonify(results=[{"id": key, "text": text} for key, text in found])


def _answers(user: User | None, record: Record | None, page: int) -> dict[str, Any]:
    if record is None:
        return {"verdicts": [], "fields": [], "seers": [], "more": False}
    model = type(record)
    seers, more = explain.who_can_see(session(), model, record.id, page)
    if user is None:
        return {"verdicts": [], "fields": [], "seers": seers, "more": more}
    return {"verdicts": explain.explain(session(), user, model, record.id), "seers": seers, "more": more,
            "fields": _level_texts(model, explain.hidden_fields(user, model, session()))}


def _level_texts(model: type[Record], levels: dict[str, str]) -> list[tuple[str, Any]]:
    return sorted((subjects.field_text(model, field), subjects.LEVELS[level]) for field, level in levels.items())


def _user(raw: str) -> User | None:
    key = as_id(raw)
    return session().get(User, key) if key is not None else None


def _record(model: type[Record], raw: str) -> Record | None:
    # Only what the asker sees: else asking would tell that a record is there and what it is called.
    key = as_id(raw)
    if key is None:
        return None
    return session().execute(select(model).where(model.id == key)).scalar_one_or_none()


def _users(typed: str) -> list[User]:
    named = or_(*(func.lower(column).contains(typed.casefold(), autoescape=True)
                  for column in (User.first_name, User.username)))
    statement = select(User).where(named)
    return list(session().execute(statement.order_by(User.first_name, User.id).limit(OFFERED)).scalars())
