"""`python run.py user …`: log-ins from the command line, for an administrator of the machine."""

import getpass
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

from app.orders.commands import add_grants


def register(commands: Any) -> None:
    """Add `user`."""
    parser: ArgumentParser = commands.add_parser("user", help="create and list users, change their passwords and roles")
    what = parser.add_subparsers(dest="user_what", metavar="WHAT", required=True)
    creating = what.add_parser("create", help="create a user in a work group; the first one becomes the administrator")
    creating.add_argument("username")
    creating.add_argument("--name", help="the person's name; default: the user name")
    creating.add_argument("--email")
    creating.add_argument("--group", help="code of the work group; needed for everybody but customers")
    creating.add_argument("--role", action="append", default=[], help="code of a role of their own; may be repeated")
    creating.add_argument("--language", choices=["zh", "en"])
    creating.add_argument("--password", help="default: asked for, or read from standard input")
    creating.set_defaults(run=_in_bare_desk(create))
    changing = what.add_parser("password", help="give a user another password; their sessions end")
    changing.add_argument("username")
    changing.add_argument("--password", help="default: asked for, or read from standard input")
    changing.set_defaults(run=_in_bare_desk(change_password))
    making = what.add_parser("token", help="make a key with which a program acts for a user")
    making.add_argument("username")
    making.add_argument("name", help="what the key is for")
    making.add_argument("--scope", action="append", default=[], help="a right, e.g. incident.read; may be repeated")
    making.add_argument("--days", type=int, default=90, help="how long it is valid; 0 until it is taken back")
    making.set_defaults(run=_in_bare_desk(make_token))
    resetting = what.add_parser("reset-factor", help="take the second factor of a user away, who has lost it")
    resetting.add_argument("username")
    resetting.set_defaults(run=_in_bare_desk(reset_factor))
    add_grants(what, "user")
    what.add_parser("list", help="list the users and their work groups").set_defaults(run=_in_bare_desk(show_list))


def _in_bare_desk(run: Callable[[Namespace], int]) -> Callable[[Namespace], int]:
    def command(arguments: Namespace) -> int:
        from app.addon_system.commands import bare_desk

        with bare_desk(f"run.py user {arguments.user_what}"):
            return run(arguments)

    return command


def create(arguments: Namespace) -> int:
    """Create a user. Raises BusinessError."""
    from app.db import unit_of_work
    from app.sdk.actor import SYSTEM
    from app.security.services import user_service
    from app.security.setup import FirstAdministrator, create_administrator, is_open

    password = _password(arguments)
    name = arguments.name or arguments.username
    with unit_of_work(write=True) as session:
        if is_open(session):
            user = create_administrator(FirstAdministrator(
                name=name, username=arguments.username, password=password, email=arguments.email,
                language=arguments.language,
            ))
            print(f"created {user.username}, the administrator")
            return 0
        user = user_service.create(SYSTEM, {
            "username": arguments.username, "password": password, "name": name, "email": arguments.email,
            "language": arguments.language, "group": _group_id(session, arguments.group),
            "roles": _role_ids(session, arguments.role),
        })
        print(f"created {user.username}")
    return 0


def change_password(arguments: Namespace) -> int:
    """Change a password. Raises BusinessError."""
    from app.db import unit_of_work
    from app.sdk.actor import SYSTEM
    from app.security.auth import find
    from app.security.services import user_service

    password = _password(arguments)
    with unit_of_work(write=True):
        user = find(arguments.username)
        if user is None:
            print(f"there is no user {arguments.username}", file=sys.stderr)
            return 1
        user_service.change_password(SYSTEM, user.id, password)
    print(f"changed the password of {user.username}")
    return 0


def make_token(arguments: Namespace) -> int:
    """Make a key and print it, this once."""
    from datetime import timedelta

    from app.db import unit_of_work
    from app.sdk import clock
    from app.security import tokens
    from app.security.auth import find

    until = clock.now() + timedelta(days=arguments.days) if arguments.days > 0 else None
    with unit_of_work(write=True):
        user = find(arguments.username)
        if user is None:
            print(f"there is no user {arguments.username}", file=sys.stderr)
            return 1
        print(tokens.create(user.id, tokens.NewToken(arguments.name, arguments.scope, until)))
    return 0


def reset_factor(arguments: Namespace) -> int:
    """Take a second factor away."""
    from app.db import unit_of_work
    from app.sdk.actor import SYSTEM
    from app.security.auth import find
    from app.security.services import second_factor_service

    with unit_of_work(write=True):
        user = find(arguments.username)
        if user is None:
            print(f"there is no user {arguments.username}", file=sys.stderr)
            return 1
        second_factor_service.reset(SYSTEM, user.id)
    print(f"{user.username} logs in without a second factor")
    return 0


def show_list(_arguments: Namespace) -> int:
    """Print a line for each user."""
    from flask_appbuilder.security.sqla.models import User
    from sqlalchemy import select

    from app.db import unit_of_work
    from app.organisation.models import GroupMember, Person, WorkGroup

    with unit_of_work() as session:
        groups: dict[int | None, list[str]] = {}
        statement = (select(Person.user_id, WorkGroup.code).join(GroupMember, GroupMember.person_id == Person.id)
                     .join(WorkGroup, WorkGroup.id == GroupMember.group_id).where(Person.user_id.is_not(None)))
        for user_id, code in session.execute(statement):
            groups.setdefault(user_id, []).append(code)
        columns = select(User.id, User.username, User.first_name, User.active).order_by(User.username)
        for user_id, username, name, active in session.execute(columns):
            print(f"{username:24} {'on' if active else 'off':4} {', '.join(sorted(groups.get(user_id, []))):30} {name}")
    return 0


def _password(arguments: Namespace) -> str:
    if arguments.password:
        return str(arguments.password)
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")


def _group_id(session: Any, code: str | None) -> int | None:
    from sqlalchemy import select

    from app.organisation.models import WorkGroup
    from app.sdk.errors import InvalidField

    if code is None:
        return None
    found = session.execute(select(WorkGroup.id).where(WorkGroup.code == code)).scalar()
    if found is None:
        raise InvalidField("group", f"there is no work group {code}")
    return int(found)


def _role_ids(session: Any, codes: list[str]) -> list[int]:
    from sqlalchemy import select

    from app.sdk.errors import InvalidField
    from app.security.models import RoleProfile

    found = {row[0]: row[1] for row in session.execute(select(RoleProfile.code, RoleProfile.role_id))}
    for code in codes:
        if code not in found:
            raise InvalidField("roles", f"there is no role {code}; there are {', '.join(sorted(found))}")
    return [found[code] for code in codes]
