"""`python run.py backup` and `python run.py restore`."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def register(commands: Any) -> None:
    """Add backup and restore."""
    text = "write the whole desk to one file, while it is in use"
    backup: ArgumentParser = commands.add_parser("backup", help=text, description=text[0].upper() + text[1:] + ".")
    backup.add_argument("file", nargs="?", type=Path, help="a file that is not there yet; default: in DATA_DIR/backups")
    backup.add_argument("--with-key", action="store_true",
                        help="put the secret key into it: second factors and signed links need it; keep the file safe")
    backup.add_argument("--keep", type=int, default=0, metavar="N",
                        help="delete all but the newest N backups of DATA_DIR/backups afterwards")
    backup.set_defaults(run=make)
    text = "bring a backup into an empty install, on SQLite or PostgreSQL"
    restoring: ArgumentParser = commands.add_parser("restore", help=text, description=text[0].upper() + text[1:] + ".")
    restoring.add_argument("file", type=Path)
    restoring.set_defaults(run=restore)


@contextmanager
def _desk(cause: str) -> Iterator[Any]:
    # Never prepared: an upgrade is what people make a backup before, and a restore wants no tables yet.
    from app import create_app
    from app.sdk.actor import SYSTEM, acting_as

    app = create_app(load_addons=False)
    with app.app_context(), acting_as(SYSTEM, via="cli", cause=cause):
        yield app


def make(arguments: Namespace) -> int:
    """Make a backup and say what is in it."""
    from app.backup import store
    from app.backup.making import make as make_backup

    with _desk("run.py backup") as app:
        target = arguments.file or store.new_file(app)
        try:
            manifest = make_backup(app, target.absolute(), with_key=arguments.with_key)
        except Exception as error:
            if arguments.file is None:
                store.note_failure(app, str(error))
            raise
        if arguments.file is None:
            store.forget_failure(app)
        if arguments.keep:
            store.keep_newest(app, arguments.keep)
    print(f"{target}: {manifest.rows} rows of {len(manifest.tables)} tables, {manifest.files} files, "
          f"{target.stat().st_size / 2**20:.1f} MB")
    for number, what in ((len(manifest.missing), "missing"), (len(manifest.damaged), "damaged")):
        if number:
            print(f"{number} files of the desk are {what}; the backup says which.", file=sys.stderr)
    return 0


def restore(arguments: Namespace) -> int:
    """Restore a backup and say what came in, and what is left to do."""
    from app.backup import restoring

    with _desk("run.py restore") as app:
        manifest = restoring.restore(app, arguments.file)
    print(f"Restored the desk of {manifest.made_at}: {manifest.rows} rows of {len(manifest.tables)} tables, "
          f"{manifest.files} files; all as they were written.")
    with _desk("run.py restore") as app:
        if not restoring.same_key(app, manifest):
            print("The secret key is another one than that of the desk: people log in anew, second factors must be "
                  "set up again and links in mails are void. To keep them set SECRET_KEY, or copy DATA_DIR/secret_key "
                  "of that desk to this one before it is served.", file=sys.stderr)
    return 0
