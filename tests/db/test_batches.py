"""Long writing in short transactions: what is refused, and how long the lock is held and left alone."""

import time
from itertools import pairwise

import pytest

from app.db import unit
from app.db.batches import HOLD, Batches
from app.sdk.errors import BusinessError

pytestmark = pytest.mark.usefixtures("context")


def test_what_is_refused_is_told_and_the_rest_is_written():
    written, refused = [], []

    def write(batch):
        assert unit.current().write
        if 7 in batch:
            raise BusinessError("no seven")
        written.extend(batch)

    count = Batches(write, lambda item, error: refused.append((item, error.message)), size=5, largest=5).run(range(20))

    assert count == 19
    assert sorted(written) == [number for number in range(20) if number != 7]
    assert refused == [(7, "no seven")]


def test_a_fault_of_the_program_is_not_swallowed():
    def write(_batch):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Batches(write, lambda *_: None).run(range(3))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestPace:
    def test_a_batch_that_holds_the_lock_too_long_is_followed_by_smaller_ones(self):
        sizes = []

        def write(batch):
            sizes.append(len(batch))
            time.sleep(0.002 * len(batch) if len(sizes) < 4 else 0)

        Batches(write, lambda *_: None, size=64).run(range(200))

        assert sizes[:3] == [64, 32, 16]

    def test_the_lock_is_left_alone_for_as_long_as_it_was_held(self):
        spans = []

        def write(_batch):
            start = time.monotonic()
            time.sleep(HOLD / 2)
            spans.append((start, time.monotonic()))

        Batches(write, lambda *_: None, size=1, largest=1).run(range(4))

        for (start, end), (following, _) in pairwise(spans):
            assert following - end >= (end - start) * 0.9
