"""What can be done with many records of a list at once.

    class IncidentView(RecordView):
        bulk_actions = [ChangeFields("category", label=_l("Change category"))]

Built in, where the service knows them: every step of the life cycle, tags, watching, deleting. An action looks at each
record by itself (`why_not`), changes it through its service (`run`), and may be able to put it back (`put_back`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import inspect
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from app.db import Record, field_rights, session
from app.records import tags
from app.records.custom.values import of_record
from app.records.custom.writing import KEY
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField
from app.sdk.i18n import LazyString, _, _l
from app.sdk.permissions import Permission
from app.sdk.workflow import ENTER, Transition, kind_of
from app.web.custom_forms import BULK, fields_of_view, given, with_custom
from app.web.deleting import choice_of, delete_form, point_to_replacements
from app.web.forms import RecordForm, fields_of
from app.web.steps_back import step_back, way_back

MAX_PICKED = 200
# What a change brings with it and nobody chose.
TECHNICAL = frozenset({"version", "created_at", "changed_at", "updated_at", "created_by_id", "changed_by_id",
                       "updated_by_id", "search_text"})
Before = dict[str, Any]


class BulkAction:
    """Base of all. The keys are parts of addresses; `permission` is the right it needs, else that to write."""

    key = ""
    label: LazyString | str = ""
    icon = "pencil"
    is_danger = False
    permission: Permission | None = None

    def title(self, view: Any) -> str:
        """Return what the button and the dialog say."""
        return str(self.label)

    def may(self, view: Any, actor: Actor) -> bool:
        """Say whether the actor has the right at all; what hinders a single record is `why_not`."""
        return actor.can(self.permission or f"{view.class_permission_name}.write")

    def asks(self, view: Any) -> bool:
        """Say whether the dialog has fields, so that the button ends in three dots."""
        return True

    def form(self, view: Any, items: Sequence[Any]) -> RecordForm:
        """Return the empty form for these records."""
        return view.fields_form(()).refresh()  # type: ignore[no-any-return]

    def values(self, view: Any, form: RecordForm) -> dict[str, Any]:
        """Return what was filled in: an empty field leaves each record as it is. Raises InvalidField."""
        found = view.typed(form, fields_of(form))
        return {name: value for name, value in found.items() if value not in (None, "", [])}

    def why_not(self, view: Any, item: Any, actor: Actor) -> str | None:
        """Say why this record would be left as it is, or None."""
        return None

    def target(self, view: Any, item: Any) -> str | None:
        """Return the state that the record would be in, where that changes."""
        return None

    def begin(self, view: Any, actor: Actor, items: Sequence[Any], values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do what is done once for all of them, and return what `run` is given for each. Raises BusinessError."""
        return values

    def leads_to(self, values: Mapping[str, Any]) -> tuple[str, str] | None:
        """Return the text and the address of what `begin` made, where it made something to go on with."""
        return None

    def run(self, view: Any, actor: Actor, item: Any, values: Mapping[str, Any], version: int | None) -> Before | None:
        """Change one record; return what `put_back` needs, None where it cannot be undone. Raises BusinessError."""
        raise NotImplementedError

    def put_back(self, view: Any, actor: Actor, item: Any, before: Before, version: int | None) -> None:
        """Undo it for one record. Raises BusinessError."""
        raise Conflict(_("This cannot be undone."))


class Step(BulkAction):
    """A step of the life cycle, with its own dialog and its own guards."""

    def __init__(self, action: str) -> None:
        self.action, self.key, self.icon = action, f"step.{action}", "arrow-right"

    def title(self, view: Any) -> str:
        return str(view.workflow.label(self.action))

    def steps(self, view: Any) -> list[Transition]:
        """Return the rows of the life cycle with this action."""
        return [step for step in view.workflow.transitions if step.action == self.action]

    def may(self, view: Any, actor: Actor) -> bool:
        found = self.steps(view)
        if not found:
            return bool(view.workflow.own_states) and actor.can(view.workflow.own_states)
        return any(actor.can(step.permission) for step in found if not step.is_hidden)

    def asks(self, view: Any) -> bool:
        return any(step.asks or step.required for step in self.steps(view))

    def form(self, view: Any, items: Sequence[Any]) -> RecordForm:
        steps = [(item, step) for item in items for step in [self._step(view, item)] if step is not None]
        asked = [name for item, step in steps for name in view.asked(step, item)]
        must = {name for item, step in steps
                for name in (*step.required, *(name for name in view.workflow.state(step.target).required
                                               if not getattr(item, name, None)))}
        form: RecordForm = view.fields_form(asked, must).refresh()
        for name in () if form.is_submitted() else fields_of(form):
            # What all of them have in common stands there, as it does for one record alone.
            held = {getattr(item, name, None) for item, _step in steps} if view.datamodel.is_relation(name) else set()
            if len(held) == 1 and (common := held.pop()) is not None:
                form._fields[name].process_data(common)
        return form

    def values(self, view: Any, form: RecordForm) -> dict[str, Any]:
        found = super().values(view, form)
        relations = [name for name in fields_of(form) if view.datamodel.is_relation(name)]
        if relations and not any(name in found for name in relations):
            labels = [str(form._fields[name].label.text) for name in relations]
            raise InvalidField(relations[0], _("Choose at least one of: %(fields)s", fields=", ".join(labels)))
        return found

    def _step(self, view: Any, item: Any) -> Transition | None:
        known = view.workflow.steps(item.state, kind_of(item))
        return next((step for step in known if step.action == self.action), None)

    def why_not(self, view: Any, item: Any, actor: Actor) -> str | None:
        step = self._step(view, item)
        if step is None:
            return _("Not possible in the state “%(state)s”", state=view.workflow.state(item.state).label)
        if not actor.can(step.permission):
            return _("You do not have the right to do this.")
        return view.why_not(item, step, actor)  # type: ignore[no-any-return]

    def target(self, view: Any, item: Any) -> str | None:
        step = self._step(view, item)
        return step.target if step is not None and step.target != item.state else None

    def run(self, view: Any, actor: Actor, item: Any, values: Mapping[str, Any], version: int | None) -> Before | None:
        step = view.workflow.step(item.state, self.action, kind_of(item))
        columns = {"state", *columns_of(view, (*step.asks, *step.required, *step.clears)),
                   *getattr(type(item), "__tracked__", ())}
        before = {name: getattr(item, name) for name in sorted(columns) if hasattr(type(item), name)}
        view.service.transition(actor, item.id, self.action, values, version)
        return before if way_back(view, item, actor, before) else None

    def put_back(self, view: Any, actor: Actor, item: Any, before: Before, version: int | None) -> None:
        view.service.check_version(view.service.get_for_update(item.id), version)
        step_back(view, item, actor, before, _("Undone: %(action)s", action=self.title(view)))


class ChangeFields(BulkAction):
    """Some fields of the edit form, set alike in all records."""

    def __init__(self, *fields: str, label: LazyString | str, icon: str = "pencil", must: Iterable[str] = (),
                 permission: Permission | None = None) -> None:
        self.fields, self.label, self.icon, self.permission = fields, label, icon, permission
        self.must = frozenset(must)
        self.key = f"change.{'-'.join(fields)}"

    def may(self, view: Any, actor: Actor) -> bool:
        return super().may(view, actor) and not field_rights.locked(view.datamodel.obj, self.fields, actor)

    def form(self, view: Any, items: Sequence[Any]) -> RecordForm:
        return view.fields_form(self.fields, self.must).refresh()  # type: ignore[no-any-return]

    def values(self, view: Any, form: RecordForm) -> dict[str, Any]:
        found = super().values(view, form)
        if not found:
            raise InvalidField(self.fields[0], _("This field is required."))
        return found

    def why_not(self, view: Any, item: Any, actor: Actor) -> str | None:
        locked = view.locked_fields(item)
        if "*" in locked or set(self.fields) & locked:
            return _("Not possible in the state “%(state)s”", state=view.workflow.state(item.state).label)
        return None

    def run(self, view: Any, actor: Actor, item: Any, values: Mapping[str, Any], version: int | None) -> Before | None:
        before = snapshot(item)
        view.service.update(actor, item.id, dict(values), version)
        return {name: value for name, value in before.items() if getattr(item, name) != value}

    def put_back(self, view: Any, actor: Actor, item: Any, before: Before, version: int | None) -> None:
        allowed = view.service.fields
        values = {name: value for name, value in before.items()
                  if name in allowed or view.field_name(name) in allowed}
        view.service.update(actor, item.id, values, version)
        if any(getattr(item, name) != value for name, value in before.items()):
            raise Conflict(_("This cannot be undone."))


class ChangeCustom(BulkAction):
    """Custom fields, set alike in all records; an empty one leaves each record as it is."""

    key, label, icon = "custom", _l("Change further fields"), "forms"

    def may(self, view: Any, actor: Actor) -> bool:
        return super().may(view, actor) and any(one.is_edited_by(actor) for one in fields_of_view(view))

    def form(self, view: Any, items: Sequence[Any]) -> RecordForm:
        return with_custom(view.fields_form(()), view, place=BULK).refresh()  # type: ignore[no-any-return]

    def values(self, view: Any, form: RecordForm) -> dict[str, Any]:
        found = {name: value for name, value in given(form).get(KEY, {}).items() if value not in (None, "", [])}
        if not found:
            raise InvalidField(next(iter(fields_of(form))), _("This field is required."))
        return {KEY: found}

    def why_not(self, view: Any, item: Any, actor: Actor) -> str | None:
        if "*" in view.locked_fields(item):
            return _("Not possible in the state “%(state)s”", state=view.workflow.state(item.state).label)
        return None

    def run(self, view: Any, actor: Actor, item: Any, values: Mapping[str, Any], version: int | None) -> Before | None:
        held = of_record(session(), item)
        # A fraction travels as text, by which it comes back exactly.
        kept = {code: held[code].plain if code in held else None for code in values[KEY]}
        before = {code: str(value) if isinstance(value, float) else value for code, value in kept.items()}
        view.service.update(actor, item.id, dict(values), version)
        return before

    def put_back(self, view: Any, actor: Actor, item: Any, before: Before, version: int | None) -> None:
        view.service.update(actor, item.id, {KEY: before}, version)


class AddTags(BulkAction):
    """More tags for each record."""

    key, label, icon = "tags", _l("Add tags"), "tag"

    def may(self, view: Any, actor: Actor) -> bool:
        return hasattr(view.service, "set_tags") and super().may(view, actor)

    def form(self, view: Any, items: Sequence[Any]) -> RecordForm:
        return _TagForm()

    def run(self, view: Any, actor: Actor, item: Any, values: Mapping[str, Any], version: int | None) -> Before | None:
        present = tags.of_record(session(), type(item).record_type(), item.id)
        given = str(values["tags"]).replace("，", ",").split(",")
        now = view.service.set_tags(actor, item.id, [*present, *given])
        return {"tags": sorted(set(now) - set(present))}

    def put_back(self, view: Any, actor: Actor, item: Any, before: Before, version: int | None) -> None:
        present = tags.of_record(session(), type(item).record_type(), item.id)
        view.service.set_tags(actor, item.id, [name for name in present if name not in before["tags"]])


class Watch(BulkAction):
    """Hear about each record from now on."""

    key, label, icon = "watch", _l("Watch"), "eye"

    def may(self, view: Any, actor: Actor) -> bool:
        return hasattr(view.service, "watch") and actor.person_id is not None

    def asks(self, view: Any) -> bool:
        return False

    def run(self, view: Any, actor: Actor, item: Any, values: Mapping[str, Any], version: int | None) -> Before | None:
        is_new = bool(view.service.watch(actor, item.id))
        return {"is_new": is_new}

    def put_back(self, view: Any, actor: Actor, item: Any, before: Before, version: int | None) -> None:
        if before["is_new"]:
            view.service.unwatch(actor, item.id)


class Delete(BulkAction):
    """Delete each record, with the reason where its service wants one."""

    key, label, icon, is_danger = "delete", _l("Delete"), "trash", True

    def may(self, view: Any, actor: Actor) -> bool:
        return "delete" not in view.exclude_route_methods and bool(view.may_delete(actor))

    def form(self, view: Any, items: Sequence[Any]) -> Any:
        if not view.takes_choice:
            return _ReasonForm() if view.delete_needs_reason else super().form(view, items)
        # What is in use stays unless something is chosen for all of them.
        form = delete_form(view, is_used=True, is_sure=False)()
        point_to_replacements(view, form)
        return form

    def values(self, view: Any, form: Any) -> dict[str, Any]:
        if not view.takes_choice:
            return super().values(view, form)
        if view.delete_needs_reason and not (form.reason.data or "").strip():
            raise InvalidField("reason", _("This field is required."))
        return {"reason": form.reason.data, "choice": choice_of(form)}

    def run(self, view: Any, actor: Actor, item: Any, values: Mapping[str, Any], version: int | None) -> Before | None:
        if version is not None:
            view.service.check_version(view.service.get_for_update(item.id), version)
        more = [values["choice"]] if "choice" in values else []
        view.service.delete(actor, item.id, values.get("reason"), *more)
        return None


class _TagForm(RecordForm):
    tags = StringField(_l("Tags"), [InputRequired(_l("This field is required."))],
                       description=_l("Several are separated by commas."))


class _ReasonForm(RecordForm):
    reason = TextAreaField(_l("Reason"), [InputRequired(_l("This field is required."))])


def actions_of(view: Any) -> list[BulkAction]:
    """Return all actions of a view's list, whoever may take them."""
    steps: list[BulkAction] = []
    if view.workflow is not None and view.service is not None:
        flow = view.workflow
        shown = [step.action for step in flow.transitions if not step.is_hidden]
        added = [f"{ENTER}{state.code}" for state in flow.shown_states() if flow.base(state.code) != state.code]
        steps = [Step(action) for action in dict.fromkeys([*shown, *added])]
    built_in = [ChangeCustom(), AddTags(), Watch(), Delete()] if view.service is not None else []
    return [*steps, *view.bulk_actions, *built_in]


def offered(view: Any, actor: Actor) -> list[BulkAction]:
    """Return the actions that the actor may take, what destroys last."""
    found = [action for action in actions_of(view) if action.may(view, actor)]
    return sorted(found, key=lambda action: action.is_danger)


def columns_of(view: Any, names: Iterable[str]) -> list[str]:
    """Return the key columns of the relations among these names, the other names as they are."""
    return [view.datamodel.fk_name(name) if view.datamodel.is_relation(name) else name for name in names]


def snapshot(item: Any) -> Before:
    """Return all of a record's columns that somebody chose."""
    return {attribute.key: getattr(item, attribute.key) for attribute in inspect(type(item)).column_attrs
            if attribute.key not in TECHNICAL}


def has_versions(item: Any) -> bool:
    """Say whether one can tell that somebody else changed the record since."""
    return isinstance(item, Record)
