"""The page of the system's state."""

from typing import Any, ClassVar

from app.sdk.actor import current_actor
from app.sdk.i18n import _, _l
from app.sdk.menu import MenuItem
from app.seeing import lines
from app.seeing.permissions import SYSTEM_READ
from app.seeing.services import system_service
from app.web.page import Page, expose, has_access

KINDS = {"web": _l("Web"), "worker": _l("Jobs"), "scheduler": _l("Schedules"), "command": _l("Command")}
STATES = {"enabled": _l("Switched on"), "disabled": _l("Switched off"), "uninstalled": _l("Not installed"),
          "faulty": _l("Faulty")}
COLOURS = {lines.GOOD: "green", lines.DOUBTFUL: "orange", lines.BAD: "red"}
# Seconds after which a schedule or a message has waited for too long, and days after which a backup is old.
LATE = 300


class SystemView(Page):  # type: ignore[misc]
    """The page at /system/."""

    route_base = "/system"
    default_view = "index"
    class_permission_name = "system_state"
    method_permission_name: ClassVar[dict[str, str]] = {"index": "read"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show it."""
        actor = current_actor()
        state = system_service.state(actor)
        waiting = sum(one.number for one in state.now.queue.values())
        oldest = max((one.seconds for one in state.now.queue.values()), default=0.0)
        return self.render_template(
            "desk/system.html", title=_("System state"), state=state, kinds=KINDS, states=STATES, colours=COLOURS,
            lines=lines.told(actor), waiting=waiting, oldest=max(0, int(oldest)), late=LATE)


VIEWS = [SystemView]
MENU = [MenuItem("administration.system", _l("System state"), view=SystemView, parent="administration",
                 permission=SYSTEM_READ, sequence=78, icon="heartbeat")]
