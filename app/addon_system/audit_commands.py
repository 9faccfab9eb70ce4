"""`python run.py audit …`: seal the audit log and verify its chain, for an administrator of the machine."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any


def register(commands: Any) -> None:
    """Add `audit`."""
    parser: ArgumentParser = commands.add_parser("audit", help="verify that nobody changed the audit log")
    what = parser.add_subparsers(dest="audit_what", metavar="WHAT", required=True)
    sealing = what.add_parser("seal", help="seal all entries now, instead of within five minutes")
    sealing.set_defaults(run=_in_bare_desk(seal))
    verifying = what.add_parser("verify", help="read the whole chain through and name each entry that was changed")
    verifying.add_argument("--anchor", metavar="POSITION:HASH",
                           help="a seal that was noted elsewhere; its hash must be the same")
    verifying.set_defaults(run=_in_bare_desk(verify))


def _in_bare_desk(run: Callable[[Namespace], int]) -> Callable[[Namespace], int]:
    def command(arguments: Namespace) -> int:
        from app.addon_system.commands import bare_desk

        with bare_desk(f"run.py audit {arguments.audit_what}"):
            return run(arguments)

    return command


def seal(_arguments: Namespace) -> int:
    """Seal what has no seal yet, and print the newest one."""
    from app.db import unit_of_work
    from app.records import audit_chain

    count = 0
    while number := audit_chain.seal_batch():
        count += number
    with unit_of_work() as session:
        newest = audit_chain.head(session)
    print(f"{count} entries sealed; the newest seal is {newest.position}:{newest.hash}" if newest else "no entries")
    return 0


def verify(arguments: Namespace) -> int:
    """Read the chain through, print what is wrong, and return 1 where something is."""
    from app.db import unit_of_work
    from app.records import audit_chain

    with unit_of_work() as session:
        reading = audit_chain.begin(session)
        audit_chain.read_on(session, reading)
        waiting = audit_chain.unsealed(session)
        if arguments.anchor:
            position, _, known = arguments.anchor.partition(":")
            if not position.isdecimal() or not known:
                print("An anchor is POSITION:HASH.", file=sys.stderr)
                return 2
            fault = audit_chain.check_anchor(session, int(position), known)
            reading.faults += [fault] if fault is not None else []
    for one in reading.faults:
        of_entry = f" (entry {one.entry_id})" if one.entry_id is not None else ""
        print(f"position {one.position}{of_entry}: {one.kind}", file=sys.stderr)
    print(f"{reading.entries} entries read, {waiting} not sealed yet, {len(reading.faults)} faults")
    if not reading.faults:
        print(f"The chain is whole; its newest seal is {reading.position}:{reading.hash.hex()}")
    return 1 if reading.faults else 0
