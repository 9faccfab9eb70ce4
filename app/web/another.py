"""A form that asks for one other record: what this one is linked with, or goes on in."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from wtforms.validators import InputRequired

from app.sdk.i18n import LazyString, _l
from app.web.fields import RemoteSelectField
from app.web.form_words import DeskForm
from app.web.interface import Interface

# The records that the other one is looked for, and how many of them an address holds.
BESIDE, MOST = "beside", 50


def another_form(view: Any, field: str, label: LazyString | str, beside: Iterable[int] = ()) -> DeskForm:
    """Return the form; the view offers what may be chosen as `options/<field>`, of a class in its `option_sources`.

    `beside` are the ids of the records that are looked at: what is offered fits them.
    """
    asked = RemoteSelectField(label, [InputRequired(_l("This field is required."))],
                              Interface(view.option_sources[field]))
    made: DeskForm = type("AnotherForm", (DeskForm,), {field: asked})()
    asked_for = urlencode([(BESIDE, key) for key in [*beside][:MOST]])
    made[field].options_url = f"{view.route_base}/options/{field}{'?' if asked_for else ''}{asked_for}"
    return made
