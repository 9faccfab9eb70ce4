"""Files are read and addresses learned by many requests at once: some versions of Python build one tree at a time."""

import gc
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.routing import Map

from app.addon_system.python_text import literal, parsed
from app.web.late_rule import LateRule
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


class Cyclic:
    """What is collected now and then, and lets other threads go on meanwhile."""

    def __init__(self):
        self.self = self

    def __del__(self):
        sum(range(50))


def test_many_threads_read_at_once(restless):
    folder = ROOT / "addons" / "problem"
    page, manifest = ((folder / name).read_text(encoding="utf-8") for name in ("views/problem.py", "__manifest__.py"))

    def read(_turn):
        Cyclic()
        return len(parsed(page).body), literal(manifest)["name"]

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(read, range(300)))
    assert {name for _length, name in found} == {"problem"}
    assert len(found) == 1


def test_many_threads_learn_addresses_at_once(restless):
    rules = [LateRule(f"/{number}/<int:one>/<string:two>/<three>", endpoint=str(number)) for number in range(400)]
    Map(rules)
    gc.set_threshold(20)

    def build(rule):
        for _ in range(3):
            Cyclic()
        return rule.build({"one": 1, "two": "é", "three": "x"})[1]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(build, rules)) == [f"/{number}/1/%C3%A9/x" for number in range(400)]
