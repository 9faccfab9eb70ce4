"""The page of the addons: cards, a plan before each action, and how far an action is.

An action waits until every process serves the new set, this one included, so it cannot run inside a request: the
request writes it down, a process of its own does it, and the page asks every second until it is done.
"""

from typing import Any, ClassVar

from flask import current_app, make_response, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.addon_system import cards, installed, journal, lifecycle
from app.addon_system import plan as plans
from app.addon_system.addon_page import details
from app.addon_system.card_filters import Wanted, choices, narrow
from app.addon_system.impact import Part, impact
from app.addon_system.installed import FAULTY, Installed
from app.addon_system.permissions import ADDON_READ, ADDON_WRITE
from app.db import session
from app.records.permissions import AUDIT_READ
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, NotFound
from app.sdk.i18n import _, _l
from app.sdk.menu import MenuItem
from app.web.page import Page, expose, has_access


class AppsView(Page):  # type: ignore[misc]
    """/apps/"""

    route_base = "/apps"
    default_view = "index"
    class_permission_name = "addon"
    method_permission_name: ClassVar[dict[str, str]] = {
        "index": "read", "show": "read", "progress": "read", "state": "read", "plan": "write", "act": "write",
        "carry_on": "write",
    }

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show the addons that fit what is looked for."""
        shown = cards.cards(*_read())
        wanted = Wanted(request.args.get("q", "").strip()[:100], request.args.get("category", ""),
                        request.args.get("state", ""))
        states, categories = choices(shown, wanted)
        return self.render_template(
            "desk/apps/index.html", title=_("Apps"), cards=narrow(shown, wanted), wanted=wanted, states=states,
            categories=categories, labels=cards.ACTION_LABELS, may_write=current_actor().can(ADDON_WRITE),
            faulty=[card for card in shown if card.state == FAULTY], is_safe=bool(_app().config.get("SAFE_MODE")),
            recent=journal.recent(session().connection(), limit=8), outcomes=OUTCOMES,
        )

    @expose("/<name>", methods=["GET"])
    @has_access
    def show(self, name: str) -> Any:
        """Show all that is known of an addon."""
        connection, found = _read()
        shown = {card.name: card for card in cards.cards(connection, found)}
        if name not in shown:
            raise NotFound
        return self.render_template(
            "desk/apps/addon.html", title=shown[name].label, card=shown[name], cards=shown, exits=EXITS,
            details=details(connection, _app(), found, shown[name]), labels=cards.ACTION_LABELS, outcomes=OUTCOMES,
            may_write=current_actor().can(ADDON_WRITE), may_audit=current_actor().can(AUDIT_READ),
            is_safe=bool(_app().config.get("SAFE_MODE")),
        )

    @expose("/<name>/<action>", methods=["GET"])
    @has_access
    def plan(self, name: str, action: str) -> Any:
        """Show what an action would do, before anybody does it."""
        return self._plan_page(name, action)

    @expose("/<name>/<action>", methods=["POST"])
    @has_access
    def act(self, name: str, action: str) -> Any:
        """Have an action done; erasing wants the name typed."""
        if action == plans.ERASE and request.form.get("typed", "").strip() != name:
            return self._plan_page(name, action, wrong=_("Type the name “%(name)s” to confirm.", name=name)), 422
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
        return self.render_template("desk/apps/progress.html", title=_("Apps"), row=row, labels=cards.ACTION_LABELS,
                                    step_labels=STEP_LABELS[row["action"]],
                                    is_abandoned=journal.is_abandoned(row))

    @expose("/progress/<int:journal_id>/state")
    @has_access
    def state(self, journal_id: int) -> Response:
        """Return the part of that page that changes; once the action is over, the page is read anew."""
        row = self._row(journal_id)
        answer = make_response(self.render_template(
            "desk/apps/state.html", row=row, step_labels=STEP_LABELS[row["action"]],
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

    def _plan_page(self, name: str, action: str, refused: str = "", wrong: str = "") -> Any:
        parts: list[Part] = []
        try:
            if action not in cards.ACTION_LABELS:
                raise NotFound
            parts = impact(session().connection(), _app(), lifecycle.plan(name, action))
        except BusinessError as refusal:
            if refusal.http_status != 409:
                raise
            refused = refused or refusal.message
        shown = {card.name: card for card in cards.cards(*_read())}
        return self.render_template(
            "desk/apps/plan.html", title=cards.ACTION_LABELS[action], parts=parts, card=shown[name], wrong=wrong,
            action=action, refused=refused, is_typed=action == plans.ERASE,
        )

    @staticmethod
    def _row(journal_id: int) -> dict[str, Any]:
        row = journal.get(session().connection(), journal_id)
        if row is None:
            raise NotFound
        return row


def _read() -> tuple[Connection, Installed]:
    connection = session().connection()
    return connection, installed.read(connection, _app())


def _app() -> Any:
    return current_app._get_current_object()  # type: ignore[attr-defined]


EXITS = (plans.DEACTIVATE, plans.UNINSTALL, plans.ERASE)
OUTCOMES = {
    journal.WAITING: (_l("Waiting"), "blue"), journal.RUNNING: (_l("Running"), "blue"),
    journal.DONE: (_l("Done"), "green"), journal.UNDONE: (_l("Undone"), "yellow"),
    journal.FAILED: (_l("Failed"), "red"),
}
_ADDING = [_l("Make the tables"), _l("Bring in rights and data, switch on"), _l("All processes take it up")]
_OFF = [_l("Switch off"), _l("All processes let it go")]
_REMOVING = [*_OFF, _l("Archive the data and verify the archive"), _l("Drop the tables")]
STEP_LABELS = {
    plans.INSTALL: [*_ADDING, _l("Bring its demo data where the desk has some")], plans.ACTIVATE: _ADDING,
    plans.UPGRADE: [*_ADDING, _l("Take away what is old")],
    plans.DEACTIVATE: _OFF, plans.UNINSTALL: _REMOVING, plans.ERASE: _REMOVING,
}
VIEWS = [AppsView]
MENU = [MenuItem("administration.apps", _l("Apps"), view=AppsView, parent="administration", permission=ADDON_READ,
                 sequence=90, icon="apps")]
