"""Fixtures for every test, the platform's in tests/ and each addon's own in addons/<name>/tests.

Those of addons in a folder of their own:
ADDON_PATHS=/folder python -m pytest -c pyproject.toml --rootdir . -p conftest /folder
"""

import os

import pytest

import addons

addons.__path__.extend(filter(None, os.environ.get("ADDON_PATHS", "").split(":")))

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
