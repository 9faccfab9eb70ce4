"""People from a sheet and a GB18030 file: faults are named by row, the rest is in, and twice changes nothing."""

import pytest
from sqlalchemy import func, select

from app.db import session, unit_of_work
from app.exchange import jobs
from app.exchange.models import ImportRun
from app.exchange.rows import Importer
from app.notify.models import Notice
from app.organisation.models import Person
from app.records.audit import AuditEntry
from app.sdk.actor import SYSTEM, acting_as
from tests.exchange.conftest import bring_in, result, run_job, start, upload
from tests.exchange.people_file import as_csv, as_xlsx, people

COUNT = 210


def numbers():
    with unit_of_work(), acting_as(SYSTEM):
        people_in = session().execute(select(func.count()).select_from(Person)).scalar_one()
        audited = session().execute(select(func.count()).select_from(AuditEntry).where(
            AuditEntry.record_type == "person")).scalar_one()
    return people_in, audited


@pytest.mark.parametrize(("name", "made", "said"), [
    ("people.xlsx", as_xlsx, "XLSX"), ("people.csv", as_csv, "CSV · GB18030")])
def test_faults_are_named_by_row_and_a_second_run_changes_nothing(admin, name, made, said):
    rows, planted = people(COUNT)
    content, before = made(rows), numbers()[0]
    run, faults = bring_in(admin, content, name)
    assert (run.file_format, run.state, run.key_field) == (said, "done", "employee_number")
    assert {one.row: one.column for one in faults} == {row: heading for row, (_kind, heading) in planted.items()}
    assert (run.created, run.changed, run.unchanged, run.refused) == (COUNT - 20, 0, 0, 20)
    there = numbers()
    assert there[0] == before + COUNT - 20
    again, faults_again = bring_in(admin, content, name)
    assert (again.created, again.changed, again.unchanged, again.refused) == (0, 0, COUNT - 20, 20)
    assert {one.row for one in faults_again} == set(planted)
    # The rows, and one note of the import itself for each of its numbers.
    assert (numbers()[0], numbers()[1] - there[1]) == (there[0], 5)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestOnOneDatabase:
    def test_the_messages_are_in_the_language_of_whoever_brought_it(self, admin):
        from flask_babel import force_locale

        rows, planted = people(COUNT)
        with force_locale("zh"):
            _run, faults = bring_in(admin, as_xlsx(rows))
        said = {planted[one.row][0]: one.message for one in faults}
        assert said["day"] == said["us day"] == "这不是日期。请写成 2026-01-31 这样。"
        assert said["company"] == "没有“无此公司”。"

    def test_a_trial_writes_nothing_and_says_what_it_would(self, admin):
        rows, _planted = people(COUNT)
        before = numbers()
        run, faults = bring_in(admin, as_csv(rows), "people.csv", is_trial=True)
        assert numbers() == before
        assert (run.created, run.refused, len(faults), run.is_trial) == (COUNT - 20, 20, 20, True)
        start(admin, run.id)
        run_job(run.id)
        run, faults = result(run.id)
        assert (run.created, len(faults)) == (COUNT - 20, 20)
        assert numbers()[0] == before[0] + COUNT - 20

    def test_only_what_differs_is_changed_and_audited_by_whom(self, admin):
        rows, _planted = people(COUNT, faults=0)
        bring_in(admin, as_csv(rows), "people.csv")
        rows[7][4], rows[9][1] = "02155667788", "欧阳娜娜"
        rows[11][5] = ""  # an empty cell says nothing
        run, _faults = bring_in(admin, as_csv(rows, "utf-8"), "people.csv")
        assert (run.changed, run.unchanged) == (2, COUNT - 2)
        with unit_of_work(), acting_as(SYSTEM):
            told = session().execute(select(AuditEntry).where(
                AuditEntry.record_type == "person", AuditEntry.action == "update",
                AuditEntry.via == "import")).scalars().all()
            said = {(one.field, one.new): (one.actor_label, one.cause) for one in told}
        assert said["name", "欧阳娜娜"] == ("Administrator", f"import #{run.id}")
        assert len({one.record_id for one in told}) == 2

    def test_a_worker_that_dies_doubles_nothing(self, admin, monkeypatch):
        rows, _planted = people(COUNT)
        run_id = upload(admin, as_xlsx(rows))
        start(admin, run_id)
        calls, bring = [], Importer.bring_in

        def dying(self, row):
            calls.append(row.place)
            if len(calls) in (40, 90):
                raise KeyboardInterrupt
            return bring(self, row)

        monkeypatch.setattr(Importer, "bring_in", dying)
        for _time in range(2):
            with pytest.raises(KeyboardInterrupt):
                run_job(run_id)
        run_job(run_id)
        run, faults = result(run_id)
        assert (run.done, run.created, run.refused, len(faults)) == (COUNT, COUNT - 20, 20, 20)
        with unit_of_work(), acting_as(SYSTEM):
            twice = session().execute(select(Person.employee_number).group_by(Person.employee_number).having(
                func.count() > 1)).scalars().all()
        assert twice in ([], [None])

    def test_it_goes_on_in_steps_and_stops_when_it_is_cancelled(self, admin, monkeypatch):
        from app.exchange.services import exchange_service

        monkeypatch.setattr(jobs, "STEP_SECONDS", 0.05)
        rows, _planted = people(COUNT)
        run_id = upload(admin, as_xlsx(rows))
        start(admin, run_id)
        assert run_job(run_id) > 1
        second = upload(admin, as_xlsx(rows))
        start(admin, second)
        with unit_of_work(write=True), acting_as(admin.actor):
            exchange_service.cancel(admin.actor, second)
        run_job(second)
        assert (result(second)[0].state, result(second)[0].done) == ("cancelled", 0)

    def test_whoever_brought_it_is_told(self, admin):
        rows, _planted = people(40, faults=0)
        run, _faults = bring_in(admin, as_xlsx(rows))
        with unit_of_work(), acting_as(SYSTEM):
            notice = session().execute(select(Notice).where(Notice.kind == "exchange.over")).scalar_one()
        assert (notice.user_id, notice.url, notice.params["refused"]) == (admin.user_id, f"/exchange/{run.id}", 0)

    def test_a_right_taken_away_meanwhile_stops_it(self, admin, monkeypatch):
        rows, _planted = people(40, faults=0)
        run_id = upload(admin, as_xlsx(rows))
        start(admin, run_id)
        monkeypatch.setattr("app.exchange.targets.may_import", lambda _view, _actor: False)
        before = numbers()[0]
        run_job(run_id)
        assert (result(run_id)[0].state, numbers()[0]) == ("failed", before)
        with unit_of_work(), acting_as(SYSTEM):
            assert session().execute(select(ImportRun.done).where(ImportRun.id == run_id)).scalar_one() == 0
