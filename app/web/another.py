"""A form that asks for one other record: what this one is linked with, or goes on in."""

from typing import Any

from wtforms.validators import InputRequired

from app.sdk.i18n import LazyString, _l
from app.web.fields import RemoteSelectField
from app.web.form_words import DeskForm
from app.web.interface import Interface


def another_form(view: Any, field: str, label: LazyString | str) -> DeskForm:
    """Return the form; the view offers what may be chosen as `options/<field>`, of a class in its `option_sources`."""
    asked = RemoteSelectField(label, [InputRequired(_l("This field is required."))],
                              Interface(view.option_sources[field]))
    made: DeskForm = type("AnotherForm", (DeskForm,), {field: asked})()
    made[field].options_url = f"{view.route_base}/options/{field}"
    return made
