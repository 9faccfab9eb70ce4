"""`python run.py verify tickets`: whether the counters say what the history says."""

from argparse import ArgumentParser, Namespace

from app.sdk.commands import Command


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--mend", action="store_true", help="store what was counted")


def _verify(arguments: Namespace) -> int:
    from addons.ticket.services import counters
    from app.db import unit_of_work

    with unit_of_work(write=arguments.mend) as session:
        wrong = list(counters.differences(session))
        if arguments.mend:
            counters.mend(session, wrong)
    for one in wrong:
        print(f"{one.number}: transferred {one.stored[0]}, counted {one.counted[0]}; "
              f"reopened {one.stored[1]}, counted {one.counted[1]}")
    print(f"{len(wrong)} tickets {'mended' if arguments.mend else 'differ from their history'}")
    return 1 if wrong and not arguments.mend else 0


COMMANDS = [
    Command("verify tickets", "compare the transfer and reopen counters of tickets with their history", _verify,
            _arguments),
]
