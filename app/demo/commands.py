"""The commands of `python run.py demo …`."""

import secrets
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any


def register(subparsers: Any) -> None:
    """Add the commands to the parser."""
    group: ArgumentParser = subparsers.add_parser("demo", help="bring the data of a demo company in, or remove them")
    actions = group.add_subparsers(dest="demo_what", metavar="WHAT", required=True)
    install = actions.add_parser("install", help="bring in what is not there yet; prints the accounts")
    install.set_defaults(run=_in_the_desk(bring_in))
    removal = actions.add_parser("remove", help="remove them; real records that name them keep the name")
    removal.add_argument("--with-changed", action="store_true", help="also what somebody changed since")
    removal.add_argument("--dry-run", action="store_true", help="only say what would be done")
    removal.set_defaults(run=_in_the_desk(take_out))
    status = actions.add_parser("status", help="say what there is")
    status.set_defaults(run=_in_the_desk(show_status))


def _in_the_desk(command: Callable[[Namespace], int]) -> Callable[[Namespace], int]:
    def run(arguments: Namespace) -> int:
        from app.command_line import prepared_desk
        from app.sdk.actor import SYSTEM, acting_as

        with prepared_desk().app_context(), acting_as(SYSTEM, via="cli", cause="run.py demo"):
            return command(arguments)

    return run


def bring_in(_arguments: Namespace) -> int:
    """Bring in what is missing and print the accounts; nothing is done where all is there."""
    from flask import current_app

    from app.db import unit_of_work
    from app.demo.services import demo_service
    from app.sdk.actor import SYSTEM
    from app.security import setup

    given = current_app.config.get("ADMIN_PASSWORD")
    with unit_of_work(write=True):
        if not demo_service.state(SYSTEM).missing:
            print("The demo data are there already. Remove them with: python run.py demo remove")
            return 0
        password = f"{secrets.token_urlsafe(9)}-7aZ"
        # Theirs to keep: demo people must not be the only ones on a desk.
        is_fresh = setup.create_unattended({**current_app.config, "ADMIN_PASSWORD": given or password})
        made = demo_service.bring(SYSTEM, password)
        counts = demo_service.state(SYSTEM).counts
    _print_counts(counts)
    print(f"\nAccounts, all with the password {password}; demo accounts change it at their first log-in:")
    if is_fresh:
        told = "the administrator, who stays when the demo data go"
        print(f"  {'admin':20} {told}{'; the password is that of ADMIN_PASSWORD' if given else ''}")
    for account in made:
        print(f"  {account.username:20} {account.name}  ({account.role})")
    return 0


def take_out(arguments: Namespace) -> int:
    """Remove all, and print what stays and why."""
    from app.db import unit_of_work
    from app.demo.services import demo_service
    from app.sdk.actor import SYSTEM

    with unit_of_work(write=not arguments.dry_run):
        do = demo_service.plan if arguments.dry_run else demo_service.remove
        done = do(SYSTEM, with_changed=arguments.with_changed)
    _print_counts(done.going)
    for kept in done.staying:
        print(f"stays ({kept.why}): {kept.record_type} {kept.id} {kept.name}")
    if done.number > len(done.staying):
        print(f"… and {done.number - len(done.staying)} more stay")
    return 0


def show_status(_arguments: Namespace) -> int:
    """Print whose parts are there and how many records."""
    from app.db import unit_of_work
    from app.demo.services import demo_service
    from app.sdk.actor import SYSTEM

    with unit_of_work():
        state = demo_service.state(SYSTEM)
    print(f"there: {', '.join(unit.name for unit in state.brought) or '–'}")
    print(f"not there: {', '.join(unit.name for unit in state.missing) or '–'}")
    _print_counts(state.counts)
    return 0


def _print_counts(counts: dict[str, int]) -> None:
    for kind, number in sorted(counts.items()):
        print(f"{number:6} {kind}")
