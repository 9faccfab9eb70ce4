"""A list taken away as a file: what the filters leave, in the shown columns, for those who may, and noted."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from addons.incident.models import Incident
from addons.incident.services import incident_service
from app.db import unit_of_work
from app.records.audit import AuditEntry
from app.sdk.actor import SYSTEM, acting_as
from app.web.export import _harmless, plain
from tests.fab.conftest import make_incident, written  # noqa: F401 - a fixture
from tests.support.people import csrf_token

BASE = "/incident/incidents"
LIST, EXPORT = f"{BASE}/list/", f"{BASE}/export"
MORNING = datetime(2026, 3, 5, 1, 30, tzinfo=UTC)  # 09:30 in Shanghai


@pytest.fixture
def queue(cast, written, monkeypatch):  # noqa: F811 - the fixture
    """Incidents of both groups, read in batches of two; one title is a formula, one has letters of few programs."""
    with written() as session:
        for number, title in enumerate(("=1+1", "𠮷 网络", "plain", "other", "theirs")):
            made = make_incident(title=title, group=cast.second_line if title == "theirs" else cast.first_line)
            made.opened_at = MORNING.replace(day=number + 1)
        session.flush()
    monkeypatch.setattr("app.web.export.BATCH", 2)


def export(client, kind="csv", query=""):
    return client.post(f"{EXPORT}?{query}", data={"csrf_token": csrf_token(client, LIST), "format": kind})


def read(answer, encoding="utf-8-sig"):
    assert answer.status_code == 200, answer.text[:1000]
    return list(csv.DictReader(io.StringIO(answer.data.decode(encoding), newline="")))


def notes(app):
    with app.app_context(), unit_of_work() as session, acting_as(SYSTEM):
        rows = session.execute(select(AuditEntry).where(AuditEntry.action == "export").order_by(AuditEntry.id))
        return [(row.record_type, row.field, row.new) for row in rows.scalars()]


def test_tags_stand_in_one_cell_as_a_file_brings_them_in(app, cast, logged_in, queue):
    with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
        pk = session.execute(select(Incident.id).where(Incident.title == "plain")).scalar_one()
        incident_service.set_tags(SYSTEM, pk, ["vip floor", "cable"])
    client = logged_in(cast.agent)
    client.post(f"{BASE}/columns", data={"csrf_token": csrf_token(client, f"{BASE}/columns"),
                                         "column": ["title", "tags"]})
    assert {row["Title"]: row["Tags"] for row in read(export(client))} == {
        "'=1+1": "", "𠮷 网络": "", "plain": "cable; vip floor", "other": "", "theirs": ""}
    text = client.get(LIST).text
    assert text.index('<span class="tag-plain">cable</span>') < text.index('<span class="tag-plain">vip floor</span>')


def test_csv_has_the_rows_of_the_filters_in_the_shown_columns_and_the_readers_zone(app, cast, logged_in, queue):
    client = logged_in(cast.agent)
    client.post(f"{BASE}/columns", data={"csrf_token": csrf_token(client, f"{BASE}/columns"),
                                         "column": ["title", "opened_at", "group", "state"]})
    answer = export(client, query="_oc_IncidentView=opened_at&_od_IncidentView=asc")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    named = answer.headers["Content-Disposition"]
    assert re.match(r"attachment; filename=incidents-\d{4}-\d\d-\d\d\.csv; filename\*=UTF-8''Incidents%20\d{4}", named)
    assert named.isascii()
    rows = read(answer)
    assert [row["Title"] for row in rows] == ["'=1+1", "𠮷 网络", "plain", "other", "theirs"]
    assert list(rows[0]) == ["Title", "Opened at", "Work group", "State"]
    assert (rows[0]["Opened at"], rows[0]["State"]) == ("2026-03-01 09:30", "Assigned")
    assert [row["Title"] for row in read(export(client, query=f"_flt_0_group={cast.second_line}"))] == ["theirs"]
    said = {field: value for record_type, field, value in notes(app)[:4] if record_type == "incident"}
    assert (said["rows"], said["format"], said["columns"]) == (5, "csv", ["title", "opened_at", "group", "state"])


def test_gb18030_for_older_programs(cast, logged_in, queue):
    rows = read(export(logged_in(cast.agent), "csv-gb18030"), "gb18030")
    assert {"𠮷 网络", "'=1+1"} <= {row["Title"] for row in rows}


def test_a_sheet_has_times_numbers_a_frozen_head_and_no_formula(cast, logged_in, queue):
    client = logged_in(cast.agent)
    client.post(f"{BASE}/columns", data={"csrf_token": csrf_token(client, f"{BASE}/columns"),
                                         "column": ["title", "opened_at", "reopen_count"]})
    answer = export(client, "xlsx", "_oc_IncidentView=opened_at&_od_IncidentView=asc")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert not re.search(r"<f[ >]", sheet)
    assert re.search(r'<pane [^>]*topLeftCell="A2"[^>]*state="frozen"', sheet)
    assert '<autoFilter ref="A1:C6"' in sheet
    texts = re.findall(r'<c r="A\d"[^>]*t="inlineStr"><is><t[^>]*>([^<]*)</t>', sheet)
    assert texts == ["Title", "=1+1", "𠮷 网络", "plain", "other", "theirs"]
    # A time is a number of days, formatted as one; a count is a number.
    days = (datetime(2026, 3, 1, 9, 30, tzinfo=UTC) - datetime(1899, 12, 30, tzinfo=UTC)).total_seconds() / 86400
    time = re.search(r'<c r="B2" s="(\d+)"><v>([\d.]+)</v>', sheet)
    assert (int(time[1]) > 0, float(time[2])) == (True, pytest.approx(days))
    assert re.search(r'<c r="C2"><v>0</v>', sheet)


def test_everybody_gets_what_they_may_see(cast, logged_in, queue):
    assert [row["Title"] for row in read(export(logged_in(cast.specialist)))] == ["theirs"]


def test_who_lacks_the_right_sees_no_button_and_gets_nothing(app, cast, logged_in, queue):
    customer, agent = logged_in(cast.customer), logged_in(cast.agent)
    assert (f"{EXPORT}?" in agent.get(LIST).text, f"{EXPORT}?" in customer.get(LIST).text) == (True, False)
    answer = customer.post(EXPORT, data={"csrf_token": csrf_token(customer, f"{BASE}/columns"), "format": "csv"})
    assert answer.status_code == 403
    assert agent.get(EXPORT).status_code == 405
    assert app.test_client().post(EXPORT, data={"format": "csv"}).status_code in (302, 400, 401, 403)
    assert export(agent, "exe").status_code == 422
    assert notes(app) == []


def test_too_many_rows_are_refused_with_a_word(app, cast, logged_in, queue, monkeypatch):
    monkeypatch.setattr("app.web.list_routes.LIMIT", 4)
    answer = export(logged_in(cast.agent))
    assert (answer.status_code, "At most 4 rows" in answer.text) == (422, True)
    assert notes(app) == []


def test_an_export_reads_batch_by_batch(cast, logged_in, queue, statements):
    client = logged_in(cast.agent)
    token = csrf_token(client, LIST)
    with statements() as sent:
        read(client.post(EXPORT, data={"csrf_token": token, "format": "csv"}))
    pages = [text for text in sent if "ORDER BY" in text and "FROM ticket JOIN incident" in text]
    assert len(pages) == 3
    assert not any(re.search(r"OFFSET\s+[1-9]", text) for text in sent)


@pytest.mark.parametrize(("value", "written_as"), [
    ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"),
    ("\rx", "'\rx"), ("a=b", "a=b"), (-5, -5), ("", ""),
])
def test_what_a_sheet_would_run_is_a_text(app, value, written_as):
    with app.test_request_context("/"):
        assert _harmless(plain(value)) == written_as
