"""Files that are none, too large, or lie; encodings; cells as people write them; pages and REST under rights."""

import io
import zipfile
from datetime import date

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from app.db import session, unit_of_work
from app.exchange import cells, reading
from app.exchange.cells import Unreadable
from app.organisation.models import Department, Person
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.errors import InvalidField
from tests.exchange.conftest import bring_in, run_job
from tests.exchange.people_file import as_csv, as_xlsx, people
from tests.support.people import csrf_token, make_company

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


class TestReading:
    @pytest.mark.parametrize(("encoding", "said"), [
        ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")])
    def test_encodings(self, context, encoding, said):
        found = reading.read("x.csv", "姓名;电话\n王伟𠮷;1\n\n李娜;2\n".encode(encoding))
        assert found.format == f"CSV · {said}"
        assert (found.headers, found.rows) == (["姓名", "电话"], [(2, ["王伟𠮷", "1"]), (4, ["李娜", "2"])])

    @pytest.mark.parametrize("content", [b"", b"a,b\n", b"\x89PNG\r\n\x1a\n\0\0\0", b"PK\x03\x04 no zip", b"\xff\xffa"])
    def test_what_is_no_table_is_refused(self, context, content):
        with pytest.raises(InvalidField):
            reading.read("x", content)

    def test_a_bomb_is_refused_before_it_is_parsed(self, context):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/workbook.xml", "<workbook/>")
            packed.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
        assert len(out.getvalue()) < 100_000
        with force_locale("en"), pytest.raises(InvalidField, match="unpacks"):
            reading.read("bomb.xlsx", out.getvalue())

    def test_too_many_rows_or_cells_are_refused(self, context, monkeypatch):
        monkeypatch.setattr(reading, "MAX_ROWS", 3)
        for content in (b"a\n1\n2\n3\n4\n5\n", as_xlsx([["1"]] * 8)):
            with pytest.raises(InvalidField):
                reading.read("x", content)


class TestCells:
    @pytest.mark.parametrize("text", ["2026-01-05", "2026/1/5", "2026.1.5", "2026年1月5日", "20260105", "5 Jan 2026",
                                      "January 5, 2026", "2026-01-05 00:00:00"])
    def test_days(self, context, text):
        assert cells.as_day(text) == date(2026, 1, 5)

    @pytest.mark.parametrize("text", ["01/05/2026", "2026-02-30", "2026-13-01", "yesterday", "", "5"])
    def test_what_is_no_day(self, context, text):
        with pytest.raises(Unreadable):
            cells.as_day(text)

    @pytest.mark.parametrize(("text", "hour"), [
        ("2026-01-05 14:30", 14), ("2026年1月5日 下午2:30", 14), ("2026/1/5 2:30 pm", 14), ("2026-01-05T14:30:00", 14)])
    def test_times_are_of_the_zone(self, context, text, hour):
        found = cells.as_moment(text, "Asia/Shanghai")
        assert (found.hour, found.minute, found.utcoffset().total_seconds()) == (hour, 30, 8 * 3600)

    def test_yes_no_and_numbers(self, context):
        assert [cells.as_bool(one) for one in ("是", "Yes", "1", "TRUE", "否", "n", "0")] == [True] * 4 + [False] * 3
        assert (cells.as_whole("1,234"), str(cells.as_number("1 234.50"))) == (1234, "1234.50")
        for text in ("1e999999", "NaN", "x", "1.5"):
            with pytest.raises(Unreadable):
                cells.as_whole(text)


class TestNames:
    def test_a_department_is_that_of_the_company_and_several_are_named(self, admin):
        with unit_of_work(write=True), acting_as(SYSTEM):
            from app.organisation.services import department_service

            other = make_company(name="天汇科技")
            department_service.create(SYSTEM, {"name": "研发部", "company": make_company(name="Other").id})
        rows = [[*row, "", "", "", "", "", ""] for row in (
            ["E1", "王伟", "TH", "研发部"], ["E2", "李娜", "天汇科技", ""], ["E3", "张敏", "", "研发部"])]
        run, faults = bring_in(admin, as_csv(rows), "x.csv")
        assert [(one.row, one.column) for one in faults] == [(3, "公司"), (4, "部门")]
        assert run.created == 1
        with unit_of_work(), acting_as(SYSTEM):
            person = session().execute(select(Person).where(Person.employee_number == "E1")).scalar_one()
            assert person.company_id not in (None, other.id)

    def test_what_is_missing_is_made_only_where_it_is_wanted(self, admin):
        rows = [[f"E{number}", "王伟", "天汇科技", "新部门", "", "", "", "", "", ""] for number in range(3)]
        run, faults = bring_in(admin, as_csv(rows), "x.csv")
        assert (run.refused, len(faults)) == (3, 3)
        run, faults = bring_in(admin, as_csv(rows), "x.csv", create_missing=True)
        assert (run.created, faults) == (3, [])
        with unit_of_work(), acting_as(SYSTEM):
            assert len(session().execute(select(Department).where(Department.name == "新部门")).scalars().all()) == 1

    def test_external_keys_find_records_again(self, admin):
        content = "外部编号,姓名,电话\nA-1,王伟,{}\nA-2,李娜,2\n"
        run, _faults = bring_in(admin, content.format(1).encode(), "x.csv")
        assert (run.key_field, run.created) == ("@external", 2)
        run, _faults = bring_in(admin, content.format(9).encode(), "x.csv")
        assert (run.created, run.changed, run.unchanged) == (0, 1, 1)


class TestPagesAndRest:
    def test_by_page_from_upload_to_the_list_of_faults(self, app, cast, offices, logged_in):
        rows, planted = people(42)
        client = logged_in(cast.admin)
        page = "/exchange/new/organisation/people"
        assert f'href="{page}"' in client.get("/organisation/people/list/").text
        sent = client.post(page, data={"csrf_token": csrf_token(client, page), "file": (
            io.BytesIO(as_csv(rows)), "people.csv")}, content_type="multipart/form-data")
        columns = sent.headers["Location"]
        shown = client.get(columns).text
        assert 'value="employee_number" selected' in shown
        run_id = int(columns.split("/")[2])
        wrong = client.post(columns, data={"csrf_token": csrf_token(client, columns), "column_0": "name",
                                           "column_1": "name", "way": "import"})
        assert wrong.status_code == 422
        assert "Two columns cannot fill one field." in wrong.text
        given = {f"column_{place}": name for place, name in enumerate(
            ("employee_number", "name", "company", "department", "phone", "email", "joined_on", "left_on",
             "is_active"))}
        sent = client.post(columns, data={"csrf_token": csrf_token(client, columns), **given, "way": "import",
                                          "key_field": "employee_number", "name": "HR", "source": "file"})
        assert sent.headers["Location"] == f"/exchange/{run_id}"
        assert "hx-trigger" in client.get(f"/exchange/{run_id}").text
        with app.app_context():
            run_job(run_id)
        shown = client.get(f"/exchange/{run_id}/state").text
        assert 'data-state="done"' in shown
        told = client.get(f"/exchange/{run_id}/faults.csv").data.decode("utf-8-sig").splitlines()
        assert {int(line.split(",")[0]) for line in told[1:]} == set(planted)
        assert "people.csv" in client.get("/exchange/").text

    def test_who_may_not(self, app, cast, logged_in):
        agent, page = logged_in(cast.agent), "/exchange/new/organisation/people"
        assert "/exchange/new/" not in agent.get("/organisation/people/list/").text
        assert agent.get(page).status_code == 403
        sent = agent.post(page, data={"csrf_token": csrf_token(agent, "/profile/password"), "file": (
            io.BytesIO(b"a\n1\n"), "x.csv")}, content_type="multipart/form-data")
        assert sent.status_code == 403
        assert agent.get("/exchange/").status_code == 403
        manager = logged_in(cast.manager)
        assert manager.get(page).status_code == 200
        assert manager.get("/exchange/new/security/users").status_code in (403, 404)

    def test_by_rest_and_nobody_sees_the_files_of_others(self, app, cast, offices, logged_in):
        rows, _planted = people(42)
        client = logged_in(cast.admin)
        token = {"X-CSRFToken": csrf_token(client, "/profile/password")}
        sent = client.post("/api/v1/import/person", headers=token, data={"file": (
            io.BytesIO(as_xlsx(rows)), "people.xlsx")}, content_type="multipart/form-data")
        assert (sent.status_code, sent.json["total"], sent.json["key_field"]) == (201, 42, "employee_number")
        key = sent.json["id"]
        wrong = client.post(f"/api/v1/import/{key}/start", headers=token, json={"mapping": {"0": "user"}})
        assert wrong.status_code == 422
        assert client.post(f"/api/v1/import/{key}/start", headers=token, json={"is_trial": True}).status_code == 200
        with app.app_context():
            run_job(key)
        told = client.get(f"/api/v1/import/{key}").json
        assert (told["state"], told["created"], told["refused"], len(told["faults"])) == ("done", 22, 20, 20)
        assert client.post(f"/api/v1/import/{key}/start", json={}).status_code == 403
        manager = logged_in(cast.manager)
        assert manager.get(f"/api/v1/import/{key}").status_code == 404
        assert manager.get(f"/exchange/{key}").status_code == 404
