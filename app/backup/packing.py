"""The backup file as it is written: whole under its name, or not there at all."""

import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from app.backup.format import BLOCK, Part
from app.sdk import clock


class Packer:
    """Writes the members of a backup one after another; no member is in memory."""

    def __init__(self, tar: tarfile.TarFile, folder: Path) -> None:
        self._tar, self._folder = tar, folder

    def add_json(self, name: str, value: Any) -> None:
        """Add a small document."""
        self.add_bytes(name, json.dumps(value, indent=1, ensure_ascii=False).encode())

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a small content."""
        self._add(name, len(content), io.BytesIO(content))

    def add_lines(self, name: str, lines: Iterable[bytes]) -> Part:
        """Add lines, compressed, and return how many they are, their bytes and their hash."""
        total, part = hashlib.sha256(), Part("", 0)
        with tempfile.TemporaryFile(dir=self._folder) as packed:
            with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1, mtime=0) as out:
                for line in lines:
                    total.update(line)
                    out.write(line)
                    part.rows += 1
                    part.bytes += len(line)
            size = packed.tell()
            packed.seek(0)
            self._add(name, size, packed)
        part.sha256 = total.hexdigest()
        return part

    def add_file(self, name: str, path: Path) -> Part | None:
        """Add a file and return its size and hash; None where it is gone meanwhile."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return None
        with file:
            size, hashed = os.fstat(file.fileno()).st_size, _Hashed(file)
            self._add(name, size, hashed)
        return Part(hashed.total.hexdigest(), size)

    def _add(self, name: str, size: int, content: Any) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(clock.now().timestamp())
        self._tar.addfile(info, content)
        self._tar.members.clear()  # type: ignore[attr-defined]  # it would remember each of a million files


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.total = file, hashlib.sha256()

    def read(self, size: int = BLOCK) -> bytes:
        """Read on."""
        block = self._file.read(size)
        self.total.update(block)
        return block


@contextmanager
def packing(target: Path) -> Iterator[Packer]:
    """Write a backup beside its place and put it there at the end of the block; an error leaves nothing behind."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as tar:
                yield Packer(tar, target.parent)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, target)  # unlike a rename it never takes the place of a file that is there
    finally:
        part.unlink(missing_ok=True)
    _settle(target.parent)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
