"""What the OpenAPI document allows, and what it does not, sent to the desk by somebody who read only the document.

REST_EXAMPLES raises how often each operation is tried; CI takes few, always the same ones.
"""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from app.security import tokens
from tests.fab.conftest import make_incident

pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True), pytest.mark.timeout(int(os.environ.get(
        "REST_TIMEOUT", "180"))),
]
EXAMPLES = int(os.environ.get("REST_EXAMPLES", "1"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
# Whoever sends these is somebody else afterwards.
LEFT_OUT = {("DELETE", "/api/v1/api_token/{pk}"), ("DELETE", "/api/v1/login_session/{pk}"),
            ("DELETE", "/api/v1/user/{pk}"), ("PUT", "/api/v1/user/{pk}"), ("PATCH", "/api/v1/user/{pk}"),
            ("PUT", "/api/v1/role/{pk}"), ("PATCH", "/api/v1/role/{pk}"), ("DELETE", "/api/v1/role/{pk}")}


@pytest.mark.parametrize("role", ["admin", "agent", "customer"])
def test_it_answers_as_it_is_written(app, cast, role):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        secret = tokens.create(getattr(cast, role).user_id, tokens.NewToken("tests"))
        known = [make_incident(title=f"Number {number}").id for number in range(3)]
    headers = {"Authorization": f"Bearer {secret}"}
    schema = schemathesis.openapi.from_wsgi("/api-docs/openapi.json", app, headers=headers)
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if (operation.method.upper(), operation.path) not in LEFT_OUT:
            _try(operation, headers, known)
            tried += 1
    assert tried >= (40 if role == "customer" else 150)


def _try(operation, headers, known):
    cases = st.one_of(operation.as_strategy(), operation.as_strategy(
        generation_mode=schemathesis.GenerationMode.NEGATIVE)) if EXAMPLES > 1 else operation.as_strategy()

    @settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(case=cases, pk=st.sampled_from([None, *known]))
    def send(case, pk):
        # Ids at random are nobody's; most are of something that is there.
        if pk is not None and "pk" in (case.path_parameters or {}):
            case.path_parameters["pk"] = pk
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    send()
