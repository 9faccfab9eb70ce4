"""Translations: catalogues are kept as text and compiled when they are newer than what is there."""

import os
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask

from app.addon_system.registry import Registry

OWN = Path(__file__).resolve().parents[2] / "babel"
_FAB = Path(str(find_spec("flask_appbuilder").origin)).parent / "translations"  # type: ignore[union-attr]


def compile_stale(folders: Iterable[Path]) -> list[Path]:
    """Compile every catalogue whose text is newer than its compiled form; return what was compiled."""
    done = []
    for source in (path for folder in folders for path in folder.glob("*/LC_MESSAGES/messages.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text)
        part = target.with_suffix(f".{os.getpid()}.part")
        with part.open("wb") as compiled:
            write_mo(compiled, catalogue)
        part.replace(target)  # processes that start together each write a whole file
        done.append(target)
    return done


def use(app: Flask, registry: Registry) -> None:
    """Let an application speak by Flask-AppBuilder's catalogue, the addons' and, merged last so that it wins, ours."""
    words = [_FAB, *registry.translation_folders, OWN]
    compile_stale(words[1:])
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(folder) for folder in words)
    app.config["BABEL_DOMAIN"] = "messages"
