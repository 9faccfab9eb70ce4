"""The start page."""

from typing import Any

from flask import redirect
from flask_appbuilder.baseviews import BaseView, expose
from flask_login import current_user

from app.db import session
from app.sdk.actor import current_actor
from app.security import setup
from app.security.preferences import preference
from app.security.views.own import logged_in
from app.web import chrome, slots


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

    @expose("/start")
    @logged_in
    def start(self) -> Any:
        """Lead to the page at which the reader begins: their own choice, as long as they may open it."""
        chosen = preference(chrome.START)
        places = {key: url for key, _label, url in chrome.start_places()} if chosen else {}
        return redirect(places.get(chosen, "/"))
