"""Fixtures for every test, the platform's in tests/ and each addon's own in addons/<name>/tests."""

import pytest

pytest.register_assert_rewrite("tests.addon_case")
pytest_plugins = [
    "tests.support.servers",
    "tests.support.run",
    "tests.support.statements",
    "tests.support.live",
    "tests.support.people",
    "tests.support.mail_server",
    "tests.support.databases",
]
