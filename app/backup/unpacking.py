"""The backup file as it is read: nothing of it is believed before it was checked, and no name in it becomes a path."""

import gzip
import hashlib
import json
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from app.backup.format import (
    ABOUT,
    BLOCK,
    FILE,
    FORMAT,
    KEY,
    LONGEST_LINE,
    LONGEST_MANIFEST,
    MANIFEST,
    OTHER,
    PRODUCT,
    TABLE,
    BackupRefused,
    Part,
    manifest_of,
)

_SMALL = {ABOUT: 4096, KEY: 4096, MANIFEST: LONGEST_MANIFEST}
_FOREIGN = "This is no backup of the service desk: {name}"
CUT_OFF = "The backup is cut off: its end is missing."
_DAMAGED = "The backup is damaged: {what}"


class Backup:
    """An opened backup. Its places are known; what is there is read from the file when it is asked for."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._places: dict[str, tuple[int, int]] = {}
        self.files = 0
        self._look_through()
        self.manifest = manifest_of(self._small(MANIFEST))
        self._check_contents()

    def _look_through(self) -> None:
        for info in _members(self._file):
            if not self._places and info.name != ABOUT:
                raise BackupRefused(_FOREIGN.format(name=f"it begins with {info.name[:100]!r}"))
            if not info.isreg() or not _is_known(info.name):
                raise BackupRefused(_DAMAGED.format(what=f"nothing called {info.name[:100]!r} belongs into it."))
            if FILE.fullmatch(info.name):
                self.files += 1
                continue
            if info.name in self._places:
                raise BackupRefused(_DAMAGED.format(what=f"{info.name} is in it twice."))
            self._places[info.name] = (info.offset_data, info.size)
            if info.name == ABOUT:
                self._check_about()
        if MANIFEST not in self._places:
            raise BackupRefused(CUT_OFF)

    def _check_about(self) -> None:
        said = self._small(ABOUT)
        if not isinstance(said, dict) or said.get("product") != PRODUCT:
            raise BackupRefused(_FOREIGN.format(name="it says that it is something else."))
        if said.get("format") != FORMAT:
            raise BackupRefused("The backup was made by a newer version of the desk; install that version first.")

    def _check_contents(self) -> None:
        tables = {f"tables/{name}.jsonl.gz" for name in self.manifest.tables}
        wanted = {ABOUT, MANIFEST, *tables, *self.manifest.others}
        if set(self._places) - {KEY} != wanted or self.files != self.manifest.files:
            raise BackupRefused(_DAMAGED.format(what="it does not hold what its manifest says."))

    @property
    def key(self) -> str | None:
        """The secret key, where it was put into the backup."""
        return self._bytes(KEY).decode() if KEY in self._places else None

    def _small(self, name: str) -> Any:
        try:
            return json.loads(self._bytes(name))
        except ValueError as error:
            raise BackupRefused(_DAMAGED.format(what=f"{name} cannot be read.")) from error

    def _bytes(self, name: str) -> bytes:
        at, size = self._places[name]
        if size > _SMALL[name]:
            raise BackupRefused(_DAMAGED.format(what=f"{name} is too large."))
        self._file.seek(at)
        return self._file.read(size)

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a table, checked against the manifest. Raises BackupRefused, at the latest at the end."""
        part, found, total = self.manifest.tables[name], Part("", 0), hashlib.sha256()
        try:
            with gzip.GzipFile(mode="rb", fileobj=self._slice(name)) as packed:
                while line := packed.readline(LONGEST_LINE):
                    found.bytes += len(line)
                    found.rows += 1
                    total.update(line)
                    if found.bytes > part.bytes or not line.endswith(b"\n"):
                        raise BackupRefused(_DAMAGED.format(what=f"table {name} is larger than its manifest says."))
                    yield line
        except (OSError, EOFError, zlib.error) as error:
            raise BackupRefused(_DAMAGED.format(what=f"table {name} cannot be unpacked.")) from error
        found.sha256 = total.hexdigest()
        if found != part:
            raise BackupRefused(_DAMAGED.format(what=f"table {name} is not what its manifest says."))

    def _slice(self, name: str) -> "_Slice":
        return _Slice(self._file, *self._places[f"tables/{name}.jsonl.gz"])

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield one of the other files and check it against the manifest."""
        yield from _checked(self._file, *self._places[name], self.manifest.others[name].sha256, name)

    def attachments(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Yield (hash, blocks) of each attachment; the blocks are checked when they are read to the end."""
        damaged = set(self.manifest.damaged)
        for info in _members(self._file):
            found = FILE.fullmatch(info.name)
            if found:
                wanted = None if found[1] in damaged else found[1]
                yield found[1], _checked(self._file, info.offset_data, info.size, wanted, info.name)


class _Slice:
    """A part of a file, as a file that gzip reads."""

    def __init__(self, file: IO[bytes], at: int, size: int) -> None:
        self._file, self._begin, self._at, self._end = file, at, at, at + size

    def read(self, size: int) -> bytes:
        """Read on."""
        self._file.seek(self._at)
        block = self._file.read(min(size, self._end - self._at))
        self._at += len(block)
        return block

    def seek(self, place: int) -> int:
        """Go to a place of the part."""
        self._at = self._begin + place
        return place


def _checked(file: IO[bytes], at: int, size: int, sha256: str | None, name: str) -> Iterator[bytes]:
    total, end = hashlib.sha256(), at + size
    while at < end:
        file.seek(at)
        block = file.read(min(BLOCK, end - at))
        if not block:
            raise BackupRefused(CUT_OFF)
        at += len(block)
        total.update(block)
        yield block
    if sha256 is not None and total.hexdigest() != sha256:
        raise BackupRefused(_DAMAGED.format(what=f"{name} is not what its manifest says."))


def _members(file: IO[bytes]) -> Iterator[tarfile.TarInfo]:
    file.seek(0)
    try:
        tar = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115 - holds nothing but the file, which is the caller's
    except (tarfile.TarError, OSError) as error:
        raise BackupRefused(_FOREIGN.format(name="it is of another kind.")) from error
    while True:
        try:
            info = tar.next()
        except (tarfile.TarError, OSError, ValueError) as error:
            raise BackupRefused(CUT_OFF) from error
        if info is None:
            return
        tar.members.clear()  # type: ignore[attr-defined]  # it would remember each of a million files
        yield info


def _is_known(name: str) -> bool:
    return name in _SMALL or any(one.fullmatch(name) for one in (TABLE, FILE, OTHER))


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """Open a backup. Raises BackupRefused for a file that is none, is broken or cut off, or comes from a newer desk."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupRefused(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        yield Backup(file)


def verify(backup: Backup) -> None:
    """Read a backup through. Raises BackupRefused where anything is not what was written."""
    for name in backup.manifest.tables:
        for _line in backup.lines(name):
            pass
    for name in backup.manifest.others:
        for _block in backup.blocks(name):
            pass
    for _sha256, blocks in backup.attachments():
        for _block in blocks:
            pass
