"""Which columns a list shows is each reader's own choice, in their order, and costs only what is shown."""

import re

from tests.fab.conftest import make_incident, written  # noqa: F401 - a fixture
from tests.support.people import submit

BASE = "/incident/incidents"
LIST = f"{BASE}/list/"


def headings(text):
    return [name for name in re.findall(r'<th class="col-([\w-]+)"', text) if name not in ("pick", "menu")]


def test_columns_and_density_are_chosen_kept_and_reset(cast, logged_in, written, statements):  # noqa: F811
    with written():
        make_incident(group=cast.first_line)
    client, other = logged_in(cast.agent), logged_in(cast.manager)
    usual = headings(client.get(LIST).text)
    assert (len(usual), usual[0]) == (9, "number")
    kept = client.post(f"{BASE}/columns", data={
        "csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', client.get(f"{BASE}/columns").text)[1],
        "column": ["title", "support_line", "company", "title", "nonsense", "description"], "density": "compact",
        "query": "q=&_flt_5_state=1&page_IncidentView=0"})
    assert (kept.status_code, kept.headers["Location"]) == (302, f"{LIST}?_flt_5_state=1&page_IncidentView=0")
    text = client.get(LIST).text
    assert (headings(text), "list-card compact" in text) == (["title", "support_line", "company"], True)
    assert 'class="row-link"' in text
    # Nobody else's list has changed, and only the relations that are shown are read.
    assert headings(other.get(LIST).text) == usual
    with statements() as mine:
        client.get(LIST)
    with statements() as theirs:
        other.get(LIST)
    assert len(mine) <= len(theirs) <= 12
    reads_groups = re.compile(r"(FROM|JOIN) work_group")
    assert [any(map(reads_groups.search, sent)) for sent in (mine, theirs)] == [False, True]
    submit(client, f"{BASE}/columns", reset="1")
    text = client.get(LIST).text
    assert (headings(text), "list-card compact" in text) == (usual, False)


def test_all_columns_together_stay_within_the_budget_of_their_relations(cast, logged_in, written, statements):  # noqa: F811
    with written():
        make_incident(group=cast.first_line)
    client = logged_in(cast.agent)
    page = client.get(f"{BASE}/columns").text
    names = re.findall(r'name="column" value="(\w+)"', page)
    assert {"impact", "site", "closed_at"} <= set(names)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    client.post(f"{BASE}/columns", data={"csrf_token": token, "column": names})
    assert headings(client.get(LIST).text) == names


def test_nonsense_is_no_choice(cast, logged_in, written):  # noqa: F811
    with written():
        make_incident(group=cast.first_line)
    client = logged_in(cast.agent)
    submit(client, f"{BASE}/columns", column="nonsense", density="enormous")
    assert len(headings(client.get(LIST).text)) == 9
    assert client.get("/incident/incidents/columns?query=%00").status_code == 200
