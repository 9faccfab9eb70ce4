"""Processes are killed while incidents are logged: what was answered is there, once and whole, the rest whole or not.

`python -m benchmarks.crash` does the same for 2,000 with their mails, and kills the database server as well.
"""

import pytest

from benchmarks.crash.run import run
from tests.support.live import serving


@pytest.mark.timeout(240)
def test_nothing_is_lost_halved_or_doubled():
    with serving({"LOG_LEVEL": "WARNING"}) as server:
        found = run(server, None, creates=40, times=1, is_verified=False)
    assert found.faults == []
    assert found.killed == {"web": 1, "worker": 1, "valkey": 1}
    assert found.answered >= 20
    assert found.answered <= found.present <= found.answered + found.unanswered
