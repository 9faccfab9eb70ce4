"""Files hold people as well: those brought in, with the faults of their cells, and long lists that are kept."""

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from app.db import after_commit
from app.exchange import export_files, storage
from app.exchange.models import CANCELLED, DRAFT, RUNNING, UNDER_WAY, WAITING, ExportRun, ImportFault, ImportRun
from app.organisation.personal_data import MASK, Store, Subject, register
from app.sdk.errors import Conflict
from app.sdk.i18n import _, _l

OF_PEOPLE = ("person", "contact_method", "company_contact")


def remove_files(session: Session, subject: Subject) -> int:
    """Remove every file of people that was brought in, and the person from the faults of all others.

    Raises Conflict while such a file is on its way.
    """
    runs = ImportRun.__table__
    rows = session.execute(select(runs.c.id, runs.c.file_key, runs.c.state).where(
        runs.c.record_type.in_(OF_PEOPLE))).all()
    if any(row.state in (RUNNING, WAITING) for row in rows):
        raise Conflict(_("A file of people is being brought in. Wait until it is through."))
    keys = [row.file_key for row in rows if row.file_key]
    for row in rows:
        state = CANCELLED if row.state == DRAFT else row.state
        session.connection().execute(update(runs).where(runs.c.id == row.id).values(
            file_key=None, sample=[], state=state))

    exported = _exports(session)

    def remove_them() -> None:
        for key in keys:
            storage.remove(key)
        for key in exported:
            export_files.remove(key)

    after_commit(remove_them)
    return len(keys) + len(exported) + _faults(session, subject)


def _exports(session: Session) -> list[str]:
    # Any list may name the person. Who asked for one can ask again.
    runs = ExportRun.__table__
    keys = list(session.execute(select(runs.c.file_key).where(runs.c.file_key.is_not(None))).scalars())
    session.connection().execute(update(runs).where(runs.c.file_key.is_not(None)).values(
        file_key=None, state=case((runs.c.state.in_(UNDER_WAY), CANCELLED), else_=runs.c.state)))
    return keys


def _faults(session: Session, subject: Subject) -> int:
    if not subject.values:
        return 0
    table = ImportFault.__table__
    holds = or_(*(column.contains(value, autoescape=True) for value in sorted(subject.values)
                  for column in (table.c.value, table.c.message)))
    result = session.connection().execute(update(table).where(holds).values(value=MASK, message=MASK))
    return result.rowcount


register(Store("exchange.files",
               _l("Files of people that were brought in, what was wrong in them, and long lists kept as files"),
               remove_files, 35))
