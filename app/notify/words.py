"""What notices and mails say, filled with what they were given; and why a mail was not sent, in words."""

from collections.abc import Mapping
from typing import Any

from app.sdk.i18n import LazyString, _, _l, bilingual

REASONS: Mapping[str, LazyString] = {
    "gone": _l("The recipient or the record is gone."), "hidden": _l("The recipient may not see the record."),
    "kind": _l("The addon that told of it is switched off."), "address": _l("This is no e-mail address."),
    "no_server": _l("There is no mail server, or it rests after a failure."),
}


class Said(dict[str, str]):
    """Parameters of a message; what nobody gave is left out."""

    def __missing__(self, _name: str) -> str:
        return ""


def sentence(message: str, actor_label: str, params: Mapping[str, Any] | None) -> str:
    """Return a kind's message, filled, in the language that holds now."""
    said = Said(actor=actor_name(actor_label))
    said.update({name: bilingual(value) if isinstance(value, dict) else str(value)
                 for name, value in (params or {}).items() if value is not None})
    return message % said


def actor_name(label: str) -> str:
    """Return who did something: people by their name, the system in words."""
    return {"system": _("System"), "import": _("Import"), "anonymous": _("Nobody logged in")}.get(label, label)


def reason_text(error: str | None) -> str:
    """Return why a mail was not sent: our own reasons in words, the server's as it gave them."""
    return str(REASONS.get(error or "", error or ""))
