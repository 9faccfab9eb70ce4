"""Canned replies as the composer offers them: filled from the record, in the language of whoever reads the answer."""

from typing import Any

from sqlalchemy import select

from app.db import session, system_scope
from app.organisation.models import Person
from app.records import canned_replies
from app.records.pinyin import search_words
from app.sdk.actor import Actor
from app.sdk.i18n import LANGUAGES, bilingual, language
from app.security.models import UserPreference


def offers(item: Any, actor: Actor, *, is_public: bool) -> list[dict[str, Any]]:
    """Return what the picker shows: each reply's name, its text for this record, and the words it is found by."""
    found = canned_replies.offered(session(), actor, is_public=is_public)
    # A note is for colleagues: it is written in the language of whoever writes it.
    spoken = (language_of(getattr(item, "caller_id", None)) if is_public else None) or language()
    values = places(item, actor, spoken)
    return [{"id": reply.id, "name": str(reply), "text": canned_replies.filled(_in(reply.text, spoken), values),
             "words": search_words(reply.name)} for reply in found]


def language_of(person_id: int | None) -> str | None:
    """Return the language that a person has chosen at their log-in, or None."""
    if person_id is None:
        return None
    statement = select(UserPreference.language).join(Person, Person.user_id == UserPreference.user_id)
    with system_scope():
        found = session().execute(statement.where(Person.id == person_id)).scalar()
    return found if found in LANGUAGES else None


def places(item: Any, actor: Actor, spoken: str) -> dict[str, str]:
    """Return what stands for each placeholder, as far as the record knows it and the actor may see it."""
    given = {"caller": "caller", "group": "group", "service": "service", "company": "company"}
    values = {place: _name(getattr(item, attribute, None), spoken) for place, attribute in given.items()}
    return {**values, "number": str(getattr(item, "number", "") or ""),
            "title": str(getattr(item, "title", "") or ""), "agent": actor.label}


def _name(related: Any, spoken: str) -> str:
    name = getattr(related, "name", "") if related is not None else ""
    return _in(name, spoken) if isinstance(name, dict) else str(name or "")


def _in(label: dict[str, str], spoken: str) -> str:
    return str(label.get(spoken) or bilingual(label))
