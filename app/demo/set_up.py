"""How the desk is set up for the demo company: its hours, a list with a field of its own."""

from pathlib import Path

from sqlalchemy import select

from app.demo.desk import Desk, content
from app.organisation.services import person_service
from app.records.calendar_services import calendar_service, calendar_week_service
from app.records.calendars import Calendar
from app.records.custom.services import custom_field_service
from app.records.services import picklist_service, picklist_value_service

PATH = Path(__file__).parent / "content" / "set_up.yaml"


def bring_calendars(desk: Desk) -> None:
    """Bring the hours by which groups and customers go; those that the desk ships are used where they are."""
    said = content(PATH)
    present = dict(desk.session.execute(select(Calendar.code, Calendar.id)).all())
    for key, values in said["calendars"].items():
        made = calendar_service.create(desk.actor, {
            "code": values["code"], "name": values["name"], "base": present.get(values["base"])})
        desk.keep(f"calendar.{key}", made)
        calendar_week_service.create(desk.actor, {"calendar": made.id, "hours": values["week"]})
    for code in said["shipped_calendars"]:
        desk.known[f"calendar.{code}"] = present.get(code)


def bring_lists(desk: Desk) -> None:
    """Bring a list and the field of people that offers it, and fill it for some of them."""
    said = content(PATH)
    codes = []
    for key, values in said["picklists"].items():
        made = picklist_service.create(desk.actor, {"code": values["code"], "label": values["label"]})
        desk.keep(f"picklist.{key}", made)
        for place, (code, label) in enumerate(values["values"].items(), start=1):
            picklist_value_service.create(desk.actor, {"picklist": made.id, "code": code, "label": label,
                                                       "sequence": 10 * place})
            codes.append(code)
    for values in said["fields"]:
        picklist = desk.ids("picklist.")[values["picklist"]]
        custom_field_service.create(desk.actor, {**values, "picklist": picklist})
    field = said["fields"][0]["code"]
    for person in list(desk.ids("person.").values())[::3]:
        person_service.update(desk.actor, person, {"custom_fields": {field: desk.random.choice(codes)}})
