"""By which calendar the desk goes, and the years whose holidays it lacks."""

from typing import Any

from app.records import calendar_doubts
from app.records.calendar_reads import calendars
from app.records.permissions import CALENDAR_WRITE
from app.records.settings import setting, setting_service
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.i18n import _l
from app.web.local_dates import reader_zone
from app.web.tiles import Tile
from app.welcome.steps import WelcomeStep

# Above all others where something is missing.
FIRST = 2


def _missing() -> list[calendar_doubts.Missing]:
    return calendar_doubts.missing(clock.now().astimezone(reader_zone()).date())


def load(_actor: Actor) -> dict[str, Any]:
    """Load the calendars that the desk could go by."""
    used = [one for one in calendars().values() if one.is_active]
    return {"calendars": [(one.id, one.code, str(one)) for one in used], "default": setting("calendars.default"),
            "missing": _missing()}


def save(actor: Actor, form: Any) -> None:
    """Keep the calendar that the desk goes by."""
    setting_service.change(actor, {"calendars.default": form.get("calendar")})


def lacking(_actor: Actor) -> dict[str, Any]:
    """Load the years whose holidays somebody should bring in."""
    return {"missing": _missing()}


SLOTS = [
    WelcomeStep("calendar", _l("Working hours"), _l("When the desk works, and on which holidays it does not."),
                "desk/welcome/calendar.html", load, save, 15, "calendar-time", "/records/calendars/list/"),
    Tile("calendars.missing", _l("Holidays to bring in"), "desk/tiles/holidays.html", lacking,
         permission=CALENDAR_WRITE, place=lambda _actor: FIRST if _missing() else None, icon="calendar-event",
         help=_l("Years whose official holidays the calendars lack; from October on the next year.")),
]
