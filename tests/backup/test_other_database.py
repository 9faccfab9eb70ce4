"""A backup comes back on the other database as it was: every row, every file, every counter."""

from flask import Flask
from sqlalchemy import select

from addons.ticket.models import Ticket
from app.backup import restoring, snapshot
from app.db import db, unit_of_work
from app.organisation.models import Company
from app.records import audit_chain, search
from app.records.attachments import Attachment, path_of_hash
from app.sdk.actor import SYSTEM, acting_as
from tests.backup.conftest import back_up, empty_install
from tests.support.databases import KINDS
from tests.support.people import make_company


def test_all_is_there_again(filled: Flask, database_kind: str, tmp_path) -> None:
    other = next(kind for kind in KINDS if kind != database_kind)
    written = back_up(filled, tmp_path / "first.tar")
    assert (tmp_path / "first.tar").stat().st_mode & 0o777 == 0o600
    assert written.rows > 1000
    assert written.files >= 1
    with empty_install(other, tmp_path / "restored") as desk:
        restoring.restore(desk, tmp_path / "first.tar")
        again = back_up(desk, tmp_path / "second.tar")
        assert again.tables == written.tables
        assert (again.files, again.file_bytes, again.missing) == (written.files, written.file_bytes, [])
        with unit_of_work() as session:
            reading = audit_chain.begin(session)
            audit_chain.read_on(session, reading)
            (sha256,) = session.execute(select(Attachment.sha256)).scalars()
        assert reading.entries > 0
        assert reading.faults == []
        assert path_of_hash(sha256).read_bytes() == b"kept under its hash"


def test_words_are_found_and_ids_go_on(filled: Flask, database_kind: str, tmp_path) -> None:
    with filled.app_context(), acting_as(SYSTEM), unit_of_work(write=True) as session:
        gone = make_company(name="Gone again")
        session.flush()
        highest = gone.id
        session.delete(gone)
    back_up(filled, tmp_path / "first.tar")
    other = next(kind for kind in KINDS if kind != database_kind)
    with empty_install(other, tmp_path / "restored") as desk:
        restoring.restore(desk, tmp_path / "first.tar")
        with acting_as(SYSTEM), unit_of_work(write=True) as session:
            found = session.execute(select(Ticket.title).where(search.matching(Ticket, "ünïcode 打印"))).scalars()
            assert list(found) == ["Ünïcode 打印机"]
            made = Company(**_values(session.execute(select(Company)).scalars().first()))
            session.add(made)
            session.flush()
            assert made.id > highest
        with db.engine.connect() as connection:
            assert not snapshot.is_empty(connection)


def _values(company: Company) -> dict[str, object]:
    left_out = {"id", "number", "code"}
    return {column.key: getattr(company, column.key) for column in Company.__table__.columns
            if column.key not in left_out and not column.unique}
