"""What the supervisor loads before it forks, for all processes to share: libraries and the platform, never an addon."""

import gc
import importlib

NAMES = (
    "alembic.command", "babel.dates", "babel.messages.mofile", "babel.messages.pofile", "babel.numbers",
    "email.headerregistry", "email.policy", "flask_appbuilder.models.sqla.interface",
    "flask_appbuilder.security.sqla.manager", "gunicorn.workers.gthread", "jinja2.ext", "jinja2.sandbox", "marshmallow",
    "psycopg", "pypinyin", "rq", "smtplib", "sqlalchemy.dialects.postgresql", "sqlite3", "yaml",
    "app.addon_system.loader", "app.addon_system.migrations", "app.web", "app.web.desk_builder",
)


def preload() -> None:
    """Load it all."""
    for name in NAMES:
        importlib.import_module(name)
    # What is there now stays for good: the collector of no child walks over it, which would copy the shared memory.
    gc.collect()
    gc.freeze()
