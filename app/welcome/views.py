"""The checklist of the set-up, and its steps."""

from typing import Any, ClassVar

from flask import flash, redirect, request

from app.db import session
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError
from app.sdk.i18n import _
from app.web.page import Page, expose, has_access
from app.welcome import steps


class WelcomeView(Page):  # type: ignore[misc]
    """The checklist at /welcome/, open to whoever may change the settings."""

    route_base = "/welcome"
    default_view = "index"
    class_permission_name = "setting"
    method_permission_name: ClassVar[dict[str, str]] = dict.fromkeys(
        ("index", "step", "save", "skip", "dismiss"), "write")

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Show the steps and how far they are."""
        present = steps.states()
        return self.render_template("desk/welcome/index.html", title=_("Set up your desk"), steps=steps.steps(),
                                    states=present, is_over=steps.is_over(), first=steps.next_of(""),
                                    done=sum(state != steps.OPEN for state in present.values()))

    @expose("/<string:key>", methods=["GET"])
    @has_access
    def step(self, key: str) -> Any:
        """Show a step."""
        return self._page(steps.step_of(key))

    @expose("/<string:key>", methods=["POST"])
    @has_access
    def save(self, key: str) -> Any:
        """Keep a step and go on."""
        step, actor, shown = steps.step_of(key), current_actor(), None
        try:
            with session().begin_nested():
                if step.save is not None:
                    shown = step.save(actor, request.form)
                steps.mark(actor, key, steps.DONE)
        except BusinessError as refusal:
            return self._page(step, errors=refusal.fields, message=refusal.message), 422
        if shown:
            return self._page(step, shown=shown)
        return redirect(steps.next_of(key))

    @expose("/<string:key>/skip", methods=["POST"])
    @has_access
    def skip(self, key: str) -> Any:
        """Leave a step out for now."""
        if steps.states()[steps.step_of(key).key] == steps.OPEN:
            steps.mark(current_actor(), key, steps.SKIPPED)
        return redirect(steps.next_of(key))

    @expose("/dismiss", methods=["POST"])
    @has_access
    def dismiss(self) -> Any:
        """Put the set-up away; this page stays reachable from the settings."""
        steps.dismiss(current_actor())
        flash(_("The set-up is put away. You find it in the settings."), "success")
        return redirect("/")

    def _page(self, step: Any, **kwargs: Any) -> Any:
        every = steps.steps()
        at = every.index(step)
        before = every[at - 1] if at else None
        given = {"errors": {}, "message": "", "shown": None, "typed": request.form, **kwargs}
        return self.render_template(
            "desk/welcome/step.html", title=step.title, this=step, step=step.load(current_actor()), steps=every,
            states=steps.states(), before=before, number=at + 1, following=steps.next_of(step.key), **given)


VIEWS = [WelcomeView]
