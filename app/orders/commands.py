"""`python run.py record …`, `… grant` and `… revoke`: changes as somebody, by the rules that hold for them anywhere."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import Any


def register(commands: Any) -> None:
    """Add `record`, `group` and `role`."""
    parser: ArgumentParser = commands.add_parser("record", help="change a record, as a user and by their rights")
    what = parser.add_subparsers(dest="record_what", metavar="WHAT", required=True)
    setting = what.add_parser("set", help="give fields of a record other values")
    stepping = what.add_parser("step", help="take a step of a record's life cycle")
    for one, least in ((setting, "+"), (stepping, "*")):
        one.add_argument("type", help="e.g. incident, person, company")
        one.add_argument("record", help="its number, code or id")
        if one is stepping:
            one.add_argument("action", help="e.g. assign, resolve")
        one.add_argument("values", metavar="FIELD=VALUE", nargs=least, type=_pair,
                         help="as the form has it: a code, a name, a day; nothing behind = empties the field")
        one.add_argument("--as", dest="username", metavar="USER", required=True, help="who does it")
        _later(one)
        one.set_defaults(run=_run, order_of=_record_order)
    for name, text in (("group", "grant roles to work groups and their members, and take them back"),
                       ("role", "grant rights to roles, and take them back")):
        parser = commands.add_parser(name, help=text)
        add_grants(parser.add_subparsers(dest=f"{name}_what", metavar="WHAT", required=True), name)


def add_grants(what: Any, to: str) -> None:
    """Add `grant` and `revoke` to the commands of users, groups or roles."""
    given = "RIGHT" if to == "role" else "ROLE"
    for do, text in (("grant", f"grant a {given.lower()}"), ("revoke", f"take a {given.lower()} back")):
        one: ArgumentParser = what.add_parser(do, help=text)
        one.add_argument("name", metavar=to.upper(), help="the user name" if to == "user" else "the code")
        if to == "role":
            one.add_argument("what", metavar=given, nargs="+", help="e.g. incident.resolve")
        else:
            one.add_argument("what", metavar=given, help="the role's code, e.g. incident.role_agent")
        if to == "group":
            one.add_argument("--member", metavar="USER", help="only to this member of the group")
        one.add_argument("--as", dest="username", metavar="USER",
                         help="who does it, by their rights; default: the administrator of the machine")
        _later(one)
        one.set_defaults(run=_run, order_of=_grant_order, do=do, to=to)


def _later(parser: ArgumentParser) -> None:
    parser.add_argument("--at", metavar="TIME", help="not now but then, e.g. 2027-01-31T08:00; a worker does it")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name.strip() or not equals:
        raise ArgumentTypeError(f"{text!r} is not FIELD=VALUE")
    return name.strip(), value.strip()


def _record_order(arguments: Namespace) -> dict[str, Any]:
    return {"do": arguments.record_what, "type": arguments.type, "record": arguments.record,
            "action": getattr(arguments, "action", None), "values": dict(arguments.values)}


def _grant_order(arguments: Namespace) -> dict[str, Any]:
    return {"do": arguments.do, "to": arguments.to, "name": arguments.name, "what": arguments.what,
            "member": getattr(arguments, "member", None)}


def _run(arguments: Namespace) -> int:
    from app.command_line import prepared_desk

    with prepared_desk().app_context():
        return give(arguments.order_of(arguments), arguments.username, arguments.at)


def give(order: dict[str, Any], username: str | None, at: str | None = None) -> int:
    """Do an order as somebody, now or at a time; print what became of it and return the exit code."""
    from app.db import unit_of_work
    from app.exchange.cells import Unreadable, as_moment
    from app.orders import jobs, performing, reading
    from app.sdk.actor import SYSTEM, acting_as
    from app.sdk.errors import BusinessError

    cause = f"run.py {order.get('to') or 'record'} {order['do']}"
    try:
        moment = as_moment(at, reading.zone()) if at else None
        with unit_of_work(write=True):
            with acting_as(SYSTEM, via="cli", cause=cause):
                actor = performing.actor_named(username)
            with acting_as(actor, via="cli", cause=cause):
                if moment is not None:
                    jobs.plan(actor, order, moment)
                    said = f"planned for {moment.isoformat()}"
                else:
                    said = performing.perform(actor, order)
    except Unreadable as wrong:
        print(f"--at: {wrong}", file=sys.stderr)
        return 2
    except BusinessError as refused:
        for name, message in refused.fields.items():
            print(f"{name}: {message}", file=sys.stderr)
        if refused.message not in refused.fields.values():
            print(refused.message, file=sys.stderr)
        return 1
    print(said)
    return 0
