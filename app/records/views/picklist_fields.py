"""Form fields of lists of values: names with plain values, and under which values of another list one is offered."""

import json
from typing import Any

from sqlalchemy import select
from wtforms import TextAreaField

from app.db import session
from app.records.lists import listed, lists
from app.records.picklists import PicklistOffer, PicklistValue
from app.sdk.i18n import _
from app.web.fields import RemoteSelectMultipleField
from app.web.interface import Interface
from app.web.list_options import options_of_list

_PLAIN = {"true": True, "false": False}


class PairsField(TextAreaField):  # type: ignore[misc]
    """Lines of `name = value`; true, false and numbers are what they look like."""

    def process_data(self, value: Any) -> None:
        self.data = dict(value) if value else None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(f"{name} = {_text(value)}" for name, value in (self.data or {}).items())

    def process_formdata(self, valuelist: list[str]) -> None:
        found: dict[str, Any] = {}
        for line in (valuelist[0] if valuelist else "").splitlines():
            name, sign, text = line.partition("=")
            if not line.strip():
                continue
            if not sign or not name.strip():
                raise ValueError(_("Write each line as name = value."))
            found[name.strip()] = _plain(text.strip())
        self.data = found or None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _plain(text: str) -> Any:
    if text in _PLAIN:
        return _PLAIN[text]
    try:
        number = json.loads(text)
    except ValueError:
        return text
    return number if isinstance(number, int | float) and not isinstance(number, bool) else text


def under_field(label: Any) -> Any:
    """Return the field for the values of the other list."""
    return RemoteSelectMultipleField(label, [], Interface(PicklistValue))


def under_of(value: Any) -> list[int]:
    """Return the values under which one is offered."""
    offers = select(PicklistOffer.under_id).where(PicklistOffer.value_id == value.id).order_by(PicklistOffer.id)
    return list(session().execute(offers).scalars())


def under_options(picklist_id: int | None, text: str = "") -> list[tuple[int, str]] | None:
    """Return the values of the list that a list depends on which match a text; None where it depends on none."""
    info = next((one for one in lists(session()).values() if one.id == picklist_id), None)
    if info is None or info.depends_on is None:
        return None
    return options_of_list(info.depends_on, text, values=listed(session(), info.depends_on)[info.depends_on])
