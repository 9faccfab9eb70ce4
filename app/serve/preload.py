"""What the supervisor loads before it forks, for all processes to share: libraries and the platform, never an addon."""

import gc
import importlib

NAMES = (
    "babel.dates", "babel.numbers", "flask_appbuilder.models.sqla.interface",
    "flask_appbuilder.security.sqla.manager", "gunicorn.workers.gthread", "marshmallow", "psycopg", "pypinyin", "rq",
    "sqlalchemy.dialects.postgresql", "yaml", "app.addon_system.loader", "app.web", "app.web.desk_builder",
)


def preload() -> None:
    """Load it all."""
    for name in NAMES:
        importlib.import_module(name)
    # What is there now stays for good: the collector of no child walks over it, which would copy the shared memory.
    gc.collect()
    gc.freeze()
