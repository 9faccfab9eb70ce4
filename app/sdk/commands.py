"""Commands as data: what `python run.py …` can do beside serving."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from app.sdk.i18n import LazyString


def _no_arguments(_parser: ArgumentParser) -> None:
    """Most commands need none."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `name` is what is typed, e.g. "import uci-incidents".

    `arguments` adds its own to the parser. `run` gets them in the application, acting as the system by way of "cli",
    inside no unit of work; it prints what it has to say and returns the exit code (None is 0). The file that declares
    it (an addon's commands.py) is read for `--help` on a machine without a database, so it imports models and
    services inside `run`, not at its head.
    """

    name: str
    help: LazyString | str
    run: Callable[[Namespace], int | None]
    arguments: Callable[[ArgumentParser], None] = _no_arguments
