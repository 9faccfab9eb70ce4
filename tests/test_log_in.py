"""The people of the tests log in through the page."""


def test_each_of_them_gets_in(cast, logged_in):
    for who in (cast.agent, cast.specialist, cast.manager, cast.customer, cast.auditor):
        assert logged_in(who).get("/").status_code == 200


def test_an_agents_list(cast, logged_in):
    answer = logged_in(cast.agent).get("/incident/incidents/list/")
    assert answer.status_code == 200, answer.text
