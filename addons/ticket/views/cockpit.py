"""The cockpit: how the desk stands, for whoever leads it, also on a screen on the wall."""

from typing import Any, ClassVar

from flask import request

from app.sdk.actor import current_actor
from app.sdk.i18n import _
from app.web import tiles
from app.web.page import Page, expose, has_access

# Tiles that say `board="cockpit"` stand here; each comes and is renewed by a request of its own.
BOARD = "cockpit"


class CockpitView(Page):  # type: ignore[misc]
    """Every tile is declared by the addon that knows its numbers."""

    route_base = "/ticket/cockpit"
    default_view = "index"
    class_permission_name = "cockpit"
    method_permission_name: ClassVar[dict[str, str]] = {"index": "read"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show the tiles; `?wall=1` for a screen that nobody sits at."""
        return self.render_template("ticket/cockpit.html", title=_("Desk cockpit"), is_wall="wall" in request.args,
                                    shown=tiles.of_board(current_actor(), BOARD), base=f"{self.route_base}/")
