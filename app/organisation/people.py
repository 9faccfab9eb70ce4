"""Rules of people and of the ways to reach them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import inspect, select

from app.db import session, system_scope
from app.organisation.checks import check_language, check_reach, check_timezone
from app.organisation.companies import company_of_address
from app.organisation.contacts import MIRRORED, ContactMethod
from app.organisation.labels import CONTACT_KINDS, PREFERRED_CHANNELS
from app.organisation.leaving import check_same_rights, end_log_in
from app.organisation.models import Person
from app.organisation.permissions import PERSON_DELETE, PERSON_MERGE, PERSON_SEE_PERSONAL_DATA, PERSON_WRITE
from app.organisation.search_words import search_text
from app.organisation.trees import check_parent
from app.records.ending import Choice
from app.records.lists import check_choices, listed
from app.records.service import RecordService
from app.records.values import all_or_nothing, flush
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField
from app.sdk.i18n import _

VIP_LEVELS = "person.vip_level"
CODES = {"vip_level": VIP_LEVELS, "salutation": "person.salutation"}
FOUND_BY = {"name", "phone", "email", "employee_number"}
_MOBILE = re.compile(r"(?:\+?86[ -]?)?1[3-9][\d -]{9,11}")


class PersonService(RecordService[Person]):
    """People, found by name, pinyin, initials, phone, e-mail and employee number."""

    delete_needs_reason = True
    merge_permission = PERSON_MERGE

    @all_or_nothing
    def create(self, actor: Actor, values: Mapping[str, Any]) -> Person:
        record = super().create(actor, values)
        for column in ("phone", "email"):
            if getattr(record, column):
                session().add(_main_method(record, column))
        flush(session(), ContactMethod)
        return record

    @all_or_nothing
    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any], version: int | None = None) -> Person:
        record = super().update(actor, record_id, values, version)
        if FOUND_BY & values.keys():
            mirror(record, {"phone", "email"} & values.keys())
        return record

    def prepare(self, actor: Actor, record: Person, values: Mapping[str, Any]) -> None:
        check_not_anonymised(record)
        if record.joined_on and record.left_on and record.left_on < record.joined_on:
            raise InvalidField("left_on", _("Nobody leaves before joining."))
        check_choices(session(), values, {}, CODES)
        check_timezone(values)
        check_language(values)
        check_reach(values)
        if values.get("preferred_channel") not in (None, *PREFERRED_CHANNELS):
            raise InvalidField("preferred_channel", _("Choose an entry of the list."))
        check_parent(session(), record, "manager")
        _settle_vip(record, values)
        if record.id is None:
            if record.company_id is None:
                record.company_id = company_of_address(record.email)
            record.search_text = words_of(record, (), ())

    def check_delete(self, actor: Actor, record: Person) -> None:
        if actor.person_id == record.id:
            raise Conflict(_("You cannot delete yourself."))

    def before_delete(self, actor: Actor, record: Person) -> Mapping[str, Any]:
        end_log_in(session(), actor, record)
        return {}

    def check_replace(self, actor: Actor, record: Person, other: Person) -> None:
        check_same_rights(session(), actor, record, other)

    def check_restore(self, actor: Actor, record: Person) -> None:
        super().check_restore(actor, record)
        check_not_anonymised(record)

    def check_merge(self, actor: Actor, winner: Person, loser: Person) -> None:
        check_not_anonymised(winner)
        check_not_anonymised(loser)
        if actor.person_id == loser.id:
            raise Conflict(_("You cannot merge yourself into somebody else."))
        check_same_rights(session(), actor, winner, loser)

    def merge_touches(self, winner: Person, loser: Person) -> dict[str, set[int]]:
        return {"ab_user": {loser.user_id}} if loser.user_id is not None else {}

    def before_merge(self, actor: Actor, winner: Person, loser: Person) -> None:
        # The only log-in of the two stays in use; of two the loser's ends with them.
        if loser.user_id is not None and winner.user_id is None:
            user_id, loser.user_id = loser.user_id, None
            session().flush()
            winner.user_id = user_id
            session().flush()

    def after_merge(self, actor: Actor, winner: Person, names: set[str]) -> None:
        # All ways to reach both are the winner's; the main ones are what stands on the winner now.
        mirror(winner, {name for name in ("phone", "email") if getattr(winner, name)})


def check_not_anonymised(person: Person) -> None:
    """Raise Conflict where somebody was anonymised: nobody gives them a name again."""
    if person.anonymised_at is not None:
        raise Conflict(_("This person is anonymised: nothing about them is entered any more."))


def _settle_vip(record: Person, values: Mapping[str, Any]) -> None:
    if "vip_level" in values:
        record.is_vip = record.vip_level is not None
    elif "is_vip" in values:
        record.is_vip = bool(record.is_vip)
        record.vip_level = (record.vip_level or _usual_level()) if record.is_vip else None


def _usual_level() -> str | None:
    levels = [one for one in listed(session(), VIP_LEVELS)[VIP_LEVELS] if one.is_active]
    return next((one.code for one in levels if one.is_default), levels[0].code if levels else None)


def words_of(person: Person, public: Iterable[str], private: Iterable[str]) -> str:
    """Return what a person is found by, with all ways to reach them."""
    others = [value for value in public if value not in (person.phone, person.email)]
    return search_text(person.name, person.phone, person.email, *others, personal=[person.employee_number, *private])


def mirror(person: Person, columns: set[str]) -> None:
    """Take what the person's own columns say into the ways to reach them, and the other way round."""
    methods = _methods_of(person.id)
    for column in sorted(columns):
        _take_over(person, column, methods)
    settle(person, _methods_of(person.id))


def _methods_of(person_id: int) -> list[ContactMethod]:
    # Those that everybody sees, in their order.
    statement = select(ContactMethod).where(ContactMethod.person_id == person_id, ContactMethod.is_private.is_(False))
    return list(session().execute(statement.order_by(ContactMethod.sequence, ContactMethod.id)).scalars())


def _private_values(person_id: int) -> list[str]:
    statement = select(ContactMethod.value).where(
        ContactMethod.person_id == person_id, ContactMethod.is_private, ContactMethod.deleted_at.is_(None))
    # Whoever changes a name need not see these; the person is found by them all the same.
    with system_scope():
        return list(session().execute(statement.order_by(ContactMethod.sequence, ContactMethod.id)).scalars())


def _take_over(person: Person, column: str, methods: list[ContactMethod]) -> None:
    value = getattr(person, column)
    group = [one for one in methods if MIRRORED.get(one.kind) == column]
    main = next((one for one in group if one.is_primary), None)
    same = next((one for one in group if one.value == value), None)
    if value is None and main is not None:
        main.deleted_at, main.is_primary = clock.now(), False
    elif same is not None:
        for one in group:
            one.is_primary = one is same
    elif main is not None:
        main.value = value
    elif value is not None:
        session().add(_main_method(person, column))
    flush(session(), ContactMethod)


def _main_method(person: Person, column: str) -> ContactMethod:
    value = getattr(person, column)
    kind = "email" if column == "email" else "mobile" if _MOBILE.fullmatch(value) else "phone"
    return ContactMethod(person_id=person.id, kind=kind, value=value, is_primary=True)


def settle(person: Person, methods: list[ContactMethod]) -> None:
    """Make sure that calls and letters have one main way each, and write it and the words on the person."""
    for column in ("phone", "email"):
        group = [one for one in methods if MIRRORED.get(one.kind) == column]
        main = next((one for one in group if one.is_primary), group[0] if group else None)
        for one in group:
            if one.is_primary != (one is main):
                one.is_primary = one is main
        setattr(person, column, None if main is None else main.value)
    person.search_text = words_of(person, [one.value for one in methods], _private_values(person.id))
    flush(session(), ContactMethod)


class ContactMethodService(RecordService[ContactMethod]):
    """The ways to reach a person."""

    @all_or_nothing
    def create(self, actor: Actor, values: Mapping[str, Any]) -> ContactMethod:
        record = super().create(actor, values)
        self._settle(record, record.is_primary)
        return record

    @all_or_nothing
    def update(self, actor: Actor, record_id: int, values: Mapping[str, Any],
               version: int | None = None) -> ContactMethod:
        record = super().update(actor, record_id, values, version)
        self._settle(record, record.is_primary and bool({"is_primary", "kind"} & values.keys()))
        return record

    @all_or_nothing
    def delete(self, actor: Actor, record_id: int, reason: str | None = None, choice: Choice | None = None) -> None:
        record = self.get_for_update(record_id)
        super().delete(actor, record_id, reason, choice)
        self._settle(record, False)

    @all_or_nothing
    def restore(self, actor: Actor, record_id: int) -> ContactMethod:
        record: ContactMethod = super().restore(actor, record_id)
        self._settle(record, False)
        return record

    def prepare(self, actor: Actor, record: ContactMethod, values: Mapping[str, Any]) -> None:
        if record.kind not in CONTACT_KINDS:
            raise InvalidField("kind", _("Choose an entry of the list."))
        if record.id is not None and inspect(record).attrs.person_id.history.has_changes():
            raise InvalidField("person", _("This belongs to somebody else. Add it to the other person instead."))
        owner = session().get(Person, record.person_id) if record.person_id is not None else None
        if owner is not None:
            check_not_anonymised(owner)
        if not record.value:
            raise InvalidField("value", _("This field is required."))
        _check_value(record.kind, record.value)
        if record.is_private:
            actor.require(PERSON_SEE_PERSONAL_DATA)
            if record.is_primary and values.get("is_primary"):
                raise InvalidField("is_primary", _("The main one is seen by everybody, so it cannot be private."))
            record.is_primary = False
        record.sequence = 10 if record.sequence is None else record.sequence

    @staticmethod
    def _settle(record: ContactMethod, becomes_main: bool) -> None:
        person = person_service.get_for_update(record.person_id)
        methods = _methods_of(record.person_id)
        if becomes_main:
            group = MIRRORED.get(record.kind, record.kind)
            for one in methods:
                if one is not record and MIRRORED.get(one.kind, one.kind) == group:
                    one.is_primary = False
        settle(person, methods)


def _check_value(kind: str, value: str) -> None:
    if kind == "email":
        check_reach({"value": value}, email="value")
    elif kind in ("phone", "mobile", "fax"):
        check_reach({"value": value}, phone="value")


PERSON_FIELDS = {
    "name", "company", "department", "site", "manager", "job_title", "salutation", "employee_number", "cost_centre",
    "email", "phone", "preferred_channel", "language", "timezone", "is_vip", "vip_level", "is_active", "joined_on",
    "left_on",
}
person_service = PersonService(Person, PERSON_WRITE, PERSON_FIELDS, {"name"}, delete=PERSON_DELETE)
contact_method_service = ContactMethodService(
    ContactMethod, PERSON_WRITE, {"person", "kind", "value", "label", "is_primary", "is_private", "sequence"},
    {"person_id", "kind", "value"},
)
