"""What the guides for authors say is so: their code runs, and what they name is there."""

import re
import subprocess
import sys

import pytest
import yaml

from app.web.record_view import RecordView
from tests.architecture.sources import ROOT

OWN = {"tests/test_addon.py", "tests/query_counts.json"}
GUIDES = ("adding-an-addon", "adding-a-model")
BLOCK = re.compile(r"```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [found["text"] for guide in GUIDES for found in BLOCK.finditer(text_of(guide)) if found["kind"] == kind]


def text_of(guide: str) -> str:
    return (ROOT / "docs" / f"{guide}.md").read_text(encoding="utf-8")


def test_their_code_runs():
    # In a process of its own: what it declares must not be there for other tests.
    assert len(blocks("python")) >= 10
    code = "\n".join(f"exec({block!r}, {{'__name__': 'guide'}})" for block in blocks("python"))
    ran = subprocess.run([sys.executable, "-W", "error::SyntaxWarning", "-c", code], cwd=ROOT, capture_output=True,
                         text=True, timeout=100, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_their_data_can_be_read():
    records = [record for block in blocks("yaml") for record in yaml.safe_load(block)["records"]]
    assert {"id", "model"} <= set.intersection(*map(set, records))


@pytest.mark.parametrize("guide", GUIDES)
def test_the_files_and_pages_that_they_name_are_there(guide):
    named = set(re.findall(r"`((?:app|addons|tools|tests|docs)/[\w./-]+)`", text_of(guide)))
    named |= {f"docs/{page}" for page in re.findall(r"\]\(([\w-]+\.md)", text_of(guide))}
    # Those of the author's own addon are not.
    own = {name for name in named if name.startswith(("addons/loan", "addons/NAME")) or name in OWN}
    assert [name for name in sorted(named - own) if not (ROOT / name).exists()] == []


def test_what_a_page_may_say_is_an_attribute_of_it():
    table = text_of("adding-a-model").partition("| attribute | says |")[2].partition("\n\n")[0]
    named = {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1] if row else "")}
    assert len(named) > 20
    assert [name for name in sorted(named) if not hasattr(RecordView, name)] == []
