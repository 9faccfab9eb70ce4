"""The texts of mails: shipped as data, changed by an administrator, checked before they are kept.

    <unit>/templates/mails.yaml:   <kind>: {en: {subject: …, body: …}, zh: {subject: …, body: …}}

A text is plain, with placeholders: {{ name }}, and {% if name %} … {% endif %}. Nothing else of Jinja is allowed, so
that no text can reach beyond its placeholders or run without end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from sqlalchemy import select

from app.addon_system.registry import current_registry
from app.db import session
from app.notify.models import MailTemplate
from app.sdk.errors import InvalidField
from app.sdk.i18n import LazyString, _, _l
from app.sdk.notices import MailFacts, NoticeKind

FILE = "templates/mails.yaml"
# For kinds without a text of their own; and the only one for what is confidential.
GENERAL, CONFIDENTIAL = "platform.notice", "platform.confidential"
TEST = NoticeKind("platform.test", _l("Test mail"), _l("This is a test: mails of the desk reach you."), "send")
LONGEST_SUBJECT, LONGEST_BODY = 200, 8000
COMMON: Mapping[str, LazyString] = {
    "name": _l("Name of the recipient"), "actor": _l("Who did it"), "message": _l("What happened, in one sentence"),
    "desk": _l("Name of the desk"),
}
ONLY_NUMBER: Mapping[str, LazyString] = {
    "name": COMMON["name"], "number": _l("Number of the record"), "desk": COMMON["desk"],
}
_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not, nodes.And, nodes.Or)
_environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, trim_blocks=True,
                                             lstrip_blocks=True)


@dataclass(frozen=True, slots=True)
class MailText:
    """Subject and body of one kind in one language; `is_changed` where it is not as shipped."""

    subject: str
    body: str
    is_changed: bool = False


def shipped(kind: str, language: str) -> MailText:
    """Return the text as it is shipped; the general one where the kind has none."""
    folders = tuple(unit.folder for unit in current_registry().units)
    found = _read(folders)
    return found.get((kind, language)) or found[(GENERAL, language)]


@lru_cache(maxsize=8)
def _read(folders: tuple[Path, ...]) -> dict[tuple[str, str], MailText]:
    found: dict[tuple[str, str], MailText] = {}
    for folder in folders:
        path = folder / FILE
        given = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
        for kind, languages in given.items():
            for language, text in languages.items():
                found[(kind, language)] = MailText(text["subject"].strip(), text["body"].strip())
    return found


def stored(kind: str, language: str) -> MailTemplate | None:
    """Return what an administrator made of a text, or None."""
    statement = select(MailTemplate).where(MailTemplate.kind == kind, MailTemplate.language == language)
    return session().execute(statement).scalar_one_or_none()


def text_for(kind: str, language: str) -> MailText:
    """Return the text that holds. A kind without any text of its own follows the general one, as it is now."""
    row = stored(kind, language)
    if row is not None:
        return MailText(row.subject, row.body, is_changed=True)
    folders = tuple(unit.folder for unit in current_registry().units)
    own = _read(folders).get((kind, language))
    if own is None and kind != GENERAL:
        return text_for(GENERAL, language)
    return own or shipped(GENERAL, language)


def declared() -> list[NoticeKind]:
    """Return every kind of notice of the loaded units, and the test mail."""
    return [*current_registry().notices, TEST]


def kinds_with_texts() -> dict[str, LazyString | str]:
    """Return {key: label} of everything that has a text."""
    kinds: dict[str, NoticeKind] = {kind.key: kind for kind in current_registry().notices}
    return {GENERAL: _l("Any kind without a text of its own"), CONFIDENTIAL: _l("Whatever is confidential"),
            **{key: kind.label for key, kind in kinds.items()}}


def facts_for(kind: str) -> list[MailFacts]:
    """Return who may tell of the records that a kind is about."""
    return [facts for facts in current_registry().mail_facts if kind.startswith(facts.kinds)]


def all_facts() -> list[MailFacts]:
    """Return everybody who tells of records."""
    return list(current_registry().mail_facts)


def changed() -> set[tuple[str, str]]:
    """Return (kind, language) of every text that is not as shipped."""
    return {(row[0], row[1]) for row in session().execute(select(MailTemplate.kind, MailTemplate.language))}


def placeholders(kind: str) -> dict[str, LazyString | str]:
    """Return the placeholders that a text may use, each with its meaning."""
    if kind == CONFIDENTIAL:
        return dict(ONLY_NUMBER)
    found: dict[str, LazyString | str] = dict(COMMON)
    for facts in facts_for(kind):
        found.update(facts.placeholders)
    return found


def check(kind: str, field: str, text: str) -> None:
    """Raise InvalidField where a text cannot be: wrongly written, or with what is no placeholder."""
    known = placeholders(kind)
    try:
        tree = _environment.parse(text)
    except TemplateError as error:
        line = getattr(error, "lineno", 1)
        raise InvalidField(field, _("Line %(line)s is not written rightly: %(error)s", line=line,
                                    error=str(error)[:200])) from None
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            raise InvalidField(field, _("Line %(line)s: only placeholders and “if” may stand between brackets.",
                                        line=node.lineno))
        if isinstance(node, nodes.Name) and node.name not in known:
            raise InvalidField(field, _("There is no placeholder “%(name)s”. Known are: %(known)s.",
                                        name=node.name[:60], known=", ".join(sorted(known))))


def filled(text: str, values: Mapping[str, Any]) -> str:
    """Return a checked text with its placeholders filled."""
    return _environment.from_string(text).render(values)
