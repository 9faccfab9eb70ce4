"""The one search box of a list or a relation field: number, name or title, by the token index where there is one."""

from typing import Any

from flask_appbuilder.models.filters import BaseFilter
from sqlalchemy import JSON, ColumnElement, String, false, func, or_, type_coerce

from app.db import Label, field_rights
from app.sdk.i18n import LANGUAGES
from app.web.filters import DeskFilters, search_criterion

COLUMNS = ("number", "name", "title", "label", "code", "username", "email", "first_name", "last_name")
MAX_LENGTH = 100
# Longer than this nobody types initials: it is a word.
MAX_INITIALS = 8


class QuickFilter(BaseFilter):  # type: ignore[misc]
    """Rows that have what was typed in one of the columns by which people know them."""

    def apply(self, query: Any, value: str) -> Any:
        return query.filter(criterion(self.model, self.datamodel.list_columns, value))


def criterion(model: type[Any], columns: Any, text: str) -> ColumnElement[bool]:
    """Return the criterion: by the class's own search where it has one, else anywhere in the text.

    Never both: an index serves the one only without the other. What has no search of its own is a small table.
    """
    found = search_criterion(model, text)
    if found is not None:
        return found
    columns = {name: columns[name] for name in field_rights.shown(model, [*COLUMNS, "sort_zh"]) if name in columns}
    named = [name for name in COLUMNS if name in columns and isinstance(columns[name].type, String)]
    tests = [getattr(model, name).icontains(text, autoescape=True) for name in named]
    for name in COLUMNS:
        if name in columns and isinstance(columns[name].type, Label):
            texts = type_coerce(getattr(model, name), JSON)
            tests += [texts[language].as_string().icontains(text, autoescape=True) for language in LANGUAGES]
    if "sort_zh" in columns and not field_rights.is_hidden(model, "name"):
        tests += pinyin_tests(model.sort_zh, text)
    return or_(false(), *tests)


def pinyin_tests(column: Any, text: str) -> list[ColumnElement[bool]]:
    """Return how a stored sort key ("fu2 wu4 tai2") is typed: in full, also in part, or by its initials."""
    letters = text.casefold().replace(" ", "")
    if not letters.isascii() or not letters.isalpha():
        return []
    plain = column
    for tone in "12345 ":
        plain = func.replace(plain, tone, "")
    initials = "".join(f"% {letter}" for letter in letters)
    return [plain.contains(letters, autoescape=True),
            *([(" " + column).like(f"{initials}%")] if len(letters) <= MAX_INITIALS else [])]


def add_quick(filters: DeskFilters, datamodel: Any, text: str) -> None:
    """Switch the search on for one request."""
    text = text.replace("\0", "").strip()[:MAX_LENGTH]
    if text:
        filters.filters.append(QuickFilter("q", datamodel))
        filters.values.append(text)
