import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.live import ROOT

COMMANDS = ["serve", "worker", "scheduler", "addon", "user", "record", "group", "role", "import", "export", "db",
            "backup", "restore"]


def run_command(*arguments: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run `run.py` in a process of its own."""
    return subprocess.run([sys.executable, ROOT / "run.py", *arguments], cwd=ROOT, env={**os.environ, **environment},
                          capture_output=True, text=True, timeout=90, check=False)


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS), ("import", "uci-incidents")])
def test_help_needs_no_database_and_no_settings(command: tuple[str, ...], tmp_path: Path) -> None:
    told = run_command(*command, "--help", environment={
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "PORT": "wrong", "DATA_DIR": str(tmp_path / "none")})
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("usage: run.py")
    assert not (tmp_path / "none").exists()


def test_help_lists_the_commands(tmp_path: Path) -> None:
    told = run_command("--help", environment={"DATA_DIR": str(tmp_path)})
    assert [name for name in COMMANDS if f"    {name} " in told.stdout or f"    {name}\n" in told.stdout] == COMMANDS


@pytest.mark.parametrize(("name", "value"), [
    ("PORT", "0"), ("DATABASE_URL", "mysql://x"), ("REDIS_URL", "localhost"), ("LOG_LEVEL", "LOUD"),
    ("ADMIN_LANGUAGE", "fr"),
])
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_wrong_setting_ends_with_one_sentence(command: str, name: str, value: str, tmp_path: Path) -> None:
    ended = run_command(command, environment={"DATA_DIR": str(tmp_path), name: value})
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"{name}='{value}' cannot be used")
    assert ended.stderr.count("\n") == 1


def test_an_unknown_command_is_refused(tmp_path: Path) -> None:
    ended = run_command("dance", environment={"DATA_DIR": str(tmp_path)})
    assert ended.returncode == 2
    assert "invalid choice: 'dance'" in ended.stderr
