"""The places of the platform in which personal data lies, each with what empties it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CursorResult, String, Text, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.db import Model
from app.organisation.contacts import CompanyContact, ContactMethod
from app.organisation.models import Person
from app.organisation.personal_data import MASK, Audit, Store, Subject, label_of, register
from app.organisation.search_words import search_text
from app.organisation.skills import PersonSkill
from app.records.attachments import Attachment
from app.records.custom.models import CustomValue
from app.records.deleted import DeletedRecord
from app.records.links import RecordLink
from app.records.merges import RecordMerge
from app.records.purging import remove_what_hangs_on
from app.records.search import SearchEntry
from app.records.timeline import TimelineEntry
from app.sdk import clock
from app.sdk.i18n import _l

# Columns of a person that go; what is not named says where they stood, for statistics.
CLEARED = ("job_title", "salutation", "employee_number", "cost_centre", "email", "phone", "preferred_channel",
           "language", "timezone", "vip_level", "joined_on", "picture_id", "manager_id", "user_id")
KEEP_PERSON = frozenset({
    "company_id", "department_id", "site_id", "manager_id", "user_id", "is_active", "is_vip", "left_on", "deleted_at",
    "handed_over", "picture_id", "anonymised_at", "entries", "certificate",
})
PARTS: tuple[tuple[Any, frozenset[str]], ...] = (
    (ContactMethod, frozenset({"person_id", "kind", "is_primary", "is_private", "sequence", "deleted_at"})),
    (PersonSkill, frozenset({"person_id"})),
    (CompanyContact, frozenset({"company_id", "person_id", "purpose", "sequence", "deleted_at"})),
)
KEEP_FILE = frozenset({"record_type", "record_id", "size", "is_public"})
KEEP_USER = frozenset({"active", "roles", "session"})
# Tables in which everything of a log-in is its owner's alone.
OF_USER = (
    "ab_api_key", "answered_request", "api_token", "external_identity", "login_profile", "login_session", "notice",
    "old_password", "password_link", "record_presence", "recovery_code", "user_choice", "user_preference",
    "ab_user_role", "ab_user_group",
)
# (table, column of the label, column of the log-in whose label it is).
LABELLED = (
    ("timeline_entry", "actor_label", "actor_id"), ("timeline_entry", "withdrawn_by_label", "withdrawn_by_id"),
    ("timeline_version", "actor_label", "actor_id"), ("attachment", "created_by_label", "created_by_id"),
    ("deleted_record", "deleted_by_label", "deleted_by_id"), ("record_merge", "merged_by_label", "merged_by_id"),
    ("anonymisation", "done_by_label", "done_by_id"), ("import_run", "actor_label", "user_id"),
)
# No hash of anything: nobody logs in with it.
NO_PASSWORD = "!"  # noqa: S105 - it is none
# The log itself is redacted by its own way.
NEVER = frozenset({"audit_entry"})


def table_of(name: str) -> Any:
    """Return a table by its name."""
    return Model.metadata.tables[name]


def done(session: Session, statement: Any) -> int:
    """Run a statement past the session; return how many rows it met."""
    result: CursorResult[Any] = session.connection().execute(statement)  # type: ignore[assignment]
    return max(result.rowcount, 0)


# The person ----------------------------------------------------------------------------------------------------------


def person(session: Session, subject: Subject) -> int:
    """Give the person a neutral name, and empty what tells who they were."""
    table, number = Person.__table__, 0
    for key in sorted(subject.ids):
        subject.audited[("person", key)] = Audit(KEEP_PERSON)
        name = label_of(key)
        number += done(session, update(table).where(table.c.id == key).values(
            {**dict.fromkeys(CLEARED), "name": name, "search_text": search_text(name, None, None), "is_vip": False,
             "is_active": False, "anonymised_at": clock.now(), "version": table.c.version + 1}))
    return number


def parts(session: Session, subject: Subject) -> int:
    """Remove ways to reach them, skills, and their places among the contacts of companies, deleted ones included."""
    number = 0
    for model, keep in PARTS:
        table, kind = model.__table__, model.record_type()
        for key in session.execute(select(table.c.id).where(table.c.person_id.in_(subject.ids))).scalars().all():
            subject.audited[(kind, key)] = Audit(keep)
            remove_what_hangs_on(session, kind, [key])
            done(session, delete(DeletedRecord).where(
                DeletedRecord.record_type == kind, DeletedRecord.record_id == key))
            number += done(session, delete(table).where(table.c.id == key))
    return number


def hanging(session: Session, subject: Subject) -> int:
    """Remove what hangs on the person's record: pictures and files, further fields, timeline, tags, links, keys."""
    number = 0
    for key in sorted(subject.ids):
        files = session.execute(select(Attachment.id).where(
            Attachment.record_type == "person", Attachment.record_id == key)).scalars().all()
        for file in files:
            subject.audited[("attachment", file)] = Audit(KEEP_FILE)
        number += len(files)
        number += session.execute(select(func.count()).select_from(CustomValue).where(
            CustomValue.record_type == "person", CustomValue.record_id == key)).scalar_one()
        number += session.execute(select(func.count()).select_from(TimelineEntry).where(
            TimelineEntry.record_type == "person", TimelineEntry.record_id == key)).scalar_one()
        for link in session.execute(select(RecordLink.id).where(or_(
                (RecordLink.source_type == "person") & (RecordLink.source_id == key),
                (RecordLink.target_type == "person") & (RecordLink.target_id == key)))).scalars().all():
            subject.audited[("record_link", link)] = Audit(drop=frozenset({"source_label", "target_label"}))
            number += 1
        remove_what_hangs_on(session, "person", [key])
    return number


def named_in_fields(session: Session, subject: Subject) -> int:
    """Let further fields of other records that are this person read by the neutral name."""
    table = CustomValue.__table__
    mine = (table.c.ref_type == "person") & table.c.ref_id.in_(subject.ids)
    return done(session, update(table).where(mine).values(text=subject.label, sort_text=None))


# Copies ---------------------------------------------------------------------------------------------------------------


def bin_and_merges(session: Session, subject: Subject) -> int:
    """Empty what the recycle bin and the journal of merges keep of them: no merge of theirs is taken back any more."""
    kept = select(DeletedRecord.id, DeletedRecord.record_id).where(
        DeletedRecord.record_type == "person", DeletedRecord.record_id.in_(subject.ids))
    number = 0
    for key, person_id in session.execute(kept).all():
        done(session, delete(SearchEntry).where(
            SearchEntry.record_type == "deleted_record", SearchEntry.record_id == key))
        number += done(session, update(DeletedRecord).where(DeletedRecord.id == key).values(
            name=label_of(person_id), reason=None, before=None))
    for row in session.execute(select(RecordMerge.id, RecordMerge.record_type, RecordMerge.winner_id,
                                      RecordMerge.loser_id, RecordMerge.journal)).all():
        values: dict[str, Any] = {}
        if row.record_type == "person":
            if row.winner_id in subject.ids:
                values["winner_name"] = label_of(row.winner_id)
            if row.loser_id in subject.ids:
                values["loser_name"] = label_of(row.loser_id)
        if row.journal is not None and (values or subject.without(row.journal) != row.journal):
            values["journal"] = None
        if values:
            number += done(session, update(RecordMerge).where(RecordMerge.id == row.id).values(values))
    return number


def log_in(session: Session, subject: Subject) -> int:
    """Give the log-in a neutral name and remove all that is its own: sessions, keys, secrets, notices, choices."""
    number = 0
    users, attempts = table_of("ab_user"), table_of("login_attempt")
    lowered = {name.casefold() for name in subject.values}
    number += done(session, delete(attempts).where(func.lower(attempts.c.username).in_(lowered)))
    waiting = table_of("ab_register_user")
    done(session, delete(waiting).where(waiting.c.username.in_(subject.values) | waiting.c.email.in_(subject.values)))
    tokens = table_of("api_token")
    for key in session.execute(select(tokens.c.id).where(tokens.c.user_id.in_(subject.user_ids))).scalars().all():
        subject.audited[("api_token", key)] = Audit(frozenset({"user_id", "scopes", "expires_at", "revoked_at"}))
    for name in OF_USER:
        table = table_of(name)
        number += done(session, delete(table).where(table.c.user_id.in_(subject.user_ids)))
    number += _own_filters(session, subject)
    for key in sorted(subject.user_ids):
        subject.audited[("user", key)] = Audit(KEEP_USER)
        number += done(session, update(users).where(users.c.id == key).values(
            username=f"former-{key}", first_name="Former", last_name=f"#{key}", email=f"former-{key}@removed.invalid",
            password=NO_PASSWORD, active=False))
    return number


def _own_filters(session: Session, subject: Subject) -> int:
    filters, mappings = table_of("saved_filter"), table_of("import_mapping")
    for key in session.execute(select(filters.c.id).where(filters.c.owner_id.in_(subject.user_ids))).scalars().all():
        subject.audited[("saved_filter", key)] = Audit(frozenset({"owner_id", "page", "shared"}))
    number = done(session, delete(filters).where(filters.c.owner_id.in_(subject.user_ids)))
    return number + done(session, delete(mappings).where(
        mappings.c.owner_id.in_(subject.user_ids), mappings.c.is_shared.is_(False)))


def labels(session: Session, subject: Subject) -> int:
    """Let what they did be told by the neutral name: in timelines, files, intervals, jobs, the journal of addons."""
    number, known = 0, set()
    for name, column, of in LABELLED:
        table = table_of(name)
        known.add((name, column))
        number += done(session, update(table).where(table.c[of].in_(subject.user_ids)).values({column: subject.label}))
    for table in Model.metadata.sorted_tables:
        if table.name in NEVER:
            continue
        for column in table.columns:
            if (table.name, column.name) in known or not _is_label(column):
                continue
            # Nothing says whose name it is: one that others have as well stays.
            number += done(session, update(table).where(column.in_(subject.own_names)).values(
                {column.name: subject.label[:column.type.length or 200]}))
    return number


def _is_label(column: Any) -> bool:
    is_text = isinstance(column.type, String) and not isinstance(column.type, Text)
    return is_text and (column.name.endswith(("_label", "_by")) or column.name == "label")


def notices(session: Session, subject: Subject) -> int:
    """Take them out of what others were told of."""
    return scrub(session, "notice", "params", subject)


def queue(session: Session, subject: Subject) -> int:
    """Take them out of what waits to be done or was done: messages between the desk's own processes."""
    return scrub(session, "outbox_message", "payload", subject)


def scrub(session: Session, name: str, column: str, subject: Subject) -> int:
    """Mask the person's values in a JSON column of a table, row by row; return in how many rows they stood."""
    table, number = table_of(name), 0
    for part in _in_parts(session, table, column):
        for key, value in part:
            masked = subject.without(value)
            if masked != value:
                number += done(session, update(table).where(table.c.id == key).values({column: masked}))
    return number


def _in_parts(session: Session, table: Any, column: str, size: int = 2000) -> Iterable[Any]:
    last = 0
    while rows := session.execute(select(table.c.id, table.c[column]).where(
            table.c.id > last, table.c[column].is_not(None)).order_by(table.c.id).limit(size)).all():
        yield rows
        last = rows[-1][0]


for one in (
    Store("person.parts", _l("Ways to reach them, skills, places among contacts of companies"), parts, 10),
    Store("person.hanging", _l("Pictures, files, further fields, entries and links on their page"), hanging, 20),
    Store("person.copies", _l("Copies in the recycle bin and in the journal of merges"), bin_and_merges, 30),
    Store("person.fields", _l("Further fields of other records that name them"), named_in_fields, 40),
    Store("person.log_in", _l("User name, passwords, sessions, keys, notices and choices of the log-in"), log_in, 50),
    Store("person.labels", _l("Their name beside what they did"), labels, 60),
    Store("person.notices", _l("Notices to others"), notices, 70),
    Store("person.queue", _l("Messages between the desk's own processes"), queue, 80),
    Store("person.record", _l("Name and details of the person"), person, 90),
):
    register(one)

__all__ = ["MASK", "done", "scrub", "table_of"]
