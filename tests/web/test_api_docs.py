"""The reference of the REST interface: whole, by right, and never for visitors."""

import pytest

PAGE, SPEC = "/api-docs/", "/api-docs/openapi.json"


def test_it_describes_each_resource_and_step(cast, logged_in):
    spec = logged_in(cast.manager).get(SPEC).get_json()
    assert spec["openapi"].startswith("3.")
    assert {"get", "post"} <= spec["paths"]["/api/v1/incident/"].keys()
    assert {"get", "put", "delete"} & spec["paths"]["/api/v1/incident/{pk}"].keys()
    assert any("transition" in path for path in spec["paths"])


def test_it_says_what_may_be_written(cast, logged_in):
    spec = logged_in(cast.manager).get(SPEC).get_json()
    schemas, paths = spec["components"]["schemas"], spec["paths"]

    def fields(path, method):
        body = paths[path][method]["requestBody"]["content"]["application/json"]["schema"]
        return schemas[body["$ref"].rpartition("/")[2]]["properties"].keys()

    assert {"title", "caller_id"} <= fields("/api/v1/incident/", "post")
    assert "title" in fields("/api/v1/incident/{pk}", "put")
    assert "title" in fields("/api/v1/incident/{pk}", "patch")


def test_what_one_may_not_read_is_not_told_of(cast, logged_in):
    every = logged_in(cast.manager).get(SPEC).get_json()["paths"].keys()
    fewer = logged_in(cast.customer).get(SPEC).get_json()["paths"].keys()
    assert fewer < every
    assert not any("work_group" in path for path in fewer)


@pytest.mark.parametrize("path", [PAGE, SPEC])
def test_a_visitor_is_sent_to_the_log_in(app, path):
    answer = app.test_client().get(path)
    assert (answer.status_code, answer.headers["Location"].startswith("/login/")) == (302, True)


def test_the_page_brings_its_own_files(cast, logged_in):
    text = logged_in(cast.agent).get(PAGE).text
    assert 'data-spec="/api-docs/openapi.json"' in text
    assert "//unpkg" not in text
