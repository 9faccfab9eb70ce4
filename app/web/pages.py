"""The start page."""

from typing import Any

from flask import redirect
from flask_appbuilder.baseviews import BaseView, expose
from flask_login import current_user

from app.db import session
from app.sdk.actor import current_actor
from app.security import setup
from app.web import slots


class HomeView(BaseView):  # type: ignore[misc]
    """The index: set-up where there is nobody yet, log-in for a visitor, else one's own page."""

    route_base = ""
    default_view = "index"

    @expose("/")
    def index(self) -> Any:
        """Show the start page."""
        if not current_user.is_authenticated:
            return redirect("/setup" if setup.is_open(session()) else self.appbuilder.get_url_for_login)
        actor = current_actor()
        tiles = [(item.template, item.load(None, actor)) for item in slots.items("home.tiles", actor)]
        return self.render_template("desk/home.html", title=None, tiles=tiles, actor=actor)
