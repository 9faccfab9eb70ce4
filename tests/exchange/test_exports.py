"""A list that is too long to be sent at once: a job makes the file, in steps, under the rights of whoever asked."""

import csv
import io
import re

import pytest
from python_calamine import load_workbook

from app.db import session, unit_of_work
from app.exchange import export_files, export_job
from app.exchange.models import ExportRun
from app.organisation.models import Person
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.jobs import Again
from app.security.services import role_service
from tests.support.people import csrf_token, make_login, make_person

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PEOPLE = "/organisation/people"
NAMES = [f"Traveller {number:02}" for number in range(12)]


@pytest.fixture
def travellers(app, cast, monkeypatch):
    """Twelve people, where more than five rows are too many to be sent at once."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        for name in NAMES:
            make_person(name=name, phone="=1+1")
    monkeypatch.setattr("app.web.list_routes.AT_ONCE", dict.fromkeys(("csv", "csv-gb18030", "xlsx"), 5))
    monkeypatch.setattr("app.web.export.BATCH", 5)


def ask(client, kind="csv"):
    answer = client.post(f"{PEOPLE}/export?q=Traveller&_oc_PersonView=name&_od_PersonView=asc",
                         data={"csrf_token": csrf_token(client, f"{PEOPLE}/list/"), "format": kind})
    assert answer.status_code == 302, answer.text[:500]
    return re.fullmatch(r"/exchange/exports/(\d+)", answer.headers["Location"])[1]


def work(app, run_id, *, steps=99):
    """Run the job as workers do, with one batch a step; return how many steps it took."""
    with app.app_context(), acting_as(SYSTEM, via="job"):
        for step in range(steps):
            try:
                export_job.run_export({"run": int(run_id)})
            except Again:
                continue
            return step + 1
    return steps


def fetch(client, run):
    return client.get(f"/exchange/exports/{run}/file", buffered=True).data.decode("utf-8-sig")


def names(text):
    return [row["Full name"] for row in csv.DictReader(io.StringIO(text, newline=""))]


@pytest.fixture(autouse=True)
def one_batch_a_step(monkeypatch):
    monkeypatch.setattr(export_job, "STEP_SECONDS", -1.0)


def test_it_is_made_in_steps_and_taken_away_once_it_is_there(app, cast, logged_in, travellers):
    client = logged_in(cast.admin)
    run = ask(client)
    page = client.get(f"/exchange/exports/{run}").text
    assert "/cancel" in page
    assert client.get(f"/exchange/exports/{run}/file").status_code == 404
    assert work(app, run) == 4  # 5 + 5 + 2 rows, and the file
    assert f"/exchange/exports/{run}/file" in client.get(f"/exchange/exports/{run}").text
    answer = client.get(f"/exchange/exports/{run}/file", buffered=True)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.match(r"attachment; filename=people-\d{4}-\d\d-\d\d\.csv;", answer.headers["Content-Disposition"])
    assert names(answer.data.decode("utf-8-sig")) == NAMES
    assert "A list of 12 rows is ready as a file" in client.get("/notices/").text
    assert "Traveller" not in client.get("/exchange/exports/").text


def test_a_sheet_has_times_as_times_and_nothing_is_a_formula(app, cast, logged_in, travellers):
    client = logged_in(cast.admin)
    client.post(f"{PEOPLE}/columns", data={"csrf_token": csrf_token(client, f"{PEOPLE}/columns"),
                                           "column": ["name", "phone"]})
    run = ask(client, "xlsx")
    work(app, run)
    book = load_workbook(io.BytesIO(client.get(f"/exchange/exports/{run}/file", buffered=True).data))
    assert book.get_sheet_by_index(0).to_python()[:2] == [["Full name", "Phone"], [NAMES[0], "=1+1"]]


def test_a_step_that_was_not_kept_leaves_no_row_twice(app, cast, logged_in, travellers):
    client = logged_in(cast.admin)
    run = ask(client)
    work(app, run, steps=1)
    with app.app_context(), unit_of_work(), acting_as(SYSTEM):
        key = session().get(ExportRun, int(run)).file_key
        with export_files.rows_path(key).open("ab") as out:  # a worker died between its rows and its note of them
            out.write(b'["Traveller 05", "half a row')
    work(app, run)
    assert names(fetch(client, run)) == NAMES


def test_it_is_for_whoever_asked_alone_and_only_while_they_may(app, cast, logged_in, travellers):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        role = role_service.create(SYSTEM, {"code": "takes", "label": {"en": "Takes"},
                                            "permissions": ["person.read", "list.export"]}).id
        login = make_login("takes", groups=[cast.first_line])
    mine = logged_in(login)
    run = ask(mine)
    work(app, run)
    other = logged_in(cast.admin)
    assert [other.get(f"/exchange/exports/{run}{rest}").status_code for rest in ("", "/state", "/file")] == [404] * 3
    assert names(fetch(mine, run)) == NAMES
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        role_service.update(SYSTEM, role, {"permissions": ["person.read"]})
    assert mine.get(f"/exchange/exports/{run}/file").status_code == 403


def test_a_right_taken_away_meanwhile_ends_it(app, cast, logged_in, travellers, monkeypatch):
    client = logged_in(cast.admin)
    run = ask(client)
    work(app, run, steps=1)
    monkeypatch.setattr(Person, "__guarded__", {**Person.__guarded__, "name": "person.nobody_has"})
    assert work(app, run) == 1
    assert "Your rights to this list have changed" in client.get(f"/exchange/exports/{run}").text
    assert client.get(f"/exchange/exports/{run}/file").status_code == 404


def test_it_can_be_stopped(app, cast, logged_in, travellers):
    client = logged_in(cast.admin)
    run = ask(client)
    work(app, run, steps=1)
    client.post(f"/exchange/exports/{run}/cancel", data={"csrf_token": csrf_token(client, f"/exchange/exports/{run}")})
    assert work(app, run) == 1
    assert "Cancelled" in client.get(f"/exchange/exports/{run}").text


def test_files_are_kept_some_days(app, cast, logged_in, travellers, monkeypatch):
    client = logged_in(cast.admin)
    run = ask(client)
    work(app, run)
    with app.app_context(), acting_as(SYSTEM, via="job"):
        with unit_of_work() as unit:
            path = export_files.file_path(unit.get(ExportRun, int(run)).file_key)
        export_job.forget_exports({})
        assert path.exists()
        monkeypatch.setattr(export_job, "setting", lambda _name: -1)
        export_job.forget_exports({})
    assert not path.exists()
    assert client.get(f"/exchange/exports/{run}").status_code == 404
