"""What may help whoever fills in a form, while they do: shown beside it by the addons that know something.

    class IncidentView(Hints, RecordView):
        hint_slot, hint_fields = "incident.hints", ("title", "category")

An addon puts a `SlotItem` into that slot. Its `load` is given what stands in the fields, and the reader; it returns
what its template shows, nothing where it has nothing to say.
"""

from collections.abc import Sequence
from typing import Any

from flask import request

from app.sdk.actor import current_actor
from app.web import slots
from app.web.page import expose, has_access, permission_name

LONGEST = 300


class Hints:
    """Mixed into RecordView."""

    hint_slot: str = ""
    hint_fields: Sequence[str] = ()
    route_base: str
    render_template: Any

    @property
    def hints_url(self) -> str:
        """The address of the hints; empty where nobody gives any to the reader."""
        return f"{self.route_base}/hints" if slots.items(self.hint_slot, current_actor()) else ""

    @expose("/hints", methods=["GET"])
    @has_access
    @permission_name("hints")
    def hints(self) -> Any:
        """Show what may help with what is typed so far."""
        actor = current_actor()
        typed = {name: request.args.get(name, "")[:LONGEST].strip() for name in self.hint_fields}
        loaded = slots.loaded(self.hint_slot, actor, typed)
        return self.render_template("desk/hints.html", parts=[(name, data) for name, data in loaded if data])
