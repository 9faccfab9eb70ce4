"""Rules of lists of values and of their values."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import inspect, select

from app.db import session
from app.records.custom.definitions import model_of
from app.records.custom.models import CustomField, CustomValue
from app.records.list_uses import uses
from app.records.permissions import PICKLIST_WRITE
from app.records.picklists import Picklist, PicklistOffer, PicklistValue
from app.records.service import RecordService, require_label
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField
from app.sdk.i18n import _, _n

_NAME = re.compile(r"[a-z][a-z0-9_.]{0,63}")
MAX_ATTRIBUTES = 50


class PicklistService(RecordService[Picklist]):
    """Lists of values; those that an addon's code reads are not deleted."""

    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any], version: int | None = None) -> Picklist:
        present = self.get_for_update(record_id)
        if values.get("code", present.code) != present.code:
            raise InvalidField("code", _("A code never changes once it is there."))
        return super().update(actor, record_id, values, version)

    def prepare(self, actor: Actor, record: Picklist, values: Mapping[str, Any]) -> None:
        require_label(values, "label")
        for name in ("is_tree", "is_system", "is_locked", "allows_other"):
            setattr(record, name, bool(getattr(record, name)))
        if record.fills is not None:
            record.fills = checked_pairs("fills", record.fills)
        self._check_above(record)
        _check_source(record)

    @staticmethod
    def _check_above(record: Picklist) -> None:
        above, seen = record.depends_on_id, {record.id}
        while above is not None:
            if above in seen:
                raise InvalidField("depends_on", _("Something cannot belong to itself."))
            seen.add(above)
            with session().no_autoflush:
                above = session().execute(select(Picklist.depends_on_id).where(Picklist.id == above)).scalar()

    def check_delete(self, actor: Actor, record: Picklist) -> None:
        if record.is_system or record.addon:
            raise Conflict(_("This list belongs to an addon and cannot be deleted."))
        field = select(CustomField).where(CustomField.picklist_id == record.id).limit(1)
        using = session().execute(field).scalar_one_or_none()
        if using is not None:
            raise Conflict(_("The custom field “%(name)s” uses this list.", name=str(using)))
        values = select(PicklistValue).where(PicklistValue.picklist_id == record.id)
        used = sum(uses(session(), value) for value in session().execute(values).scalars())
        if used:
            raise Conflict(_("Values of this list are in use. Switch them off instead."))


def _check_source(record: Picklist) -> None:
    if not record.source_type:
        record.source_type = record.source_query = None
    elif model_of(record.source_type) is None:
        raise InvalidField("source_type", _("Choose the type of record."))
    before: Any = inspect(record).attrs["source_type"].history.deleted if record.id is not None else ()
    if not before or before[0] == record.source_type:
        return
    has_values = select(PicklistValue.id).where(PicklistValue.picklist_id == record.id).limit(1)
    has_uses = select(CustomValue.id).join(CustomField, CustomField.id == CustomValue.field_id).where(
        CustomField.picklist_id == record.id).limit(1)
    with session().no_autoflush:
        if session().execute(has_values).first() or session().execute(has_uses).first():
            raise InvalidField("source_type", _("This list has values or is in use. Make a new one."))


def checked_pairs(field: str, given: Any) -> dict[str, Any]:
    """Return names with plain values, as lists and their values keep them. Raises InvalidField."""
    plain = isinstance(given, Mapping) and len(given) <= MAX_ATTRIBUTES and all(
        isinstance(name, str) and _NAME.fullmatch(name) and isinstance(value, str | int | float | bool)
        for name, value in given.items())
    if not plain:
        raise InvalidField(field, _("Give names of small letters, each with a text, a number, true or false."))
    return dict(given)


class PicklistValueService(RecordService[PicklistValue]):
    """Values of lists. A code never changes: reports of past years rest on it."""

    @all_or_nothing
    def create(self, actor: Actor, values: Mapping[str, Any]) -> PicklistValue:
        rest, under = _taken(values)
        made = super().create(actor, rest)
        if under is not None:
            put_under(made, under)
        return made

    @all_or_nothing
    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any],
               version: int | None = None) -> PicklistValue:
        present = self.get_for_update(record_id)
        if values.get("code", present.code) != present.code:
            raise InvalidField("code", _("A code never changes once it is there."))
        rest, under = _taken(values)
        changed = super().update(actor, record_id, rest, version)
        if under is not None:
            put_under(changed, under)
        return changed

    def prepare(self, actor: Actor, record: PicklistValue, values: Mapping[str, Any]) -> None:
        require_label(values, "label")
        _check_list(record)
        self._check_parent(record)
        if record.active_from and record.active_to and record.active_to < record.active_from:
            raise InvalidField("active_to", _("The end is before the beginning."))
        if record.attributes is not None:
            record.attributes = checked_pairs("attributes", record.attributes)
        if values.get("is_default"):
            others = select(PicklistValue).where(PicklistValue.picklist_id == record.picklist_id,
                                                 PicklistValue.is_default, PicklistValue.id != (record.id or 0))
            with session().no_autoflush:
                for other in session().execute(others).scalars():
                    other.is_default = False

    def check_delete(self, actor: Actor, record: PicklistValue) -> None:
        if _list_of(record).is_locked:
            raise Conflict(_("This list is locked: values are neither added nor removed."))
        used = uses(session(), record)
        if used:
            raise Conflict(_n("This value is in use once. Switch it off instead.",
                              "This value is in use %(num)s times. Switch it off instead.", used))

    @all_or_nothing
    def reorder(self, actor: Actor, picklist_id: int, ids: Iterable[int]) -> None:
        """Put values of a list into this order; those that are not named follow. Raises InvalidField."""
        actor.require(self.write)
        statement = select(PicklistValue).where(PicklistValue.picklist_id == picklist_id).order_by(
            PicklistValue.sequence, PicklistValue.id).with_for_update()
        values = {value.id: value for value in session().execute(statement).scalars()}
        wanted = list(dict.fromkeys(ids))
        if not values.keys() >= set(wanted):
            raise InvalidField("value", _("Choose an entry of the list."))
        for place, key in enumerate([*wanted, *(key for key in values if key not in set(wanted))], start=1):
            if values[key].sequence != place * 10:
                values[key].sequence = place * 10
        session().flush()

    @staticmethod
    def _check_parent(record: PicklistValue) -> None:
        above, seen = record.parent_id, {record.id}
        columns = select(PicklistValue.picklist_id, PicklistValue.parent_id)
        while above is not None:
            with session().no_autoflush:
                found = session().execute(columns.where(PicklistValue.id == above)).one_or_none()
            if found is None or found[0] != record.picklist_id:
                raise InvalidField("parent", _("Choose an entry of the list."))
            if above in seen:
                raise InvalidField("parent", _("Something cannot belong to itself."))
            seen.add(above)
            above = found[1]


def _taken(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[int] | None]:
    rest = dict(values)
    given = rest.pop("under", None)
    if given is not None and (not isinstance(given, list) or any(type(key) is not int for key in given)):
        raise InvalidField("under", _("Give a list of ids."))
    return rest, given


def _list_of(value: PicklistValue) -> Picklist:
    with session().no_autoflush:
        return session().execute(select(Picklist).where(Picklist.id == value.picklist_id)).scalar_one()


def _check_list(record: PicklistValue) -> None:
    of = _list_of(record)
    if record.id is None and of.is_locked:
        raise InvalidField("picklist", _("This list is locked: values are neither added nor removed."))
    if record.id is None and of.source_type:
        raise InvalidField("picklist", _("A record set has no values of its own."))


def put_under(value: PicklistValue, under: list[int]) -> None:
    """Say under which values of the other list one is offered; none for all of them. Raises InvalidField."""
    other = _list_of(value).depends_on_id
    known = select(PicklistValue.id).where(PicklistValue.picklist_id == other, PicklistValue.id.in_(under))
    if under and (other is None or set(session().execute(known).scalars()) != set(under)):
        raise InvalidField("under", _("Choose entries of the list."))
    offers = select(PicklistOffer).where(PicklistOffer.value_id == value.id)
    present = {offer.under_id: offer for offer in session().execute(offers).scalars()}
    for key in present.keys() - set(under):
        session().delete(present[key])
    session().add_all(PicklistOffer(value_id=value.id, under_id=key) for key in sorted(set(under) - present.keys()))
    session().flush()


class PicklistOfferService(RecordService[PicklistOffer]):
    """Under which values of the list above one is offered, row by row."""

    def prepare(self, actor: Actor, record: PicklistOffer, values: Mapping[str, Any]) -> None:
        with session().no_autoflush:
            value = session().execute(select(PicklistValue).where(PicklistValue.id == record.value_id)).scalar_one()
            other = select(PicklistValue.picklist_id).where(PicklistValue.id == record.under_id)
            if session().execute(other).scalar() != _list_of(value).depends_on_id:
                raise InvalidField("under", _("Choose an entry of the list."))


picklist_offer_service = PicklistOfferService(
    PicklistOffer, PICKLIST_WRITE, {"value", "under"}, {"value_id", "under_id"})
picklist_service = PicklistService(
    Picklist, PICKLIST_WRITE,
    {"code", "label", "is_tree", "is_locked", "allows_other", "depends_on", "source_type", "source_query", "fills"},
    {"code", "label"},
)
picklist_value_service = PicklistValueService(
    PicklistValue, PICKLIST_WRITE,
    {"picklist", "code", "label", "parent", "sequence", "colour", "icon", "is_default", "is_active", "active_from",
     "active_to", "company", "group", "attributes"},
    {"picklist_id", "code", "label"},
)
