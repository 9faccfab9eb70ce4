"""The commands that look after the database's structure."""

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from app.addon_system.manifest import Manifest


def register(commands: Any) -> None:
    """Add `db` with what it can do."""
    group = commands.add_parser("db", help="look after the database").add_subparsers(
        dest="db_what", metavar="WHAT", required=True)
    group.add_parser("upgrade", help="bring the database up to the installed files").set_defaults(run=upgrade)
    group.add_parser("current", help="show the revision of each unit").set_defaults(run=show_current)
    group.add_parser("check", help="compare the tables with the models").set_defaults(run=check)
    revision = group.add_parser("revision", help="write a migration script from the difference to the models")
    revision.add_argument("unit", help="the addon, or “platform”")
    revision.add_argument("-m", "--message", required=True, help="what the script does, in a few words")
    revision.set_defaults(run=make_revision)


def upgrade(_arguments: Namespace) -> None:
    """Migrate, install what belongs to the default set, load rights and data."""
    from app import create_app
    from app.addon_system.install import prepare_database

    prepare_database(create_app(load_addons=False))
    print("The database is up to date.")


def show_current(_arguments: Namespace) -> None:
    """Print each unit's revision in the database and on disk."""
    from app.addon_system import migrations
    from app.db import db

    for unit in _units():
        with db.engine.connect() as connection:
            revision = migrations.current(connection, unit)
        print(f"{unit.name:20} {revision or '-':24} {migrations.head(unit) or '-'}")


def check(_arguments: Namespace) -> int:
    """Print how the tables differ from the models; 1 where they do."""
    from app.addon_system import migrations
    from app.db import db

    differences = [(unit.name, item) for unit in _units() for item in migrations.check(db.engine, unit)]
    for name, item in differences:
        print(f"{name}: {item}")
    print("The tables differ from the models." if differences else "The tables are as the models say.")
    return int(bool(differences))


def make_revision(arguments: Namespace) -> int:
    """Write a script and print where it lies."""
    from app.addon_system import migrations
    from app.db import db

    found = {unit.name: unit for unit in _units()}
    if arguments.unit not in found:
        print(f"There is no unit {arguments.unit} that is switched on; there are: {', '.join(found)}.")
        return 1
    try:
        print(migrations.make_revision(db.engine, found[arguments.unit], arguments.message))
    except ValueError as nothing:
        print(nothing)
        return 1
    return 0


def _units() -> Iterator[Manifest]:
    from app import create_app
    from app.addon_system.registry import current_registry

    with create_app().app_context():
        yield from current_registry().units
