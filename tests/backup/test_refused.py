"""What cannot be restored is refused with a clear sentence, and nothing is changed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.backup import restoring, snapshot
from app.backup.format import BackupRefused
from app.db import db
from tests.backup.conftest import back_up, empty_install, rewritten

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
Change = Callable[[str, bytes], tuple[str, bytes]]


def is_untouched(desk: Flask) -> bool:
    with db.engine.connect() as connection:
        folders = [name for name in restoring.FOLDERS if (Path(desk.config["DATA_DIR"]) / name).exists()]
        return snapshot.is_empty(connection) and not folders


def _in(name: str, change: Callable[[dict], None]) -> Change:
    def changed(member: str, content: bytes) -> tuple[str, bytes]:
        if member != name:
            return member, content
        values = json.loads(content)
        change(values)
        return member, json.dumps(values).encode()

    return changed


def _renamed(old: str, new: str) -> Change:
    return lambda member, content: (new if member.startswith(old) else member, content)


def _set(name: str, key: str, value: object) -> Change:
    return _in(name, lambda values: values.update({key: value}))


def _unit(**values: str) -> Change:
    return _in("manifest.json", lambda found: found["units"][-1].update(values))


WRONG: dict[str, tuple[Change, str]] = {
    "of another product": (_set("about.json", "product", "other"), "no backup of the service desk"),
    "of a newer form": (_set("about.json", "format", 99), "newer version"),
    "of a newer addon": (_unit(version="99.0.0"), "newer version"),
    "of a newer revision": (_unit(revision="ticket_9999"), "newer version"),
    "with an addon that is not here": (_unit(name="elsewhere"), "elsewhere"),
    "with a path that leads out": (_renamed("files/", "files/../../evil"), "belongs into it"),
    "with an absolute path": (_renamed("files/", "/etc/passwd"), "belongs into it"),
    "without a table": (_renamed("tables/company.", "archives/company."), "damaged"),
    "with other rows": (lambda name, content: (name, content[:-8] + bytes(4) + content[-4:] if "person.js" in name
                                               else content), "damaged"),
    "with another file": (lambda name, content: (name, b"x" * len(content) if name.startswith("files/") else content),
                          "damaged"),
    "larger than it says": (_in("manifest.json", lambda found: found["tables"]["audit_entry"].update(bytes=10)),
                            "larger than its manifest says"),
    "with a manifest of another form": (_set("manifest.json", "tables", [1]), "damaged"),
}


def test_a_wrong_file(filled: Flask, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "whole.tar")
    with empty_install("sqlite", tmp_path / "target") as desk:
        for name, (change, said) in WRONG.items():
            wrong = rewritten(tmp_path / "whole.tar", tmp_path / "wrong.tar", change)
            with pytest.raises(BackupRefused) as refused:
                restoring.restore(desk, wrong)
            assert said in refused.value.message, name
            assert is_untouched(desk), name


def test_a_file_that_is_cut_off_or_none(filled: Flask, tmp_path: Path) -> None:
    whole = tmp_path / "whole.tar"
    back_up(filled, whole)
    content = whole.read_bytes()
    with empty_install("sqlite", tmp_path / "target") as desk:
        for length in (0, 100, 512, 5000, len(content) // 2, content.rindex(b"manifest.json") + 700):
            (tmp_path / "short.tar").write_bytes(content[:length])
            with pytest.raises(BackupRefused):
                restoring.restore(desk, tmp_path / "short.tar")
        (tmp_path / "text.tar").write_text("hello " * 1000)
        for wrong in ("text.tar", "not-there.tar"):
            with pytest.raises(BackupRefused):
                restoring.restore(desk, tmp_path / wrong)
        assert is_untouched(desk)


def test_an_install_that_is_not_empty(filled: Flask, tmp_path: Path) -> None:
    before = back_up(filled, tmp_path / "whole.tar")
    with filled.app_context(), pytest.raises(BackupRefused, match="empty install only"):
        restoring.restore(filled, tmp_path / "whole.tar")
    assert back_up(filled, tmp_path / "after.tar").tables == before.tables
    with empty_install("sqlite", tmp_path / "target") as desk:
        (tmp_path / "target" / "files").mkdir()
        (tmp_path / "target" / "files" / "one").touch()
        with pytest.raises(BackupRefused, match="is not empty"):
            restoring.restore(desk, tmp_path / "whole.tar")


def test_a_file_that_is_there_is_never_replaced(filled: Flask, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(BackupRefused, match="is there already"):
        back_up(filled, tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"


def test_an_error_half_way_leaves_nothing(filled: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tmp_path / "whole.tar"
    back_up(filled, whole, with_key=True)

    def no_room(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with empty_install("sqlite", tmp_path / "target") as desk:
        (tmp_path / "target" / "secret_key").write_text("old")
        monkeypatch.setattr(restoring.os, "sync", no_room)
        with pytest.raises(OSError, match="No space left"):
            restoring.restore(desk, whole)
        assert is_untouched(desk)
        assert (tmp_path / "target" / "secret_key").read_text() == "old"
        monkeypatch.undo()
        restoring.restore(desk, whole)
        assert (tmp_path / "target" / "secret_key").read_text() == "of the tests only"
    monkeypatch.setattr("app.backup.making._files", no_room)
    with pytest.raises(OSError, match="No space left"):
        back_up(filled, tmp_path / "never.tar")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["target", "whole.tar"]
    shutil.rmtree(tmp_path / "target")
