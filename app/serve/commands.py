"""The commands that serve."""

import os
from argparse import Namespace
from typing import Any

import config


def register(commands: Any) -> None:
    """Add serve, worker and scheduler."""
    for name, run, text in (
        ("serve", serve, "serve the desk: web, jobs and, where REDIS_URL is unset, a local Valkey (the default)"),
        ("worker", worker, "run jobs only, on a further machine"),
        ("scheduler", scheduler, "fire schedules and hand jobs over only, on a further machine"),
    ):
        one = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        one.add_argument("--safe", action="store_true", help="leave the optional addons off, as SAFE_MODE=1 does")
        one.set_defaults(run=run)


def serve(arguments: Namespace) -> int:
    """Run the supervisor until it is told to stop. Raises WrongSetting."""
    _load_settings(arguments)
    from app import create_app
    from app.serve.preload import preload
    from app.serve.supervisor import Supervisor

    preload()
    app = create_app(load_addons=False)

    def prepare() -> None:
        from app.addon_system.install import prepare_database
        from app.security.setup import create_unattended

        prepare_database(app)
        with app.app_context():
            create_unattended(app.config)

    return Supervisor(app, prepare).run()


def worker(arguments: Namespace) -> None:
    """Run one job worker."""
    _load_settings(arguments)
    from app.serve.process import run_worker

    run_worker()


def scheduler(arguments: Namespace) -> None:
    """Run one scheduler with its relay."""
    _load_settings(arguments)
    from app.serve.process import run_scheduler

    run_scheduler()


def _load_settings(arguments: Namespace) -> None:
    if arguments.safe:
        # Read by every process that is started from here.
        os.environ["SAFE_MODE"] = "1"
    config.load()
    # A database server that does not answer must not hold a process up for minutes.
    os.environ.setdefault("PGCONNECT_TIMEOUT", "10")
