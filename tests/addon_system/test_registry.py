"""What a faulty addon has contributed goes, and that alone."""

from contextlib import nullcontext
from dataclasses import dataclass, replace
from types import ModuleType

import pytest
from flask import Flask

from app.addon_system import loader
from app.addon_system.registry import Registry
from app.platform import PLATFORM
from app.sdk import events
from app.sdk.i18n import _l
from app.sdk.jobs import Job
from app.sdk.permissions import Permission
from app.sdk.settings import Setting

DAYS = Setting("sample.days", _l("Days"), 3, int, unit=_l("days"))
HOURS = Setting("platform.hours", _l("Hours"), 3, int, unit=_l("hours"))


@dataclass(frozen=True)
class Announced(events.Event):
    """Announced by nobody else."""


def test_a_fault_takes_back_what_its_addon_gave_before_there_are_words(monkeypatch):
    monkeypatch.setattr(events, "savepoint", nullcontext)
    registry, unit = Registry(PLATFORM), replace(PLATFORM, name="sample")
    registry.addons["sample"] = unit
    heard = []

    def fails(_unit):
        registry.take("sample", "settings", [DAYS])
        registry.permissions["sample.read"] = Permission("sample", "read", _l("Read"))
        registry.owners["sample.read"] = "sample"
        for addon in ("sample", "other"):
            events.subscribe(Announced, lambda _event, addon=addon: heard.append(addon), addon=addon)
        raise ValueError("broken")

    registry.take("platform", "settings", [HOURS])
    with Flask("unworded").app_context():
        loader._each(registry, fails)
    assert (registry.settings, registry.addons, registry.permissions) == ([HOURS], {}, {})
    assert "broken" in registry.faults["sample"]
    events.announce(Announced())
    assert heard == ["other"]


def test_a_job_is_called_after_its_addon_which_parks_counts_and_forgets_it_by_that_name():
    registry, module = Registry(PLATFORM), ModuleType("addons.sample.jobs")
    module.JOBS = [Job("sample.tidy", lambda _payload: None), Job("samples.tidy", lambda _payload: None)]
    with pytest.raises(ValueError, match=r"sample\.<something>"):
        loader._take_jobs(registry, replace(PLATFORM, name="sample"), module)
    assert registry.jobs_of("sample").keys() == {"sample.tidy"}
    registry.forget("sample")
    assert registry.jobs == {}
