"""Moving a card of a board to another column: the same steps and edits, with the same guards, as anywhere else."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import jsonify, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name

from app.sdk.actor import Actor, current_actor
from app.sdk.errors import BusinessError, Conflict, Forbidden, InvalidField, MissingFields, NotFound
from app.sdk.i18n import _
from app.sdk.workflow import Transition
from app.web.bulk_run import said
from app.web.ids import as_id
from app.web.inline import Inline, steps_of


@dataclass(frozen=True, slots=True)
class Moves:
    """Where a card may go: `targets` are the states, "*" stands for any column; `menu` is what it opens by key."""

    targets: str
    menu: str


class MovingRoutes:
    """Mixed into RecordView."""

    workflow: Any
    service: Any
    inline: Any

    def moves(self, item: Any, by: str) -> Moves:
        """Return where the reader may move a card, without a statement."""
        actor = current_actor()
        if by == "state":
            targets = " ".join(dict.fromkeys(str(step.target) for step in self._permitted(item, actor)))
        else:
            targets = "*" if self._way(item, by, actor) or self._steps_that_ask(item, by, actor) else ""
        menu = self.cell_editors(item).get(by, "") if targets else ""  # type: ignore[attr-defined]
        return Moves(targets, menu)

    @expose("/<pk>/move", methods=["POST"])
    @has_access
    @permission_name("move")
    def move(self, pk: Any) -> Any:
        """Move a card: done, or which dialog asks for the rest, or why not. `version` is the one the reader saw."""
        item, actor = self.one(pk), current_actor()  # type: ignore[attr-defined]
        by, to = request.form.get("by", ""), request.form.get("to", "")
        if by not in self.inline and (by != "state" or self.workflow is None):
            raise NotFound
        version = as_id(request.form.get("version"))
        try:
            # Told before anything is asked for; the service looks again, under the lock.
            self.service.check_version(item, version)
            if by == "state":
                answer = self._to_state(item, actor, to, version)
            else:
                answer = self._to_value(item, actor, by, to, version)
        except BusinessError as error:
            return jsonify(message=said(error)), error.http_status
        return jsonify(answer)

    def _to_state(self, item: Any, actor: Actor, to: str, version: int | None) -> dict[str, Any]:
        if not any(step.target == to and not step.is_hidden for step in steps_of(self, item)):
            raise Conflict(_("No step leads from “%(source)s” to “%(target)s”.", source=self._state_name(item.state),
                             target=self._state_name(to)))
        found = [step for step in self.steps(item, actor) if step["step"].target == to]  # type: ignore[attr-defined]
        if not found:
            raise Forbidden
        able = [step for step in found if not step["refused"]]
        if not able:
            raise Conflict(found[0]["refused"])
        base = self.url_base(item.id)  # type: ignore[attr-defined]
        if len(able) > 1:
            return {"dialog": f"{base}/cell/state?{urlencode({'in': 'dialog', 'to': to})}"}
        step = able[0]["step"]
        if self.asked(step, item):  # type: ignore[attr-defined]
            return {"dialog": f"{base}/transition/{step.action}?stay=1"}
        self.call_service(self.service.transition, actor, item.id, step.action, {}, version)  # type: ignore[attr-defined]
        return {"done": _("Done: %(action)s", action=step.label)}

    def _to_value(self, item: Any, actor: Actor, by: str, to: str, version: int | None) -> dict[str, Any]:
        if to and as_id(to) is None:
            raise InvalidField(by, _("Choose an entry of the list."))
        way, base = self._way(item, by, actor), self.url_base(item.id)  # type: ignore[attr-defined]
        asked = urlencode({by: to})
        if way is None:
            steps = self._steps_that_ask(item, by, actor)
            if not steps:
                self._refuse(item, by, actor)
            return {"dialog": f"{base}/transition/{steps[0].action}?stay=1&{asked}"}
        try:
            return {"done": way.save(self, item, actor, {by: as_id(to)}, version)}
        except (MissingFields, InvalidField) as error:
            if {self.field_name(name) for name in error.fields} <= {by}:  # type: ignore[attr-defined]
                raise
            # Something more has to be said, as why a priority differs: the dialog asks for it.
            return {"dialog": f"{base}/cell/{by}?in=dialog&{asked}"}

    def _way(self, item: Any, by: str, actor: Actor) -> Inline | None:
        way = self.way_to_change(by, item, actor)  # type: ignore[attr-defined]
        return way if way is not None and by in way.fields else None

    def _permitted(self, item: Any, actor: Actor) -> list[Transition]:
        return [step for step in steps_of(self, item) if not step.is_hidden and actor.can(step.permission)]

    def _steps_that_ask(self, item: Any, by: str, actor: Actor) -> list[Transition]:
        return [step for step in self._permitted(item, actor) if by in step.asks] if self.workflow else []

    def _refuse(self, item: Any, by: str, actor: Actor) -> None:
        ways = self.inline[by] if isinstance(self.inline[by], tuple) else (self.inline[by],)
        lacks = not any(way.permits(self, actor) for way in ways if by in way.fields)
        raise Forbidden if lacks else Conflict(
            _("Not possible in the state “%(state)s”", state=self._state_name(item.state)))

    def _state_name(self, code: str) -> str:
        return str(self.workflow.state(code).label) if self.workflow.knows(code) else code
