"""The commands of `python run.py`: those of the platform's parts, and those that addons declare.

`--help` needs neither a database nor settings. Serving reads only its own part, so that it starts at once.
"""

import importlib
import importlib.util
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import config
from app.sdk.commands import Command
from app.sdk.errors import BusinessError

ROOT = Path(__file__).resolve().parents[1]
SERVING = frozenset({"serve", "worker", "scheduler"})
SERVING_PART = "app.serve.commands"
# Each has a function register(subparsers) whose parsers set the default `run`: a function of the arguments.
PARTS = (SERVING_PART, "app.addon_system.commands", "app.addon_system.database_commands", "app.security.commands",
         "app.addon_system.audit_commands", "app.calendar_commands", "app.orders.commands", "app.demo.commands",
         "app.backup.commands")
GROUPS = {"import": "bring data in from a file", "export": "write data to a file"}


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code. Raises WrongSetting."""
    parsed = _parser(only_serving=arguments[0] in SERVING).parse_args(arguments)
    try:
        return parsed.run(parsed) or 0
    except BusinessError as refused:
        print(refused, file=sys.stderr)
        return 1


def _parser(*, only_serving: bool) -> ArgumentParser:
    parser = ArgumentParser(prog="run.py", description="Tianhui Service Desk. Without a command: serve.",
                            epilog="Settings come from the environment; config.py lists them all.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for part in (SERVING_PART,) if only_serving else PARTS:
        if importlib.util.find_spec(part) is not None:
            importlib.import_module(part).register(commands)
    if not only_serving:
        _add_declared(commands)
    return parser


def _add_declared(commands: Any) -> None:
    groups = {name: _group(commands, name, text) for name, text in GROUPS.items()}
    for addon, command in declared_commands():
        first, _, rest = command.name.partition(" ")
        if rest and first not in groups:
            groups[first] = _group(commands, first, "")
        into = groups[first] if rest else commands
        leaf = into.add_parser(rest or first, help=str(command.help), description=str(command.help))
        command.arguments(leaf)
        leaf.set_defaults(run=_in_the_desk(addon, command))


def _group(commands: Any, name: str, text: str) -> Any:
    return commands.add_parser(name, help=text).add_subparsers(dest=f"{name}_what", metavar="WHAT", required=True)


def declared_commands() -> Iterator[tuple[str, Command]]:
    """Return the commands of all addons on this machine, switched on or not, each with its addon."""
    from app.addon_system import manifest
    from app.addon_system.loader import BUNDLED

    manifests, _faults = manifest.discover([BUNDLED])
    for name, found in sorted(manifests.items()):
        if (found.folder / "commands.py").is_file() or (found.folder / "commands").is_dir():
            for command in importlib.import_module(f"{found.package}.commands").COMMANDS:
                yield name, command


def _in_the_desk(addon: str, command: Command) -> Callable[[Namespace], int | None]:
    def run_command(arguments: Namespace) -> int | None:
        from app.addon_system.registry import current_registry
        from app.sdk.actor import SYSTEM, acting_as

        with prepared_desk().app_context(), acting_as(SYSTEM, via="cli", cause=f"run.py {command.name}"):
            if addon not in current_registry().addons:
                print(f"The addon {addon} is not switched on.", file=sys.stderr)
                return 1
            return command.run(arguments)

    return run_command


def prepared_desk() -> Any:
    """Return the desk with its addons, on a database that is up to date. Raises WrongSetting."""
    from app import create_app
    from app.addon_system.install import prepare_database

    config.load()
    prepare_database(create_app(load_addons=False))
    return create_app()
