"""`python run.py db …`: the state of the tables, and the platform's own migrations."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from typing import Any

from app.addon_system.commands import bare_desk, load_models, write_revision


def register(commands: Any) -> None:
    """Add `db`."""
    parser = commands.add_parser("db", help="prepare and look at the database")
    what = parser.add_subparsers(dest="db_what", metavar="WHAT", required=True)
    for name, run, text in (
        ("upgrade", upgrade, "bring the database up to what is on disk (serve does so by itself)"),
        ("current", current, "show the revision of each unit and what is pending"),
        ("check", check, "show how the tables differ from the models"),
    ):
        what.add_parser(name, help=text).set_defaults(run=_in_bare_desk(run))
    revision = what.add_parser("revision", help="write the migration that takes the platform's tables to its models")
    revision.add_argument("-m", "--message", required=True, help="what it does, in a few words")
    revision.set_defaults(run=_in_bare_desk(make_revision))


def _in_bare_desk(run: Callable[[Namespace], int]) -> Callable[[Namespace], int]:
    def command(arguments: Namespace) -> int:
        with bare_desk(f"run.py db {arguments.db_what}"):
            return run(arguments)

    return command


def upgrade(_arguments: Namespace) -> int:
    """Say that the database is up to date; entering the desk has made it so."""
    print("The database is up to date.")
    return 0


def _units() -> Iterator[Any]:
    from flask import current_app

    from app.addon_system import installed
    from app.db import db
    from app.platform import PLATFORM

    with db.engine.connect() as connection:
        found = installed.read(connection, current_app)  # type: ignore[arg-type]
    yield PLATFORM
    yield from (found.manifests[name] for name in found.names(*installed.PRESENT))


def current(_arguments: Namespace) -> int:
    """Print a line for each unit that has tables."""
    from app.addon_system import migrations
    from app.db import db

    with db.engine.connect() as connection:
        for unit in _units():
            left = ", ".join(step.revision for step in migrations.pending(connection, unit))
            print(f"{unit.name:24} {migrations.current(connection, unit) or '-':28} {left and 'pending: ' + left}")
    return 0


def check(_arguments: Namespace) -> int:
    """Print every difference; the exit code says whether there is one."""
    from app.addon_system import migrations
    from app.db import db

    units = list(_units())
    load_models(units[1:])
    found = [(unit.name, change) for unit in units for change in migrations.check(db.engine, unit)]
    for name, change in found:
        print(f"{name}: {change}")
    print("The tables are as the models say." if not found else f"{len(found)} differences.")
    return 1 if found else 0


def make_revision(arguments: Namespace) -> int:
    """Write the platform's next migration."""
    from app.addon_system import migrations
    from app.db import db
    from app.platform import PLATFORM

    load_models([])
    return write_revision(lambda: migrations.make_revision(db.engine, PLATFORM, arguments.message))
