"""What `python run.py import …` can bring in as incidents."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date
from pathlib import Path

from app.sdk.commands import Command

SHOWN = 50


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day; use YYYY-MM-DD") from None


def _uci_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="the log as CSV, plain or as .xz, .gz or .bz2")
    parser.add_argument("--as-of", type=_day, metavar="DATE",
                        help="only what was known at the end of that day (UTC); the rest stays open")
    parser.add_argument("--shift-to-now", action="store_true",
                        help="move all times so that the end of that day, or else the last event, is now")


def _import_uci(arguments: Namespace) -> int:
    from addons.incident.importers.uci import UciImport
    from app.sdk.actor import Actor, acting_as
    from app.sdk.errors import BusinessError
    from app.sdk.i18n import _

    with acting_as(Actor.system("import"), via="import", cause="uci-incidents"):
        try:
            outcome = UciImport(arguments.file, arguments.as_of, arguments.shift_to_now).run()
        except BusinessError as error:
            print(error.message, file=sys.stderr)
            return 2
        for problem in outcome.problems[:SHOWN]:
            print(_("line %(line)s: %(text)s", line=problem.line, text=problem.text), file=sys.stderr)
        if len(outcome.problems) > SHOWN:
            print(_("… and %(count)s more", count=len(outcome.problems) - SHOWN), file=sys.stderr)
        print(_("%(count)s incidents brought in with %(events)s events, %(unchanged)s were there already.",
                count=outcome.brought_in, events=outcome.events, unchanged=outcome.unchanged))
        if outcome.different:
            print(_("%(count)s incidents read differently when they were brought in; they were left as they are.",
                    count=outcome.different))
        if outcome.problems:
            print(_("%(count)s rows or incidents could not be brought in.", count=len(outcome.problems)))
    return 1 if outcome.problems else 0


COMMANDS = [
    Command("import uci-incidents", "bring in the public incident log of the UCI repository, history and all",
            _import_uci, _uci_arguments),
]
