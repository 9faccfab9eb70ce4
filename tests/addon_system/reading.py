"""A program of the tests: what an administrator's browser and programs get on a desk, in a process that loads its set.

    python -m tests.addon_system.reading ADDRESS…    with the environment of a desk

It asks for these and for all addresses of lists, pages and REST that need no more than their name, and tells
{address: [status, text]}, the text of those only that were named.
"""

import json
import sys

from app import create_app
from tests.support.people import PASSWORD, submit

# They end the session, or never end themselves.
LEFT_OUT = ("/logout", "/events", "/static", "/lang")


def main(addresses: list[str]) -> None:
    """Ask for each address, logged in as the administrator."""
    app = create_app({"TESTING": True, "PROPAGATE_EXCEPTIONS": False})
    client = app.test_client()
    submit(client, "/login/", username="admin", password=PASSWORD)
    client.get("/lang/en")
    found = {}
    for one in addresses:
        answer = client.get(one)
        found[one] = [answer.status_code, answer.text]
    plain = {rule.rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())}
    for one in sorted(one for one in plain - found.keys() if not one.startswith(LEFT_OUT)):
        found[one] = [client.get(one).status_code, ""]
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
