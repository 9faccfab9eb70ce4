"""The commands of `python run.py calendar …`."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any


def register(subparsers: Any) -> None:
    """Add the commands to the parser."""
    group = subparsers.add_parser("calendar", help="look after service calendars")
    actions = group.add_subparsers(dest="calendar_what", metavar="WHAT", required=True)
    parser: ArgumentParser = actions.add_parser("import-holidays", help="bring in a year of holidays from a file")
    parser.add_argument("file", metavar="FILE", type=Path, help="CSV, XLSX, JSON or ICS, for one year")
    parser.add_argument("--list", dest="code", default="china", metavar="CODE", help="the list's code (default: china)")
    parser.add_argument("--year", type=int, help="the year, where the file does not make it plain")
    parser.add_argument("--source", default="", help="the notice that publishes these days")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.set_defaults(run=_in_the_desk(import_holidays))


def _in_the_desk(command: Callable[[Namespace], int]) -> Callable[[Namespace], int]:
    def run(arguments: Namespace) -> int:
        from app.command_line import prepared_desk
        from app.sdk.actor import SYSTEM, acting_as

        with prepared_desk().app_context(), acting_as(SYSTEM, via="cli", cause="run.py calendar"):
            return command(arguments)

    return run


def import_holidays(arguments: Namespace) -> int:
    """Bring in a file, all of it or nothing; print each wrong row."""
    from sqlalchemy import select

    from app.db import unit_of_work
    from app.records.holiday_file import read
    from app.records.holiday_import import bring_in, plan
    from app.records.holidays import HolidayCalendar
    from app.sdk.actor import SYSTEM
    from app.sdk.errors import BusinessError, NotFound

    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        rows = read(content, arguments.file.name)
        with unit_of_work(write=not arguments.dry_run) as session:
            key = session.execute(select(HolidayCalendar.id).where(HolidayCalendar.code == arguments.code)).scalar()
            if key is None:
                raise NotFound
            if arguments.dry_run:
                found = plan(key, rows, arguments.year)
            else:
                found = bring_in(SYSTEM, key, rows, arguments.year, arguments.source)
    except BusinessError as refusal:
        for field, message in refusal.fields.items():
            print(f"{field}: {message}", file=sys.stderr)
        print(refusal.message, file=sys.stderr)
        return 1
    for line, message in found.errors:
        print(f"row {line}: {message}", file=sys.stderr)
    print(f"{found.year}: {found.holidays} holidays, {found.working} make-up working days")
    return 1 if found.errors else 0
