"""The start page, its tiles, and how each user arranges them."""

from typing import Any

import structlog
from flask import abort, flash, redirect, request
from flask_appbuilder.baseviews import BaseView, expose
from flask_babel import get_timezone
from flask_login import current_user
from wtforms import SelectMultipleField

from app.db import session
from app.sdk.actor import current_actor
from app.sdk.i18n import _, _l
from app.security import setup
from app.security.preferences import prefer, preference
from app.security.views.own import logged_in
from app.web import chrome, tiles
from app.web.form_words import DeskForm
from app.web.home_tiles import LINKS
from app.web.recent import remember

log = structlog.get_logger(__name__)


class LinksForm(DeskForm):
    """Which places of the menu are shortcuts."""

    links = SelectMultipleField(_l("Pages"), description=_l("Empty for all pages of the menu."))


class HomeView(BaseView):  # type: ignore[misc]
    """The index: set-up where there is nobody yet, log-in for a visitor, else one's own page."""

    route_base = ""
    default_view = "index"

    @expose("/")
    def index(self) -> Any:
        """Show the start page; its tiles come one by one."""
        if not current_user.is_authenticated:
            return redirect("/setup" if setup.is_open(session()) else self.appbuilder.get_url_for_login)
        shown, others = tiles.arranged(current_actor())
        return self.render_template("desk/home.html", title=None, shown=shown, others=others, zone=str(get_timezone()),
                                    zone_kept=preference(chrome.ZONE_KEPT, ""))

    @expose("/start")
    @logged_in
    def start(self) -> Any:
        """Lead to the page at which the reader begins: their own choice, as long as they may open it."""
        chosen = preference(chrome.START)
        places = {key: url for key, _label, url in chrome.start_places()} if chosen else {}
        return redirect(places.get(chosen, "/"))

    @expose("/tiles/<string:key>")
    @logged_in
    def tile(self, key: str) -> Any:
        """Return what a tile shows. Its fault is shown in its own place, and told in the log."""
        actor = current_actor()
        found = tiles.available(actor, None).get(key)
        if found is None:
            abort(404)
        try:
            with session().begin_nested():
                return self.render_template(found.template, tile=found.load(actor), key=key)
        except Exception:  # one tile's fault must not empty the page
            log.exception("tile_failed", tile=key)
            return self.render_template("desk/tiles/failed.html", key=key)

    @expose("/tiles/arrange", methods=["POST"])
    @logged_in
    def arrange(self) -> Any:
        """Keep the order and the widths of one's tiles, given as `<key>:<width>`."""
        wanted = [one.rpartition(":") for one in request.form.getlist("tile")]
        tiles.arrange(current_actor(), [(key, int(width)) for key, _colon, width in wanted
                                        if width.isascii() and width.isdecimal() and len(width) == 1])
        return ("", 204) if chrome.is_fragment() else redirect("/")

    @expose("/tiles/reset", methods=["POST"])
    @logged_in
    def reset(self) -> Any:
        """Go back to the tiles as they come."""
        tiles.reset()
        flash(_("Your start page is as it came."), "success")
        return redirect("/")

    @expose("/recent/<string:record_type>/<int:record_id>", methods=["POST"])
    @logged_in
    def recent(self, record_type: str, record_id: int) -> Any:
        """Remember that one looks at a record."""
        remember(record_type, record_id)
        return "", 204

    @expose("/shortcuts", methods=["GET", "POST"])
    @logged_in
    def links(self) -> Any:
        """Choose one's shortcuts."""
        form = LinksForm(links=preference(LINKS) or [])
        form.links.choices = [(key, label) for key, label, _url in chrome.start_places()]
        if form.validate_on_submit():
            prefer(LINKS, form.links.data or None)
            return redirect("/")
        body = self.render_template("desk/own_form.html", title=_("My shortcuts"), form=form, names=["links"],
                                    back_url="/")
        return body, 422 if form.errors else 200
