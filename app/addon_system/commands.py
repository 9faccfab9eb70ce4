"""`python run.py addon …`: the same actions as the page, in the same words."""

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

ACTIONS = {
    "install": "install an addon with what it needs; archived data come back",
    "activate": "switch an addon on again",
    "deactivate": "switch an addon off; its data stay",
    "uninstall": "archive an addon's data and drop its tables; installing it again brings them back",
    "erase": "drop an addon's tables and delete all that it left elsewhere",
    "upgrade": "bring an installed addon to the version on disk",
}


def register(commands: Any) -> None:
    """Add `addon`."""
    parser: ArgumentParser = commands.add_parser("addon", help="list, install, switch off and remove addons")
    what = parser.add_subparsers(dest="addon_what", metavar="WHAT", required=True)
    listing = what.add_parser("list", help="list the addons and their states")
    listing.set_defaults(run=_in_bare_desk(show_list))
    showing = what.add_parser("show", help="tell the state of an addon, its archives, who did what to it and when")
    showing.add_argument("name")
    showing.set_defaults(run=_in_bare_desk(show_one))
    planning = what.add_parser("plan", help="show what an action would do, without doing it")
    planning.add_argument("name")
    planning.add_argument("action", choices=list(ACTIONS))
    planning.add_argument("--language", choices=["en", "zh"], default="en", help="in which to say it")
    planning.set_defaults(run=_in_bare_desk(show_plan))
    for action, text in ACTIONS.items():
        one = what.add_parser(action, help=text, description=text[0].upper() + text[1:] + ".")
        one.add_argument("name")
        if action == "erase":
            one.add_argument("--yes-erase", metavar="NAME", default="",
                             help="the name once more, where nobody is there to type it")
        one.set_defaults(run=_in_bare_desk(act), action=action)
    new = what.add_parser("new", help="write a new addon that works, with tests and in both languages")
    new.add_argument("name", help="a noun in lower case: visit, loan_device")
    new.add_argument("--label", required=True, help="its English word, one of them: Visit")
    new.add_argument("--plural", help="its English word, several: Visits")
    new.add_argument("--zh", required=True, help="its Chinese word")
    new.add_argument("--folder", help="where addons lie; else with those of the desk")
    new.set_defaults(run=write_new)
    revision = what.add_parser("revision", help="write the migration that takes an addon's tables to its models")
    revision.add_argument("name")
    revision.add_argument("-m", "--message", required=True, help="what it does, in a few words")
    revision.add_argument("--first", action="store_true",
                          help="write its first migration anew, while nobody has installed the addon")
    revision.set_defaults(run=_in_bare_desk(make_revision))


def _in_bare_desk(run: Callable[[Namespace], int]) -> Callable[[Namespace], int]:
    def command(arguments: Namespace) -> int:
        with bare_desk(f"run.py {arguments.command} {arguments.addon_what}"):
            return run(arguments)

    return command


@contextmanager
def bare_desk(cause: str) -> Iterator[Any]:
    """Enter an application that has loaded no addon, on a prepared database, as the system."""
    from app import create_app
    from app.addon_system.install import prepare_database
    from app.sdk.actor import SYSTEM, acting_as

    app = create_app(load_addons=False)
    prepare_database(app)
    with app.app_context(), acting_as(SYSTEM, via="cli", cause=cause):
        yield app


def show_list(_arguments: Namespace) -> int:
    """Print a line for each addon."""
    from flask import current_app

    from app.addon_system import installed
    from app.db import db

    with db.engine.connect() as connection:
        found = installed.read(connection, current_app)  # type: ignore[arg-type]
    for name, manifest in sorted(found.manifests.items(), key=lambda pair: (pair[1].sequence, pair[0])):
        row = found.rows.get(name)
        version = row.version if row is not None and row.state in installed.PRESENT else manifest.version
        print(f"{name:24} {version:10} {found.state(name) or 'not installed':14} {manifest.summary}")
        if row is not None and row.fault:
            print(f"    {row.fault.strip().splitlines()[-1]}")
    for name, reason in sorted(found.faults.items()):
        print(f"{name:24} {'':10} {'faulty':14} {reason.strip().splitlines()[-1]}")
    return 0


def show_one(arguments: Namespace) -> int:
    """Print what is known of one addon; its traceback where it does not load."""
    from flask import current_app

    from app.addon_system import installed, journal
    from app.db import db

    name = arguments.name
    with db.engine.connect() as connection:
        found = installed.read(connection, current_app)  # type: ignore[arg-type]
        history = journal.recent(connection, name)
    manifest, row = found.manifests.get(name), found.rows.get(name)
    if not any((manifest, row, name in found.faults)):
        print(f"There is no addon {name}.")
        return 1
    _print_state(name, manifest, row)
    _print_archives(name, getattr(row, "archive", None))
    for done in history:
        when = f"{done['started_at']:%Y-%m-%d %H:%M} UTC"
        print(f"  {when}  {done['action']:10}  {done['state']:8}  {done['actor_label']}")
    print(found.faults.get(name) or getattr(row, "fault", None) or "", end="")
    return 0


def _print_state(name: str, manifest: Any, row: Any) -> None:
    print(f"{name}: {row.state} in version {row.version}" if row is not None else f"{name}: not installed")
    if manifest is not None:
        print(f"  {manifest.summary}\n  on disk {manifest.version}; needs {', '.join(manifest.depends) or 'nothing'}")


def _print_archives(name: str, current: str | None) -> None:
    from flask import current_app

    from app.addon_system import addon_page

    for kept in addon_page.archives(current_app, name, current):  # type: ignore[arg-type]
        back = ", comes back when it is installed" if kept.comes_back else ""
        print(f"  archive {kept.name}: {kept.rows} rows, {kept.bytes} bytes{back}")


def show_plan(arguments: Namespace) -> int:
    """Print what an action would do: the parts that its page shows, in the same words."""
    from flask_babel import force_locale

    from app.addon_system import lifecycle
    from app.addon_system.cards import ACTION_LABELS
    from app.addon_system.impact import impact
    from app.db import db

    app = _with_words()
    with force_locale(arguments.language):
        plan = lifecycle.plan(arguments.name, arguments.action)
        with db.engine.connect() as connection:
            parts = impact(connection, app, plan)
        print(f"{ACTION_LABELS[plan.action]}: {plan.addon}")
    for part in parts:
        print(f"\n{part.title}")
        if part.note:
            print(f"  {part.note}")
        for line in part.lines:
            print(f"    {line.text}  {line.value}".rstrip())
    return 0


def _with_words() -> Any:
    from flask import current_app

    from app.addon_system import catalogues
    from app.addon_system.registry import EXTENSION, Registry
    from app.platform import PLATFORM
    from app.security import reader

    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    if EXTENSION not in app.extensions:
        # A desk that has loaded no addon has read no catalogue either.
        catalogues.use(app, Registry(PLATFORM))
        reader.init_babel(app)
    return app


def act(arguments: Namespace) -> int:
    """Do an action and wait for its end; to erase, the name is given twice."""
    from app.addon_system import lifecycle

    if arguments.action == "erase" and not _is_meant(arguments):
        print(f"Nothing was erased: type the name, or give --yes-erase {arguments.name}.")
        return 1
    begun = time.monotonic()
    if arguments.action == "erase":
        plan = lifecycle.uninstall(arguments.name, erase=True)
    else:
        plan = getattr(lifecycle, arguments.action)(arguments.name)
    print(f"{plan.action} {', '.join(plan.order)}: done in {time.monotonic() - begun:.1f} s")
    return 0


def _is_meant(arguments: Namespace) -> bool:
    if arguments.yes_erase or not sys.stdin.isatty():
        return bool(arguments.yes_erase == arguments.name)
    print(f"All data of {arguments.name} and all that it left elsewhere will be deleted.")
    return input(f"Type {arguments.name} to go on: ").strip() == str(arguments.name)


def write_new(arguments: Namespace) -> int:
    """Write the files of a new addon."""
    from pathlib import Path

    from app.addon_system import loader, new_addon

    bundled = Path(loader.BUNDLED)
    folder = Path(arguments.folder).absolute() if arguments.folder else bundled
    plural = arguments.plural or f"{arguments.label}s"
    try:
        written = new_addon.write(folder, arguments.name, arguments.label, plural, arguments.zh, _taken())
    except ValueError as wrong:
        print(f"Nothing was written: {wrong}.")
        return 1
    print("\n".join(str(path) for path in written))
    print(_next_steps(arguments.name, "" if folder == bundled else str(folder)))
    return 0


def _taken() -> set[str]:
    # Tables, rights and addons share one space of names: /name/, /api/v1/name/, name.read.
    import importlib

    from app import platform
    from app.addon_system import loader
    from app.db import Model

    load_models([])
    modules = [importlib.import_module(name) for name in platform.PERMISSIONS]
    resources = {right.resource for module in modules for right in module.PERMISSIONS}
    addons = {path.parent.name for path in loader.BUNDLED.glob("*/__manifest__.py")}
    return {*Model.metadata.tables, *resources, *addons}


def _next_steps(name: str, folder: str) -> str:
    found_by = f"ADDON_PATHS={folder} " if folder else ""
    tests = f"-c pyproject.toml --rootdir . -p conftest {folder}/{name}" if folder else f"addons/{name}"
    return f"""
See it:    {found_by}python run.py addon install {name}, then {found_by}python run.py serve
Change it: docs/adding-an-addon.md; before its first installation, renew its table's migration by
           {found_by}python run.py addon revision {name} --first -m "create the table"
Prove it:  {found_by}python -m pytest {tests}"""


def make_revision(arguments: Namespace) -> int:
    """Write the next migration of an addon."""
    from flask import current_app

    from app.addon_system import graph, loader, manifest, migrations
    from app.db import db

    known, _faults = manifest.discover(loader.addon_paths(current_app))  # type: ignore[arg-type]
    if arguments.name not in known:
        print(f"There is no addon {arguments.name}.")
        return 1
    load_models([known[name] for name in graph.requirements(arguments.name, known)])
    make = migrations.make_first if arguments.first else migrations.make_revision
    return write_revision(lambda: make(db.engine, known[arguments.name], arguments.message))


def load_models(units: list[Any]) -> None:
    """Import the models of the platform and of these addons."""
    import importlib

    from app import platform
    from app.addon_system import loader

    for name in platform.MODELS:
        importlib.import_module(name)
    for unit in units:
        loader.part(unit, "models")


def write_revision(write: Callable[[], Any]) -> int:
    """Print where a migration was written, or why none was."""
    from app.addon_system.migrations import CannotWrite

    try:
        print(write())
    except CannotWrite as why:
        print(f"Nothing was written: {why}.")
        return 1
    except ValueError as nothing:
        print(f"Nothing to do: {nothing}.")
    return 0
