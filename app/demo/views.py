"""The page of the demo data: what there is, bringing it in, removing it."""

import secrets
from typing import Any, ClassVar

from flask import flash, redirect, request

from app.addon_system.registry import current_registry
from app.demo.permissions import DEMO_READ, DEMO_WRITE
from app.demo.services import Outcome, demo_service
from app.records.demo.surveying import CHANGED, USED
from app.sdk.actor import current_actor
from app.sdk.errors import Conflict
from app.sdk.i18n import _, _l
from app.sdk.menu import MenuItem
from app.web.page import Page, expose, has_access
from app.web.words import subject_text

WORD = "demo"
WHY = {CHANGED: _l("was changed or written about"), USED: _l("is needed by real records")}


def new_password() -> str:
    """Return a password that nobody guesses and that the strictest rules take."""
    return f"{secrets.token_urlsafe(9)}-7aZ"


def told(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Return (type, number) of the records that people know by name, then of all other rows."""
    known = current_registry().permissions
    named = [(subject_text(kind), number) for kind, number in counts.items() if f"{kind}.read" in known]
    rest = sum(counts.values()) - sum(number for _kind, number in named)
    return [*sorted(named, key=lambda pair: -pair[1]), *([(_("What belongs to them"), rest)] if rest else [])]


class DemoView(Page):  # type: ignore[misc]
    """The page at /demo-data/."""

    route_base = "/demo-data"
    default_view = "index"
    class_permission_name = "demo"
    method_permission_name: ClassVar[dict[str, str]] = {"index": "read", "bring": "write", "remove": "write"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show what there is, and what a removal would leave."""
        return self._page()

    @expose("/bring", methods=["POST"])
    @has_access
    def bring(self) -> Any:
        """Bring in what is missing; the accounts are shown once."""
        password = new_password()
        try:
            accounts = demo_service.bring(current_actor(), password)
        except Conflict as refusal:
            return self._page(refused=refusal.message), 409
        return self._page(accounts=accounts, password=password)

    @expose("/remove", methods=["POST"])
    @has_access
    def remove(self) -> Any:
        """Remove it all, once the word is typed."""
        if request.form.get("typed", "").strip() != WORD:
            return self._page(wrong=_("Type the name “%(name)s” to confirm.", name=WORD)), 422
        try:
            done = demo_service.remove(current_actor(), with_changed=bool(request.form.get("with_changed")))
        except Conflict as refusal:
            return self._page(refused=refusal.message), 409
        flash(_("The demo data are removed."), "success")
        return self._page(done=done) if done.staying else redirect(f"{self.route_base}/")

    def _page(self, **more: Any) -> Any:
        actor = current_actor()
        state = demo_service.state(actor)
        outcome = demo_service.plan(actor) if state.brought else Outcome()
        given = {"accounts": (), "password": "", "refused": "", "wrong": "", "done": None, **more}
        return self.render_template(
            "desk/demo.html", title=_("Demo data"), state=state, counts=told(state.counts), plan=outcome, why=WHY,
            type_text=subject_text, may_write=actor.can(DEMO_WRITE), word=WORD, **given)


VIEWS = [DemoView]
MENU = [MenuItem("administration.demo", _l("Demo data"), view=DemoView, parent="administration", permission=DEMO_READ,
                 sequence=95, icon="test-pipe")]
