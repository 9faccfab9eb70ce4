"""Lists of values and custom fields are kept by every process, and known to all of them within two seconds."""

import subprocess
import sys
import time

import pytest

from app.db import unit_of_work
from app.records.custom.services import custom_field_service
from app.records.lists import listed
from app.records.services import picklist_value_service
from app.sdk.actor import SYSTEM, acting_as
from tests.support.live import ROOT

OTHER = """
import time
from app import create_app
from app.db import unit_of_work
from app.records.custom.definitions import definitions
from app.records.lists import listed
from app.sdk.actor import SYSTEM, acting_as
app, last = create_app(), None
with app.app_context():
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with unit_of_work() as session, acting_as(SYSTEM):
            seen = (listed(session, "ticket.impact")["ticket.impact"][0].label["en"],
                    [one.code for one in definitions(session, "incident")])
        if seen != last:
            last = seen
            print(seen, flush=True)
        time.sleep(0.05)
"""


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_another_process_knows_within_two_seconds(database, app):
    with subprocess.Popen([sys.executable, "-c", OTHER], cwd=ROOT, env=database.environment(), text=True,
                          stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout is not None
            assert "High" in other.stdout.readline()
            with app.app_context(), unit_of_work(write=True) as session, acting_as(SYSTEM):
                first = listed(session, "ticket.impact")["ticket.impact"][0]
                picklist_value_service.update(SYSTEM, first.id, {"label": {"en": "Enormous", "zh": "极大"}})
                custom_field_service.create(SYSTEM, {"subject": "incident", "code": "seen", "kind": "text",
                                                     "label": {"en": "Seen"}})
            changed = time.monotonic()
            line = other.stdout.readline()
            while "seen" not in line or "Enormous" not in line:
                line = other.stdout.readline()
            assert time.monotonic() - changed < 2
        finally:
            other.kill()
