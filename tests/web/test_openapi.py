"""The OpenAPI document: it holds to its standard, and tells of every route, step and refusal."""

import re

import pytest
from flask import current_app
from openapi_spec_validator import validate

from app.addon_system.registry import current_registry
from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from app.web.api_docs import spec_of
from app.web.list_links import page_of
from app.web.panels import AttachmentsPanel, TimelinePanel
from app.web.record_api import RecordApi
from app.web.record_view import RecordView

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def spec(context):
    with context.test_request_context(), unit_of_work(), acting_as(SYSTEM):
        return spec_of(SYSTEM)


def test_it_holds_to_the_standard(spec):
    validate(spec)
    names = [said["operationId"] for operations in spec["paths"].values() for said in operations.values()
             if "operationId" in said]
    assert len(names) == len(set(names))


def test_every_route_is_told_of(spec):
    told = {(path, method.upper()) for path, operations in spec["paths"].items() for method in operations}
    told |= {(re.sub(r"/transition/\w+$", "/transition/{action}", path), method) for path, method in told}
    there = {(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method) for rule in current_app.url_map.iter_rules()
             if rule.rule.startswith("/api/") for method in rule.methods - {"HEAD", "OPTIONS"}}
    assert there - told == set()


def test_every_answer_has_a_type_and_every_refusal_is_a_problem(spec):
    for path, operations in spec["paths"].items():
        for method, said in operations.items():
            assert {"401", "403", "404"} <= said["responses"].keys(), path
            for code, one in said["responses"].items():
                if "$ref" in one:
                    one = spec["components"]["responses"][one["$ref"].rpartition("/")[2]]
                    assert list(one["content"]) == ["application/problem+json"]
                assert code == "304" or one["content"], (method, path, code)


def test_each_step_says_what_it_takes_and_demands(spec):
    for api in (one for one in current_registry().apis if getattr(one, "workflow", None)):
        for step in api.workflow.transitions:
            said = spec["paths"][f"/api/v1/{api.resource_name}/{{pk}}/transition/{step.action}"]["post"]
            body = said["requestBody"]["content"]["application/json"]["schema"]
            assert set(step.asks) <= body["properties"].keys()
            assert set(body.get("required", ())) == set(step.required)
            assert str(step.permission) in said["description"]


def test_every_kind_of_record_with_a_page_has_a_resource(context):
    served = {api.datamodel.obj for api in current_registry().apis if issubclass(api, RecordApi)}
    pages = [view for view in current_registry().views if issubclass(view, RecordView)]
    assert {view.__name__ for view in pages if view.datamodel.obj not in served} == set()


def test_what_the_page_shows_around_a_record_the_resource_has_too(context):
    for api in (one for one in current_registry().apis if issubclass(one, RecordApi)):
        page = page_of(api.datamodel.obj)
        panels = getattr(page, "panels", None) or ()
        assert api.has_files == any(isinstance(panel, AttachmentsPanel) for panel in panels), api
        if any(isinstance(panel, TimelinePanel) for panel in panels):
            assert hasattr(api.service, "add_note"), api
