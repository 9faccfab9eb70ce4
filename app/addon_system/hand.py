"""The process that works on the addons: a fresh one for each action, because a running one never changes its set.

    python -m app.addon_system.hand prepare          bring the database up to what is on disk
    python -m app.addon_system.hand perform 17       do the action of journal row 17

It is registered as nothing: nobody waits for it, and it may load addons that nobody serves yet or any more.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from app.addon_system.registry import Registry

ROOT = Path(__file__).resolve().parents[2]
_TAIL = 4000


class HandFailed(RuntimeError):
    """The process ended with an error; the message is the end of what it said."""


def environment(app: Flask) -> dict[str, str]:
    """Return the environment in which another process finds the database and folders of this application."""
    config = app.config
    return {
        **os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        "DATABASE_URL": config["SQLALCHEMY_DATABASE_URI"], "DATA_DIR": config["DATA_DIR"],
        "ADDON_PATHS": config.get("ADDON_PATHS", ""), "SECRET_KEY": config["SECRET_KEY"],
        "LOG_LEVEL": config["LOG_LEVEL"], "ADDON_WAIT": str(config["ADDON_WAIT"]),
    }


def run(app: Flask, *arguments: str, timeout: float | None = None) -> None:
    """Do something in a process of its own and wait for it. Raises HandFailed."""
    done = subprocess.run(
        _command(arguments), cwd=ROOT, env=environment(app), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, timeout=timeout, check=False,
    )
    if done.returncode:
        raise HandFailed(done.stderr.strip()[-_TAIL:] or f"ended with {done.returncode}")


def start(app: Flask, *arguments: str) -> int:
    """Do something in a process of its own that outlives this one, and return its pid."""
    process = subprocess.Popen(
        _command(arguments), cwd=ROOT, env=environment(app), stdin=subprocess.DEVNULL, start_new_session=True,
    )
    return process.pid


def _command(arguments: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "app.addon_system.hand", *arguments]


def load(app: Flask, names: Iterable[str]) -> "Registry":
    """Load addons, and the words of all of them, into this process."""
    from app.addon_system import catalogues, loader
    from app.platform import PLATFORM
    from app.security import reader

    registry = loader.load(app, PLATFORM, names)
    catalogues.use(app, registry)
    reader.init_babel(app)
    return registry


def main(arguments: list[str]) -> int:
    """Run as the program."""
    from app import create_app
    from app.addon_system import install, perform

    app = create_app(load_addons=False)
    with app.app_context():
        if arguments == ["prepare"]:
            install.prepare_here(app)
        elif len(arguments) == 2 and arguments[0] == "perform":
            perform.perform(app, int(arguments[1]))
        else:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
