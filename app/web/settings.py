"""How the desk presents itself."""

from app.records.settings import setting
from app.sdk.i18n import _l, bilingual
from app.sdk.settings import Setting
from app.web.list_page import SIZES

LOOK, LISTS = _l("How the desk presents itself"), _l("Lists and records")


def desk_name() -> str:
    """Return what the desk is called, in the reader's language."""
    return bilingual(setting("web.desk_name"))


def logo_text() -> str:
    """Return the letters that stand in place of the picture, or nothing."""
    return str(setting("web.logo_text"))


SETTINGS = [
    Setting("web.desk_name", _l("Name of the desk"), {"zh": "天汇服务台", "en": "Tianhui Service Desk"}, dict,
            _l("Stands beside the logo, in the titles of pages and on the log-in page."), LOOK, max_length=40),
    Setting("web.logo_text", _l("Letters in place of the logo"), "",
            help=_l("One or two; leave it empty for the picture."), section=LOOK, max_length=2),
    Setting("web.page_size", _l("Rows of a list"), "25", help=_l("For whoever has not chosen a number of their own."),
            section=LISTS, choices=lambda: {str(size): str(size) for size in SIZES}),
    Setting("web.presence", _l("Show who else looks at a record"), True, bool,
            _l("“Li Ming is viewing” on the page of a ticket, and who is writing."), LISTS),
]
