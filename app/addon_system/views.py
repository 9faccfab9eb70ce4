"""The page of the addons: cards, a plan before each action, and how far an action is.

An action waits until every process serves the new set, this one included, so it cannot run inside a request: the
request writes it down, a process of its own does it, and the page asks every second until it is done.
"""

from typing import Any, ClassVar

from flask import current_app, make_response, redirect, request
from werkzeug.wrappers import Response

from app.addon_system import cards, journal, lifecycle
from app.addon_system import plan as plans
from app.addon_system.permissions import ADDON_READ, ADDON_WRITE
from app.db import session
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, NotFound
from app.sdk.i18n import _, _l
from app.sdk.menu import MenuItem
from app.web.page import Page, expose, has_access

TYPED = frozenset({plans.UNINSTALL, plans.ERASE})


class AppsView(Page):  # type: ignore[misc]
    """/apps/"""

    route_base = "/apps"
    default_view = "index"
    class_permission_name = "addon"
    method_permission_name: ClassVar[dict[str, str]] = {
        "index": "read", "progress": "read", "state": "read", "plan": "write", "act": "write",
        "carry_on": "write",
    }

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show all addons."""
        connection = session().connection()
        shown = cards.cards(connection, _app())
        return self.render_template(
            "desk/apps.html", title=_("Apps"), cards=shown, labels=cards.ACTION_LABELS,
            may_write=current_actor().can(ADDON_WRITE), recent=journal.recent(connection),
        )

    @expose("/<name>/<action>", methods=["GET"])
    @has_access
    def plan(self, name: str, action: str) -> Any:
        """Show what an action would do, before anybody does it."""
        return self._plan_page(name, action)

    @expose("/<name>/<action>", methods=["POST"])
    @has_access
    def act(self, name: str, action: str) -> Any:
        """Have an action done."""
        if action == plans.UNINSTALL and request.form.get("is_erased"):
            action = plans.ERASE
        if action in TYPED and request.form.get("typed", "").strip() != name:
            return self._plan_page(name, action, _("Type the name “%(name)s” to confirm.", name=name)), 422
        try:
            journal_id = lifecycle.request(session(), name, action)
        except BusinessError as refusal:
            if refusal.http_status != 409:
                raise
            return self._plan_page(name, action, refusal.message), 409
        return redirect(f"{self.route_base}/progress/{journal_id}")

    @expose("/progress/<int:journal_id>")
    @has_access
    def progress(self, journal_id: int) -> Any:
        """Show how far an action is."""
        row = self._row(journal_id)
        return self.render_template("desk/apps_progress.html", title=_("Apps"), row=row, labels=cards.ACTION_LABELS,
                                    step_labels=STEP_LABELS[row["action"]],
                                    is_abandoned=journal.is_abandoned(row))

    @expose("/progress/<int:journal_id>/state")
    @has_access
    def state(self, journal_id: int) -> Response:
        """Return the part of that page that changes; once the action is over, the page is read anew."""
        row = self._row(journal_id)
        answer = make_response(self.render_template(
            "desk/apps_state.html", row=row, step_labels=STEP_LABELS[row["action"]],
            is_abandoned=journal.is_abandoned(row),
        ))
        if row["state"] not in journal.NOT_OVER:
            # The menu and the words may be other ones now.
            answer.headers["HX-Refresh"] = "true"
        return answer

    @expose("/progress/<int:journal_id>", methods=["POST"])
    @has_access
    def carry_on(self, journal_id: int) -> Any:
        """Have an action finished whose process is gone."""
        if journal.is_abandoned(self._row(journal_id)):
            lifecycle.carry_on(journal_id)
        return redirect(f"{self.route_base}/progress/{journal_id}")

    def _plan_page(self, name: str, action: str, refused: str = "") -> Any:
        made = None
        try:
            if action not in cards.ACTION_LABELS:
                raise NotFound
            made = lifecycle.plan(name, action)
        except BusinessError as refusal:
            if refusal.http_status != 409:
                raise
            refused = refused or refusal.message
        shown = {card.name: card for card in cards.cards(session().connection(), _app())}
        return self.render_template(
            "desk/apps_plan.html", title=cards.ACTION_LABELS[action], plan=made, card=shown[name], cards=shown,
            action=action, refused=refused, is_typed=action in TYPED, labels=cards.ACTION_LABELS,
        )

    @staticmethod
    def _row(journal_id: int) -> dict[str, Any]:
        row = journal.get(session().connection(), journal_id)
        if row is None:
            raise NotFound
        return row


def _app() -> Any:
    return current_app._get_current_object()  # type: ignore[attr-defined]


_ADDING = [_l("Make the tables"), _l("Bring in rights and data, switch on"), _l("All processes take it up")]
_OFF = [_l("Switch off"), _l("All processes let it go")]
_REMOVING = [*_OFF, _l("Archive the data and verify the archive"), _l("Drop the tables")]
STEP_LABELS = {
    plans.INSTALL: _ADDING, plans.ACTIVATE: _ADDING, plans.UPGRADE: [*_ADDING, _l("Take away what is old")],
    plans.DEACTIVATE: _OFF, plans.UNINSTALL: _REMOVING, plans.ERASE: _REMOVING,
}
VIEWS = [AppsView]
MENU = [MenuItem("administration.apps", _l("Apps"), view=AppsView, parent="administration", permission=ADDON_READ,
                 sequence=90, icon="apps")]
