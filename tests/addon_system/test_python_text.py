"""Files of addons are read by many requests at once: on some versions of Python, trees must be built one by one."""

import gc
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.addon_system.python_text import literal, parsed
from tests.support.live import ROOT


@pytest.fixture
def restless():
    """Threads give way as often as they can: whenever something is collected, and every microsecond."""
    often, collected = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(5)
    yield
    gc.set_threshold(*collected)
    sys.setswitchinterval(often)


def test_many_threads_read_at_once(restless):
    folder = ROOT / "addons" / "problem"
    page, manifest = ((folder / name).read_text(encoding="utf-8") for name in ("views/problem.py", "__manifest__.py"))

    class Cyclic:
        def __init__(self):
            self.self = self

        def __del__(self):
            sum(range(50))

    def read(_turn):
        Cyclic()
        return len(parsed(page).body), literal(manifest)["name"]

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(read, range(300)))
    assert {name for _length, name in found} == {"problem"}
    assert len(found) == 1
