"""What attachments hold is read again like the rows of an archive: a file that is not as written is refused."""

import hashlib
import json

import pytest

from app.addon_system import archive


@pytest.fixture
def folder(tmp_path):
    """An archive without a table, of two files."""
    (tmp_path / "files").mkdir()
    for text in (b"one", b"two"):
        (tmp_path / "files" / hashlib.sha256(text).hexdigest()).write_bytes(text)
    (tmp_path / archive.CONTENTS).write_text(json.dumps({"tables": {}, "files": 2}))
    return tmp_path


def test_as_it_was_written_it_is_whole(folder):
    assert archive.verify(folder) == {}


@pytest.mark.parametrize("damage", [lambda kept: kept.write_bytes(b"three"), lambda kept: kept.unlink()])
def test_a_file_that_is_another_or_gone_is_refused(folder, damage):
    damage(next((folder / "files").iterdir()))
    with pytest.raises(archive.BrokenArchive, match="files"):
        archive.verify(folder)


def test_one_that_counts_no_files_is_taken_as_it_is(folder):
    (folder / archive.CONTENTS).write_text(json.dumps({"tables": {}}))
    next((folder / "files").iterdir()).unlink()
    assert archive.verify(folder) == {}
