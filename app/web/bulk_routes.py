"""The routes of what is done with many records at once: look ahead, do it, undo it."""

from typing import Any, ClassVar

from flask import make_response, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name

from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, Forbidden, InvalidField, NotFound
from app.sdk.i18n import _, _n
from app.web import bulk_run
from app.web.bulk import MAX_PICKED, BulkAction, actions_of, offered
from app.web.forms import point_to_options
from app.web.ids import as_id
from app.web.staying import event, is_part

BUTTONS = 5


class BulkRoutes:
    """Mixed into RecordView."""

    datamodel: Any
    route_base: str
    exclude_route_methods: ClassVar[set[str]]

    def bulk_offers(self) -> list[dict[str, Any]]:
        """Return what the bar offers the reader: address, text, icon; empty where there is nothing to pick for."""
        every = offered(self, current_actor()) if "bulk" not in (self.exclude_route_methods or ()) else []
        # On the bar itself stand the steps that ask for something: they are what people do with many at once.
        first = [one for one in every if one.asks(self) and not one.is_danger][:BUTTONS]
        return [{"url": f"{self.route_base}/bulk/{one.key}", "icon": one.icon, "is_danger": one.is_danger,
                 "is_first": one in first, "label": f"{one.title(self)}{'…' if one.asks(self) else ''}"}
                for one in every]

    @expose("/bulk/<key>", methods=["GET", "POST"])
    @has_access
    @permission_name("bulk")
    def bulk(self, key: str) -> Any:
        """Show what an action would do to each picked record, or do it."""
        action, actor = self._asked_action(key), current_actor()
        versions = picked()
        items = self._picked_items(versions)
        outlooks = bulk_run.look_ahead(self, action, actor, items)
        able = [one.item for one in outlooks if one.why_not is None]
        form = action.form(self, able)
        point_to_options(form, self)
        if request.method == "POST" and form.validate():
            try:
                values = self.call_service(action.begin, self, actor, able, action.values(self, form))  # type: ignore[attr-defined]
            except BusinessError as error:
                self.show_refusal(form, error)  # type: ignore[attr-defined]
            else:
                outcomes = bulk_run.run(self, action, actor, items, values, versions)
                return self._results(action, outcomes, len(versions) - len(items),
                                     bulk_run.keep(self, action, actor, outcomes), action.leads_to(values))
        body = self.render_template(  # type: ignore[attr-defined]
            "desk/bulk.html", title=action.title(self), view=self, action=action, form=form, outlooks=outlooks,
            able=len(able), hidden=len(versions) - len(items), back_url=self._back_url(),
            action_url=f"{self.route_base}/bulk/{action.key}", shown=_shown(outlooks),
        )
        return body, 422 if request.method == "POST" else 200

    @expose("/bulk/undo", methods=["POST"])
    @has_access
    @permission_name("bulk_undo")
    def bulk_undo(self) -> Any:
        """Put the records of the last action back, those that nobody changed since."""
        actor = current_actor()
        key, before = bulk_run.kept(self, actor, request.form.get("token", ""))
        action = self._asked_action(key)
        items = self._picked_items(before)
        outcomes = bulk_run.undo(self, action, actor, items, before)
        return self._results(action, outcomes, len(before) - len(items), None)

    def _asked_action(self, key: str) -> BulkAction:
        action = next((one for one in actions_of(self) if one.key == key), None)
        if action is None:
            raise NotFound
        if not action.may(self, current_actor()):
            raise Forbidden
        return action

    def _picked_items(self, wanted: Any) -> list[Any]:
        model, pk = self.datamodel.obj, self.datamodel.get_pk()
        query = self.datamodel.apply_filters(self.datamodel.session.query(model), self._base_filters)  # type: ignore[attr-defined]
        found = query.filter(pk.in_(list(wanted))).options(*self.datamodel.loads(self.list_columns))  # type: ignore[attr-defined]
        by_id = {item.id: item for item in found}
        return [by_id[key] for key in wanted if key in by_id]

    def _results(self, action: BulkAction, outcomes: list[bulk_run.Outcome], hidden: int, token: str | None,
                 made: tuple[str, str] | None = None) -> Any:
        # `token` is None after an undo, which is not undone itself.
        done = [one for one in outcomes if one.refused is None]
        body = self.render_template(  # type: ignore[attr-defined]
            "desk/bulk_results.html", title=action.title(self), view=self, hidden=hidden,
            outcomes=sorted(outcomes, key=lambda one: one.refused is None),
            done=len(done), refused=len(outcomes) - len(done) + hidden, token=token, is_undo=token is None,
            undoable=sum(one.undo is not None for one in done), undo_url=f"{self.route_base}/bulk/undo",
            back_url=self._back_url(), made=made,
        )
        answer = make_response(body)
        if is_part() and done:
            answer.headers["HX-Trigger"] = event("records-changed", ids=[one.pk for one in done])
        return answer

    def _back_url(self) -> str:
        given = request.values.get("back", "")
        return given if given.startswith(f"{self.route_base}/") else f"{self.route_base}/list/"


def _shown(outlooks: list[bulk_run.Outlook]) -> list[tuple[str, list[bulk_run.Outlook]]]:
    able = [one for one in outlooks if one.why_not is None]
    left = [one for one in outlooks if one.why_not is not None]
    return [
        (_n("%(num)s record will be changed", "%(num)s records will be changed", len(able)), able),
        (_n("%(num)s record is left as it is", "%(num)s records are left as they are", len(left)), left),
    ]


def picked() -> dict[int, int | None]:
    """Return {id: the version that the reader saw} of what is picked. Raises InvalidField for nothing or too much."""
    values = [*request.values.getlist("rowid"), *request.values.get("ids", "").split(",")]
    found: dict[int, int | None] = {}
    for value in [*request.form.getlist("pick"), *values]:
        raw, _colon, version = value.partition(":")
        key = as_id(raw)
        if key is not None:
            found.setdefault(key, as_id(version))
    if not found:
        raise InvalidField("rowid", _("Pick at least one record of the list."))
    if len(found) > MAX_PICKED:
        raise InvalidField("rowid", _("Pick at most %(number)s records at once.", number=MAX_PICKED))
    return found
