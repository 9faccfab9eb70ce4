"""By what the audit log is searched: each of them by an index, for the log is the largest table there is."""

from typing import Any

from flask_appbuilder.models.filters import BaseFilter
from flask_appbuilder.models.sqla.filters import FilterEqual
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import false, or_, select

from app.db import session
from app.records.audit import AuditEntry
from app.sdk.i18n import _l
from app.web.audit_list import record_kinds, record_pages
from app.web.audit_text import ACTIONS, VIA, field_label
from app.web.choices import Choices, FixedChoices, OffersChoices
from app.web.filter_kinds import code_filters
from app.web.filters import DeskFilters, EqualFilter, register_search
from app.web.set_filters import OneOfFilter
from app.web.words import actor_text

MAX_PEOPLE = 50
_PROGRAMS = ("system", "import", "anonymous")


class KindChoices(Choices):
    """The kinds of records that the log may tell of."""

    def options(self) -> list[tuple[Any, str]]:
        return sorted(record_kinds().items(), key=lambda one: one[1])


def who_criterion(text: str) -> Any:
    """Return the entries of whom a text names: log-ins by name or user name, else what is no log-in by its label."""
    text = text.strip()
    exact = select(User.id).where(User.username == text)
    begins = select(User.id).where(or_(User.username.istartswith(text, autoescape=True),
                                       User.first_name.istartswith(text, autoescape=True))).limit(MAX_PEOPLE)
    ids = list(session().execute(exact).scalars()) or (list(session().execute(begins).scalars()) if text else [])
    if ids:
        return AuditEntry.actor_id == ids[0] if len(ids) == 1 else AuditEntry.actor_id.in_(ids)
    label = next((name for name in _PROGRAMS if actor_text(name).casefold() == text.casefold()), text)
    return AuditEntry.actor_label == label


class WhoFilter(BaseFilter):  # type: ignore[misc]
    """Who did it: a user by name or user name, from the beginning, or the name of a program."""

    name, arg_name = _l("begins with"), "sw"

    def apply(self, query: Any, value: Any) -> Any:
        return query.filter(who_criterion(str(value)))


class FieldFilter(BaseFilter):  # type: ignore[misc]
    """A field by its label in the reader's language, from the beginning, or by the name of its column."""

    name, arg_name = _l("begins with"), "sw"

    def apply(self, query: Any, value: Any) -> Any:
        text = str(value).strip().casefold()
        names = {text, f"{text}_id"}
        for view in record_pages().values():
            names |= {column for column in view.datamodel.get_columns_list() if not view.datamodel.is_relation(column)
                      and text and field_label(view, column).casefold().startswith(text)}
        return query.filter(AuditEntry.field.in_(sorted(names)))


class CauseFilter(BaseFilter):  # type: ignore[misc]
    """A cause by its beginning: all runs of a job, all changes of a rule."""

    name, arg_name = _l("begins with"), "sw"

    def apply(self, query: Any, value: Any) -> Any:
        text = str(value).strip()
        if not text:
            return query.filter(false())
        # The range is what the index serves; LIKE is exact, whatever the database takes for equal when it sorts.
        query = query.filter(AuditEntry.cause >= text, AuditEntry.cause.startswith(text, autoescape=True))
        return query.filter(AuditEntry.cause < text[:-1] + chr(ord(text[-1]) + 1)) if text[-1].isascii() else query


def find(_model: type[Any], text: str) -> Any:
    """Return the criterion of the search box: who, an address, a request."""
    return or_(who_criterion(text), AuditEntry.ip == text, AuditEntry.request_id == text)


register_search(AuditEntry, find)


class AuditSearch(OffersChoices):
    """Mixed into the page and the resource of the audit log."""

    choice_columns = {"record_type": KindChoices(), "action": FixedChoices(ACTIONS), "via": FixedChoices(VIA)}

    def compare_codes(self, filters: DeskFilters) -> None:
        super().compare_codes(filters)
        for name in ("record_type", "action", "via"):
            filters.only(name, [kind for kind in code_filters() if kind.arg_name in ("eq", "in")])
        filters.only("record_id", [EqualFilter])
        filters.only("actor_label", [WhoFilter])
        filters.only("field", [FieldFilter])
        filters.only("cause", [CauseFilter])
        for name in ("ip", "request_id"):
            filters.only(name, [FilterEqual, OneOfFilter])
