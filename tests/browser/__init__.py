"""Journeys in a real browser."""

import pytest

pytest.register_assert_rewrite("tests.browser.reader", "tests.browser.first_day")
