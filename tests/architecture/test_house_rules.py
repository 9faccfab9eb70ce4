"""House rules that no linter knows. Each says why; an exception is named here, with its reason."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, dotted, name_of, nodes, product_files

# Who ends a transaction, and why.
COMMITS = {
    "app/db/unit.py": "the unit of work",
    "app/db/session.py": "makes commit harmless everywhere else",
}
# Who sets a record's state other than by the life cycle.
STATE_SETTERS = {
    "app/sdk/workflow.py": "the engine",
    "addons/ticket/services/ticket.py": "the first state, the category that follows from a state, and what is migrated",
}
# Bookkeeping tables are written in bulk, on a connection; rows that people work on never are.
BULK_ALLOWED = ("connection", "own", "cursor")
BOOKKEEPING = {"app/jobs/scheduler.py": "schedules of jobs that are gone"}
PARTS = {
    "models", "permissions", "rights", "workflow", "services", "search", "views", "api", "events", "listeners", "jobs",
    "slots", "reports", "settings", "notices", "commands", "repositories", "panels", "schemas", "importers", "rules",
    "sla", "tests", "data", "demo", "migrations", "translations", "templates", "static", "__init__", "__manifest__",
    "README", "__pycache__",
}


def test_only_the_unit_of_work_commits():
    found = [f"{file}:{node.lineno} {dotted(node.func)}" for file, node in nodes(ast.Call)
             if isinstance(node.func, ast.Attribute) and node.func.attr == "commit" and file not in COMMITS]
    assert found == []


def test_only_the_engine_sets_a_state():
    found = []
    for file, node in nodes(ast.Assign):
        for target in node.targets:
            for item in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(item, ast.Attribute) and item.attr == "state" and _is_ticket(file):
                    found.append(file)
    assert set(found) <= set(STATE_SETTERS)


def _is_ticket(file: str) -> bool:
    # Addons, journals and jobs of the platform have columns called state too; they are no life cycles.
    return file.startswith("addons/") or file == "app/sdk/workflow.py"


def test_addons_do_not_know_flask_appbuilder():
    found = [f"{file}:{node.lineno}" for file, node in nodes(ast.ImportFrom, under="addons/")
             if (node.module or "").startswith("flask_appbuilder")]
    found += [f"{file}:{node.lineno}" for file, node in nodes(ast.Import, under="addons/")
              if any(alias.name.startswith("flask_appbuilder") for alias in node.names)]
    assert found == []


def test_only_the_clock_asks_what_time_it_is():
    asks = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "datetime.datetime.now"}
    found = [f"{file}:{node.lineno} {dotted(node.func)}" for file, node in nodes(ast.Call)
             if dotted(node.func) in asks and file != "app/sdk/clock.py"]
    assert found == []


class TestWords:
    """What a user reads goes through gettext."""

    def test_flashed_messages(self):
        found = [f"{file}:{node.lineno}" for file, node in nodes(ast.Call)
                 if dotted(node.func) in {"flash", "flask.flash"} and node.args and _is_bare(node.args[0])]
        assert found == []

    def test_refusals(self):
        errors = {"BusinessError", "Conflict", "Forbidden", "NotFound"}
        found = [f"{file}:{node.lineno}" for file, node in nodes(ast.Call)
                 if dotted(node.func) in errors and node.args and _is_bare(node.args[0])]
        found += [f"{file}:{node.lineno}" for file, node in nodes(ast.Call)
                  if dotted(node.func) == "InvalidField" and len(node.args) > 1 and _is_bare(node.args[1])]
        # Not said to a user of the desk: a fault of the program, and what the command line answers.
        assert [place for place in found
                if not place.startswith("app/db/rights.py") and not _is_command(place.split(":")[0])] == []

    def test_labels(self):
        names = {"label", "title", "list_title", "add_title", "edit_title", "show_title", "label_plural", "description",
                 "placeholder", "help"}
        # A manifest's label is a msgid by its place; that of the system and of a queue stands for a name.
        no_words = {"app/platform.py", "app/sdk/actor.py", "app/jobs/queue.py"}
        found = [f"{file}:{node.value.lineno}" for file, node in nodes(ast.keyword)
                 if node.arg in names and _is_bare(node.value) and file not in no_words and not _is_command(file)]
        for file, node in nodes(ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id in names and _is_bare(node.value):
                    found.append(f"{file}:{node.lineno}")
        assert found == []

    def test_declarations(self):
        kinds = {"Permission": 2, "MenuItem": 1, "Transition": 3, "T": 3, "State": 1, "Setting": 1}
        found = []
        for file, node in nodes(ast.Call):
            place = kinds.get(dotted(node.func))
            if place is not None and len(node.args) > place and _is_bare(node.args[place]):
                found.append(f"{file}:{node.lineno}")
        assert found == []

    def test_no_text_is_put_together_inside_gettext(self):
        found = [f"{file}:{node.lineno}" for file, node in nodes(ast.Call)
                 if dotted(node.func) in {"_", "_l", "_n", "_p", "_lp"} and node.args
                 and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)]
        assert found == []


def _is_bare(node: ast.AST) -> bool:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return any(isinstance(part, ast.Constant) and isinstance(part.value, str) and re.search(r"[A-Za-z]{2}", part.value)
               for part in parts)


def _is_command(file: str) -> bool:
    return file.endswith("commands.py") or file in {"app/command_line.py", "run.py"}


def test_no_statement_writes_records_past_the_session():
    # `session.execute(update(Ticket))` would skip audit, intervals and rights; bookkeeping tables use a connection.
    found = []
    for file, node in nodes(ast.Call):
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in {"execute", "scalars"} or not node.args:
            continue
        owner = dotted(node.func.value)
        first = node.args[0]
        while isinstance(first, ast.Call) and isinstance(first.func, ast.Attribute):
            first = first.func.value
        is_write = isinstance(first, ast.Call) and dotted(first.func) in {"update", "delete"}
        if is_write and file not in BOOKKEEPING and not any(name in owner for name in BULK_ALLOWED):
            found.append(f"{file}:{node.lineno} {owner}")
    assert found == []


def test_no_statement_reads_records_past_their_rule():
    # A SELECT of a table instead of its class is not under row rights; the tables here hold no people's work.
    allowed = {
        "app/records/": "bookkeeping of lists, numbers, intervals and imports",
        "app/db/": "the layer itself", "app/jobs/": "messages and schedules", "app/serve/": "processes",
        "app/backup/": "the whole desk, for a command of the machine", "app/seeing/": "figures of the system",
        "app/addon_system/": "the installer", "app/security/": "log-ins, sessions and rights",
        "app/organisation/anonymising.py": "personal data is found and taken out whoever may see it",
        "app/organisation/personal_stores.py": "the same", "app/exchange/personal_data.py": "the same",
        "addons/incident/services/personal_data.py": "the same",
        "addons/ticket/services/counters.py": "a command of the administrator that recounts what intervals say",
    }
    found = [f"{file}:{node.lineno}" for file, node in nodes(ast.Attribute)
             if node.attr == "__table__" and not file.startswith(tuple(allowed))]
    assert found == []


def test_hooks_of_flask_appbuilder_stay_empty():
    hooks = {"pre_add", "post_add", "pre_update", "post_update", "pre_delete", "post_delete"}
    found = [f"{file}:{node.lineno} {node.name}" for file, node in nodes(ast.FunctionDef) if node.name in hooks]
    assert found == []


def test_only_the_configuration_reads_the_environment():
    allowed = {"config.py", "run.py", "app/command_line.py"}
    found = []
    for file, node in nodes(ast.Attribute):
        if dotted(node) in {"os.environ", "os.getenv"} and file not in allowed and not file.startswith("app/serve/"):
            found.append(f"{file}:{node.lineno}")
    # A fresh process that installs addons gets the settings of its parent.
    assert [place for place in found if not place.startswith("app/addon_system/hand.py")] == []


@pytest.mark.parametrize("addon", sorted(path.parent.name for path in (ROOT / "addons").glob("*/__manifest__.py")))
def test_every_file_of_an_addon_has_a_known_name(addon):
    found = {path.stem for path in (ROOT / "addons" / addon).iterdir() if not path.name.startswith(".")}
    assert found - PARTS == set()


FOREIGN = re.compile(r"(?<![\w.])/(?:work|home|root|opt|mnt|Users|srv)/[\w.-]+")
TEXT = {".py", ".html", ".js", ".css", ".toml", ".yaml", ".yml", ".md", ".txt", ".cfg", ".json", ".po", ".sh", ""}


def _all_texts() -> list[Path]:
    skipped = {".venv", ".git", "node_modules", "__pycache__", ".hypothesis"}
    found = []
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        is_left_out = parts[0] == "data" or any(part in skipped or part.endswith("_cache") for part in parts)
        if path.is_file() and path.suffix in TEXT and not is_left_out and "static" not in parts:
            found.append(path)
    return found


def test_nothing_names_a_place_outside_the_repository():
    found = []
    for path in _all_texts():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name_of(path)}: {match[0]}" for match in FOREIGN.finditer(text)
                  if not name_of(path).startswith("tests/architecture/")]
    assert found == []


def test_files_stay_small():
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in product_files()}
    assert {name: lines for name, lines in lengths.items() if lines > 400} == {}
    ordered = sorted(lengths.values())
    assert ordered[len(ordered) // 2] <= 120
