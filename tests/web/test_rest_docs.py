"""The examples of docs/rest.md, run as they stand against a desk."""

import json
import os
import re
import subprocess
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from app.db import unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from app.security import tokens
from tests.support.people import make_person

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
DOCS = Path(__file__).resolve().parents[2] / "docs" / "rest.md"
EXAMPLES = re.findall(r"```sh\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def shell(app, cast, tmp_path):
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        key = tokens.create(cast.agent.user_id, tokens.NewToken("tests"))
        caller = make_person(name="Caller").id
    (tmp_path / "log.txt").write_text("disk full")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    known = {**os.environ, "DESK": f"http://127.0.0.1:{server.server_port}", "KEY": key, "CALLER": str(caller),
             "ID": "1", "FILE": str(tmp_path / "log.txt"), "no_proxy": "127.0.0.1"}

    def run(text):
        done = subprocess.run(["sh", "-ec", text], env=known, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        found, rest, decoder = [], done.stdout.strip(), json.JSONDecoder()
        while rest:
            one, end = decoder.raw_decode(rest)
            found.append(one)
            rest = rest[end:].strip()
        return found

    yield run
    server.shutdown()


def test_they_do_what_the_page_says(shell):
    listed, made, around, called, own, changed, page = [shell(text) for text in EXAMPLES]
    assert listed[0]["result"] == []
    assert made[0]["result"]["title"] == "Mail server does not answer"
    steps, note, files, timeline = around
    assert {"pick", "assign"} <= {step["action"] for step in steps["result"]}
    assert note["id"]
    assert files["result"][0]["name"] == "log.txt"
    assert {"note", "file"} <= {entry["kind"] for entry in timeline["result"]}
    assert [one["body"] for one in called[-1]["result"]] == ["Asked for news."]
    assert [one["name"] for one in own[-1]["result"]] == ["Mail servers"]
    assert changed[0]["result"]["title"] == "Mail server was away"
    assert page[0]["ids"] == [made[0]["id"]]
    assert shell(EXAMPLES[1])[0]["id"] == made[0]["id"], "sent again, it is done once"
