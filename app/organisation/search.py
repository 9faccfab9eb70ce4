"""How people are found while they are on the phone."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from app.db import field_rights, session
from app.organisation.permissions import PERSON_SEE_PERSONAL_DATA
from app.organisation.search_words import MARK, phone_forms, search_text
from app.records.search import ASKED_AGAIN
from app.sdk.actor import current_actor

# The fields of a person whose words are searched, in the order of their weight.
FOUND_BY = ("name", "phone", "email", "employee_number")


def find_people(model: type[Any], text: str) -> ColumnElement[bool]:
    """Return the people each of the typed words belongs to: name, pinyin, initials, phone, e-mail, number.

    By their employee number and by private phones and addresses only those find them who may see these.
    """
    text = text.replace(MARK, " ")
    words = and_(*(_begins(model, word) for word in text.casefold().split()[:6]))
    # A phone number is found however its digits are grouped, with or without the codes of country and trunk.
    numbers = phone_forms(text.strip().casefold())
    found = or_(words, *(_begins(model, number) for number in numbers))
    names = field_rights.shown(model, FOUND_BY)
    # The words of what is personal bear a mark by themselves.
    marked = set() if current_actor().can(PERSON_SEE_PERSONAL_DATA) else {"employee_number"}
    if set(FOUND_BY) - marked <= set(names):
        return found
    return model.id.in_(_by_what_is_shown(model, found, names, text, numbers))  # type: ignore[no-any-return]


def _by_what_is_shown(model: type[Any], found: ColumnElement[bool], names: list[str], text: str,
                      numbers: list[str]) -> list[int]:
    # The words do not say of which field they are: whom they find is asked again by the fields that the reader sees.
    # Further numbers and addresses count as hidden where the first ones are.
    columns = [getattr(model, name) for name in names]
    rows = session().execute(select(model.id, *columns).where(found).order_by(model.id.desc()).limit(ASKED_AGAIN)).all()
    shown = [(row[0], search_text(*map(_text, row[1:]))) for row in rows]
    asked = [text.casefold().split()[:6], *([number] for number in numbers)]
    return [key for key, stored in shown if any(all(_is_in(stored, word) for word in words) for words in asked)]


def _text(value: Any) -> str | None:
    return str(value) if value is not None else None


def _is_in(stored: str, word: str) -> bool:
    return word in stored if not word.isascii() else f" {word}" in f" {stored}"


def _begins(model: type[Any], word: str) -> ColumnElement[bool]:
    # Chinese is written without spaces: a given name alone is found within the word.
    if not word.isascii():
        return model.search_text.contains(word, autoescape=True)  # type: ignore[no-any-return]
    found = or_(model.search_text.startswith(word, autoescape=True),
                model.search_text.contains(f" {word}", autoescape=True))
    if current_actor().can(PERSON_SEE_PERSONAL_DATA):
        found = or_(found, model.search_text.contains(f"{MARK}{word}", autoescape=True))
    return found
