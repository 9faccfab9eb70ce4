"""Conditions of a list: typed, several, empty, mine, open, and times that move with the day in the reader's zone."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.incident.models import Incident
from addons.incident.views.incident import IncidentView
from addons.incident.workflow import INCIDENT
from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from app.web.filters import DeskFilters
from app.web.interface import Interface
from tests.fab.conftest import make_incident, written  # noqa: F401 - a fixture
from tests.support.people import make_person

LIST = "/incident/incidents/list/"
NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)  # Thursday, 12:00 in Shanghai


def numbered(name, column, view=IncidentView):
    """Return the argument of an operator by its own name."""
    filters = Interface(view.datamodel.obj).get_filters([column])
    if column in ("state", "kind", "pending_reason"):
        from app.web.filter_kinds import code_filters

        filters.only(column, code_filters(INCIDENT if column == "state" else None))
    names = [one.arg_name for one in filters.get_search_filters()[column]]
    return f"_flt_{names.index(name)}_{column}"


def shown(client, query):
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200, answer.text[:2000]
    return sorted(re.findall(r'class="row-link"[^>]*>(INC\d+)<', answer.text))


def titles(client, query):
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200, answer.text[:2000]
    return sorted(set(re.findall(r">(job \w+)<", answer.text)))


def test_numbers_of_operators_stay_what_they_were():
    assert [numbered(name, "title") for name in ("ct", "sw", "eq", "neq", "in")] == [
        f"_flt_{number}_title" for number in range(5)]
    assert [numbered(name, "opened_at") for name in ("eq", "gt", "lt", "neq")] == [
        f"_flt_{number}_opened_at" for number in range(4)]
    assert [numbered(name, "group") for name in ("rel_o_m", "nrel_o_m")] == ["_flt_0_group", "_flt_1_group"]
    assert [numbered(name, "state") for name in ("eq", "neq")] == ["_flt_0_state", "_flt_1_state"]


@pytest.fixture
def jobs(cast, written):  # noqa: F811 - the fixture
    """Incidents of two groups, one of nobody, one resolved."""
    with written() as session:
        made = {
            "mine": make_incident(title="job mine", group=cast.first_line, assignee=cast.agent.person_id),
            "ours": make_incident(title="job ours", group=cast.first_line),
            "theirs": make_incident(title="job theirs", group=cast.second_line),
            "nobodys": make_incident(title="job nobodys"),
            "done": make_incident(title="job done", group=cast.first_line),
        }
        session.flush()
        done = session.get(Incident, made["done"].id)
        done.state, done.state_category, done.resolved_at = "resolved", "resolved", NOON
        session.flush()
        return {name: one.id for name, one in made.items()}


class TestSets:
    def test_what_is_empty_mine_open_or_one_of(self, cast, logged_in, jobs):
        client = logged_in(cast.agent)
        for query, found in self.CASES:
            address = "&".join(f"{numbered(name, column)}={value}" for name, column, value in query)
            assert titles(client, address) == sorted(f"job {name}" for name in found), query

    CASES = (
        ([("empty", "group", "1")], {"nobodys"}),
        ([("nempty", "assignee", "1")], {"mine"}),
        ([("me", "assignee", "1")], {"mine"}),
        ([("my_groups", "group", "1")], {"mine", "ours", "done"}),
        ([("my_groups", "group", "1"), ("open", "state", "1"), ("empty", "assignee", "1")], {"ours"}),
        ([("open", "state", "1")], {"mine", "ours", "theirs", "nobodys"}),
        ([("nopen", "state", "1")], {"done"}),
        ([("in", "state", "new"), ("in", "state", "resolved")], {"nobodys", "done"}),
        ([("empty", "resolved_at", "1")], {"mine", "ours", "theirs", "nobodys"}),
        ([("in", "kind", "complaint"), ("in", "kind", "nonsense")], set()),
        ([("rel_in", "group", "nonsense")], set()),
    )

    def test_one_of_several_groups(self, cast, logged_in, jobs):
        argument = numbered("rel_in", "group")
        both = f"{argument}={cast.first_line}&{argument}={cast.second_line}"
        assert titles(logged_in(cast.agent), both) == ["job done", "job mine", "job ours", "job theirs"]

    def test_one_address_serves_everybody(self, cast, logged_in, jobs):
        address = f"{numbered('my_groups', 'group')}=1"
        assert titles(logged_in(cast.specialist), address) == ["job theirs"]

    def test_rest_has_them_too(self, cast, logged_in, jobs):
        client = logged_in(cast.agent)
        for name, column, value, count in (("my_groups", "group", "1", 3), ("open", "state", "1", 4),
                                           ("in", "state", "!(new,resolved)", 2), ("period", "opened_at", "today", 5),
                                           ("eq", "state", "new", 1), ("rel_o_m", "group", str(cast.second_line), 1)):
            query = f"(filters:!((col:{column},opr:{name},value:{value})))"
            answer = client.get(f"/api/v1/incident/?q={query}")
            assert (answer.status_code, answer.json["count"]) == (200, count), (name, answer.text)
        for wrong in ("(filters:!((col:state,opr:ct,value:n)))", "(filters:!((col:description,opr:eq,value:n)))"):
            assert client.get(f"/api/v1/incident/?q={wrong}").status_code == 400


class TestTimes:
    CASES = (
        ("period", "today", -11.9, True), ("period", "today", -12.1, False), ("period", "today", 11.9, True),
        ("period", "yesterday", -12.1, True), ("period", "yesterday", -36.1, False),
        ("period", "this_week", -12 - 72 + .1, True), ("period", "this_week", -12 - 72 - .1, False),
        ("period", "last_7_days", -12 - 6 * 24 + .1, True), ("period", "last_7_days", -12 - 6 * 24 - .1, False),
        ("period", "this_month", -12 - 4 * 24 + .1, True), ("period", "last_month", -12 - 4 * 24 - .1, True),
        ("period", "last_month", -12 - 32 * 24 - .1, False), ("period", "nonsense", 0, False),
        ("last_days", "1", -23.9, True), ("last_days", "1", -24.1, False), ("last_days", "1", 1, False),
        ("older", "1", -24.1, True), ("older", "1", -23.9, False), ("older", "x", -99, False),
        ("next_days", "2", 47.9, True), ("next_days", "2", 48.1, False), ("next_days", "2", -.1, False),
        ("older", "99999999999999999999", -99, False), ("older", "99999", -99, False),
    )

    def test_they_move_with_the_readers_day(self, unit):
        incident, filters = make_incident(caller=make_person().id), IncidentView.datamodel.get_filters(["opened_at"])
        operators = [one.arg_name for one in filters.get_search_filters()["opened_at"]]
        for operator, value, hours, expected in self.CASES:
            incident.opened_at = NOON + timedelta(hours=hours)
            unit.flush()
            asked = filters.fresh()
            asked.add_filter_index("opened_at", operators.index(operator), [value])
            with time_machine.travel(NOON, tick=False):
                found = asked.apply_all(unit.query(Incident.id)).all()
            assert bool(found) == expected, (operator, value, hours)


class TestBuilder:
    def test_active_conditions_are_rows_and_chips(self, cast, logged_in, jobs):
        several = numbered("rel_in", "group")
        address = (f"{LIST}?as=table&q=job&{several}={cast.first_line}&{several}={cast.second_line}"
                   f"&{numbered('older', 'opened_at')}=3&{numbered('me', 'assignee')}=1")
        text = logged_in(cast.agent).get(address).text
        fetched = logged_in(cast.agent).get(unescape(re.search(r'data-fetch="([^"]+)"', text)[1])).text
        assert "<html" not in fetched
        assert 'name="part"' not in fetched
        rows = fetched[fetched.index("data-filter-rows"):fetched.index('class="filter-buttons"')]
        assert re.findall(r'data-filter-row="(\w+)"', rows) == ["group", "assignee", "opened_at"]
        assert f'<option value="{cast.second_line}" selected>' in rows
        chips = re.findall(r'class="filter-chip" href="([^"]*)"[^>]*>(.*?)</a>', text)
        assert [re.sub(r"<svg.*?</svg>|<[^>]*>", "", said).strip() for _url, said in chips][1:] == [
            "Work group is one of " + ", ".join(self.names(logged_in(cast.agent), cast)),
            "Assignee is me", "Opened at more than 3 days ago"]
        # Each is taken away alone; the way to see the list and what was typed stay.
        assert all("as=table" in url for url, _said in chips)
        assert (several in chips[1][0], "q=job" in chips[1][0]) == (False, True)
        assert re.search(r'class="chips-clear" href="/incident/incidents/list/\?as=table&amp;view=all"', text)

    @staticmethod
    def names(client, cast):
        return [client.get(f"/api/v1/work_group/{key}").json["result"]["name"]["en"]
                for key in (cast.first_line, cast.second_line)]

    def test_a_hidden_record_is_not_named(self, cast, logged_in, jobs):
        text = logged_in(cast.customer).get(f"{LIST}?_flt_0_assignee={cast.agent.person_id}").text
        assert "(hidden)" in text
        assert cast.agent.username not in text

    def test_filters_of_four_relations_cost_a_statement_a_class(self, cast, logged_in, jobs, statements):
        client, person = logged_in(cast.agent), cast.agent.person_id
        query = (f"_flt_0_assignee={person}&_flt_0_caller={person}&_flt_0_group={cast.first_line}"
                 "&_flt_0_priority=1&_flt_0_category=1&_flt_0_impact=2")
        client.get(LIST)
        with statements() as sent:
            assert client.get(f"{LIST}?{query}").status_code == 200
        assert len(sent) <= 12, sent


VALUES = st.one_of(st.text(max_size=12), st.integers().map(str), st.floats().map(str), st.datetimes().map(str),
                   st.sampled_from(["today", "new", "\0", "%", "9" * 40, "2026-02-30", "0001-01-01", "9999-12-31"]))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conditions=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 30), VALUES), max_size=4))
def test_no_address_is_a_fault(app, conditions):
    view = next(one for one in app.appbuilder.baseviews if isinstance(one, IncidentView))
    columns = view.search_columns
    with app.test_request_context("/"), unit_of_work() as session, acting_as(SYSTEM):
        filters = view._possible.fresh()
        for number, column, value in conditions:
            filters.add_filter_index(columns[column % len(columns)], number, [value, value])
        assert isinstance(filters, DeskFilters)
        assert view.datamodel.count_capped(filters.apply_all(session.query(Incident))) == 0


@pytest.mark.parametrize("values", [["1"], ["1", "2"], [""], ["x"], ["9" * 40]])
def test_none_of_reads_the_values_of_a_list_of_numbers(app, unit, values):
    view = next(one for one in app.appbuilder.baseviews if isinstance(one, IncidentView))
    incident = make_incident(caller=make_person().id)
    operators = [one.arg_name for one in view._possible.get_search_filters()["confidentiality"]]
    for level, expected in ((0, True), (1, "1" not in values)):
        incident.confidentiality = level
        unit.flush()
        asked = view._possible.fresh()
        asked.add_filter_index("confidentiality", operators.index("none_of"), values)
        assert bool(asked.apply_all(unit.query(Incident.id)).all()) == expected
