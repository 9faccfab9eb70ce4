"""How people are found while they are on the phone."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from app.organisation.permissions import PERSON_SEE_PERSONAL_DATA
from app.organisation.search_words import MARK, phone_words
from app.sdk.actor import current_actor

# The digits of a number without its country's code.
MOBILE = 11


def find_people(model: type[Any], text: str) -> ColumnElement[bool]:
    """Return the people each of the typed words belongs to: name, pinyin, initials, phone, e-mail, number.

    By their employee number and by private phones and addresses only those find them who may see these.
    """
    text = text.replace(MARK, " ")
    words = and_(*(_begins(model, word) for word in text.casefold().split()[:6]))
    # A phone number is found however its digits are grouped, with or without the country's code.
    numbers = [number for place, number in enumerate(phone_words(text.strip())) if place == 0 or len(number) == MOBILE]
    return or_(words, *(_begins(model, number) for number in numbers))


def _begins(model: type[Any], word: str) -> ColumnElement[bool]:
    # Chinese is written without spaces: a given name alone is found within the word.
    if not word.isascii():
        return model.search_text.contains(word, autoescape=True)  # type: ignore[no-any-return]
    found = or_(model.search_text.startswith(word, autoescape=True),
                model.search_text.contains(f" {word}", autoescape=True))
    if current_actor().can(PERSON_SEE_PERSONAL_DATA):
        found = or_(found, model.search_text.contains(f"{MARK}{word}", autoescape=True))
    return found
