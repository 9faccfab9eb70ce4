"""Anonymising a person: what tells who they were goes, what they called about stays, and a certificate says so.

It is for good: what could bring the data back (merges, the recycle bin, files of imports) loses it as well.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import past_audit, session, system_scope
from app.organisation import clearance, personal_data
from app.organisation.certificates import Anonymisation
from app.organisation.contacts import ContactMethod
from app.organisation.leaving import check_same_rights
from app.organisation.models import Person
from app.organisation.people import person_service
from app.organisation.permissions import PERSON_ANONYMISE
from app.organisation.personal_data import MASK, Audit, Subject
from app.records import audit, moving, numbering
from app.records.audit import AuditEntry
from app.records.audit_redacting import redact
from app.records.merges import RecordMerge
from app.records.service import RecordService
from app.records.values import all_or_nothing
from app.sdk import clock
from app.sdk.actor import Actor
from app.sdk.errors import Conflict, InvalidField, MissingFields
from app.sdk.i18n import _, _n

SEQUENCE = "anonymisation"
MAX_REASON = 1000
CHUNK = 500
# By what a person is known; the values of these in the log of the past are looked for everywhere.
KNOWN_BY = frozenset({"name", "email", "phone", "employee_number", "value", "username"})
NAMES = frozenset({"name", "username"})


class CertificateService(RecordService[Anonymisation]):
    """Certificates: nobody makes, changes or deletes one by hand."""

    def prepare(self, actor: Actor, record: Anonymisation, values: Mapping[str, Any]) -> None:
        raise Conflict(_("Certificates are made by anonymising alone, and never change."))

    def check_delete(self, actor: Actor, record: Anonymisation) -> None:
        raise Conflict(_("Certificates are made by anonymising alone, and never change."))


class Anonymiser:
    """Take a person's data out of the desk."""

    @all_or_nothing
    def anonymise(self, actor: Actor, person_id: int, typed: str, reason: str) -> Anonymisation:
        """Remove all personal data of a person, for good, and return the certificate.

        `typed` is the person's name, to be sure. Raises NotFound, Forbidden, Conflict, MissingFields or InvalidField;
        nothing then changes.
        """
        actor.require(PERSON_ANONYMISE)
        person = person_service.get_for_update(person_id)
        check_same_rights(session(), actor, person)
        refused = self.why_not(actor, person)
        if refused:
            raise Conflict(" ".join(refused))
        if typed.strip() != person.name.strip():
            raise InvalidField("typed", _("Type “%(name)s” to confirm", name=person.name))
        told = reason.strip()
        if not told:
            raise MissingFields(["reason"])
        if len(told) > MAX_REASON:
            raise InvalidField("reason", _("A text has at most %(number)s characters.", number=MAX_REASON))
        subject = subject_of(session(), person)
        if any(value.casefold() in told.casefold() for value in subject.values):
            raise InvalidField("reason", _("Name neither the person nor how they were reached: the reason stays."))
        return self._do(actor, subject, told)

    @staticmethod
    def why_not(actor: Actor, person: Person) -> list[str]:
        """Say what stands in the way; nothing where nothing does."""
        if person.anonymised_at is not None:
            return [_("This person is anonymised already.")]
        if actor.person_id == person.id:
            return [_("You cannot anonymise yourself.")]
        found = []
        user = session().get(User, person.user_id) if person.user_id is not None else None
        if user is not None and user.active:
            found.append(_("The log-in is still on: clear the leaver first."))
        held = clearance.open_lines(person.id)
        known = {line.key: line.label for line in clearance.lines()}
        found += [_n("They still hold: %(what)s (%(num)s).", "They still hold: %(what)s (%(num)s).", number,
                     what=known[key]) for key, number in held.items()]
        return found

    @past_audit("the old values that audit would keep are what has to go; the certificate says how much of what went")
    def _do(self, actor: Actor, subject: Subject, reason: str) -> Anonymisation:
        unit = session()
        unit.flush()
        kept = personal_data.counted(unit, subject)
        removed = {store.key: store.remove(unit, subject) for store in personal_data.stores()}
        removed["audit"] = redact(unit, "person", subject.person_id, dict(_of_log(unit, subject)))
        moving.tell_moved(unit, {"person", "ab_user", "ab_user_role"})
        certificate = Anonymisation(
            number=numbering.next_number(unit, SEQUENCE), person_id=subject.person_id, done_at=clock.now(),
            done_by_id=actor.user_id, done_by_label=actor.label[:200], reason=reason,
            removed={key: number for key, number in removed.items() if number}, kept=kept)
        unit.add(certificate)
        unit.flush()
        audit.write(unit, "person", subject.person_id, "update", {"certificate": (None, certificate.number)})
        unit.flush()
        return certificate


def subject_of(unit: Session, person: Person) -> Subject:
    """Return whose data goes, with everything that is known of them."""
    ids = {person.id}
    merged = select(RecordMerge.loser_id).where(RecordMerge.record_type == "person", RecordMerge.undone_at.is_(None))
    while found := set(unit.execute(merged.where(RecordMerge.winner_id.in_(ids))).scalars()) - ids:
        ids |= found
    table, users = Person.__table__, User.__table__
    rows = unit.connection().execute(select(table).where(table.c.id.in_(ids))).mappings().all()
    user_ids = frozenset(row["user_id"] for row in rows if row["user_id"] is not None)
    subject = Subject(person.id, frozenset(ids), user_ids)
    for row in rows:
        subject.learn([row["name"]], are_names=True)
        subject.learn(row[name] for name in ("email", "phone", "employee_number"))
    ways = ContactMethod.__table__
    methods = unit.connection().execute(select(ways.c.id, ways.c.value).where(ways.c.person_id.in_(ids))).all()
    subject.learn(row.value for row in methods)
    for row in unit.connection().execute(select(users).where(users.c.id.in_(user_ids))).mappings():
        subject.learn([row["username"]], are_names=True)
        subject.learn([row["email"]])
    _learn_from_log(unit, subject, [row.id for row in methods])
    subject.own_names = subject.names - _names_of_others(unit, subject)
    return subject


def _learn_from_log(unit: Session, subject: Subject, methods: list[int]) -> None:
    wanted = [("person", sorted(subject.ids)), ("contact_method", methods), ("user", sorted(subject.user_ids))]
    for kind, ids in wanted:
        for entry in _entries(unit, kind, ids):
            for value in (entry.old, entry.new):
                said = value if isinstance(value, dict) and entry.field is None else {entry.field: value}
                for name in KNOWN_BY & said.keys():
                    subject.learn([said[name]], are_names=name in NAMES and kind != "contact_method")


def _names_of_others(unit: Session, subject: Subject) -> set[str]:
    with system_scope():
        people = unit.execute(select(Person.name).where(
            Person.name.in_(subject.names), Person.id.not_in(subject.ids))).scalars()
        users = unit.execute(select(User.username).where(
            User.username.in_(subject.names), User.id.not_in(subject.user_ids))).scalars()
        return {*people, *users}


# The log -------------------------------------------------------------------------------------------------------------


def _entries(unit: Session, kind: str, ids: list[int]) -> Iterator[Any]:
    for start in range(0, len(ids), CHUNK):
        yield from unit.execute(select(AuditEntry.id, AuditEntry.record_id, AuditEntry.field, AuditEntry.old,
                                       AuditEntry.new, AuditEntry.action).where(
            AuditEntry.record_type == kind, AuditEntry.record_id.in_(ids[start:start + CHUNK]))).all()


def _of_log(unit: Session, subject: Subject) -> Iterator[tuple[int, dict[str, Any]]]:
    changes: dict[int, dict[str, Any]] = {}
    by_kind: dict[str, list[int]] = {}
    for kind, key in subject.audited:
        by_kind.setdefault(kind, []).append(key)
    for kind, ids in by_kind.items():
        for entry in _entries(unit, kind, ids):
            values = _masked(entry, subject.audited[(kind, entry.record_id)])
            if values:
                changes.setdefault(entry.id, {}).update(values)
    theirs = select(AuditEntry.id, AuditEntry.ip).where(AuditEntry.actor_id.in_(subject.user_ids))
    for row in unit.execute(theirs).all():
        told = {"actor_label": subject.label} if row.ip is None else {"actor_label": subject.label, "ip": None}
        changes.setdefault(row.id, {}).update(told)
    yield from changes.items()


def _masked(entry: Any, of: Audit) -> dict[str, Any]:
    found = {}
    for side in ("old", "new"):
        value = getattr(entry, side)
        if entry.field is not None:
            after = MASK if of.goes(entry.field) and value is not None else value
        elif isinstance(value, dict):
            after = {name: MASK if of.goes(name) and one is not None else one for name, one in value.items()}
        else:
            after = value
        if after != value:
            found[side] = after
    return found


anonymiser = Anonymiser()
certificate_service = CertificateService(Anonymisation, PERSON_ANONYMISE, set())
