"""Where the command palette asks."""

from typing import Any

from flask import jsonify, request
from flask_appbuilder.baseviews import BaseView, expose

from app.sdk.actor import current_actor
from app.security.views.own import logged_in
from app.web.palette import look_up


class PaletteView(BaseView):  # type: ignore[misc]
    """/palette/: open to everybody who is logged in; each line asks for its own right."""

    route_base = "/palette"
    default_view = "index"

    @expose("/")
    @logged_in
    def index(self) -> Any:
        """Answer what fits the typed text, as groups of lines."""
        return jsonify(groups=look_up(current_actor(), request.args.get("q", "")))


VIEWS = [PaletteView]
