"""The platform as a unit of the same shape as an addon: its models, rights, pages, jobs and data."""

from pathlib import Path

from app.addon_system.manifest import Manifest

ROOT = Path(__file__).resolve().parent

PLATFORM = Manifest(
    name="platform", label="Platform", summary="What every addon stands on", version="0.1.0", depends=(),
    data=("data/organisation_lists.yaml", "data/numbers.yaml", "data/roles.yaml", "data/canned_replies.yaml",
          "data/holidays_china.yaml",
          "data/calendars.yaml"), removable=False, folder=ROOT, package="app",
)
# What the platform consists of, part by part, in the order of the loader's phases.
MODELS = ("app.addon_system.models", "app.security.models", "app.jobs.models", "app.records.models",
          "app.records.demo.models", "app.organisation.models", "app.organisation.contacts", "app.organisation.skills",
          "app.organisation.certificates", "app.notify.models", "app.exchange.models", "app.organisation.dismissals")
SERVICES = ("app.security.guards", "app.records.demo.bringing", "app.records.services", "app.records.search_texts",
            "app.organisation.services",
            "app.organisation.clearance_lines", "app.organisation.personal_stores", "app.organisation.anonymising",
            "app.security.services", "app.web.conditions", "app.exchange.personal_data", "app.notify.personal_data")
PERMISSIONS = ("app.addon_system.permissions", "app.security.permissions", "app.jobs.permissions",
               "app.records.permissions", "app.organisation.permissions", "app.demo.permissions",
               "app.backup.permissions", "app.seeing.permissions", "app.notify.permissions")
VIEWS = ("app.web.pages", "app.web.palette_view", "app.web.search_view",
         "app.web.api_docs", "app.web.saved_filters_view",
         "app.addon_system.views", "app.security.views", "app.jobs.views", "app.records.views",
         "app.organisation.views", "app.notify.views", "app.welcome.views", "app.exchange.views",
         "app.demo.views", "app.backup.views", "app.seeing.views")
APIS = ("app.records.api", "app.records.calendar_api", "app.organisation.api", "app.security.api", "app.exchange.api",
        "app.web.search_api", "app.web.saved_filters_api", "app.notify.api")
SETTINGS = ("app.web.settings", "app.security.settings", "app.records.setting_list", "app.jobs.settings",
            "app.welcome.steps", "app.exchange.settings", "app.backup.settings")
NOTICES = ("app.exchange.notices", "app.orders.notices", "app.notify.holiday_years", "app.backup.notices")
SLOTS = ("app.web.home_tiles", "app.notify.slots", "app.jobs.slots", "app.addon_system.slots", "app.security.slots",
         "app.welcome.desk_steps", "app.welcome.calendar_step", "app.demo.slots", "app.backup.slots")
JOBS = ("app.jobs.housekeeping", "app.records.search_missing", "app.records.purging", "app.security.directory_check",
        "app.records.audit_jobs", "app.exchange.jobs", "app.exchange.export_job", "app.orders.jobs",
        "app.notify.holiday_years", "app.backup.jobs", "app.notify.sending")
MIGRATIONS = ROOT.parent / "migrations" / "versions"
