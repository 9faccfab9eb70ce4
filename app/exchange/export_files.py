"""Large exports on disk: the rows as lines of JSON while they are read, then the file that is taken away."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import current_app


def rows_path(key: str) -> Path:
    """Return where the rows are while they are read."""
    return _folder() / f"{key}.jsonl"


def file_path(key: str) -> Path:
    """Return where the file is once it is made."""
    return _folder() / f"{key}.file"


def _folder() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "exports"


def append(key: str, length: int, rows: list[list[Any]]) -> int:
    """Write rows behind the first so many bytes, all else is of a step that was not kept; return the new length."""
    _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with rows_path(key).open("ab") as out:
        out.truncate(length)
        out.seek(length)
        for row in rows:
            out.write(json.dumps([_packed(value) for value in row], ensure_ascii=False, separators=(",", ":")).encode())
            out.write(b"\n")
        out.flush()
        os.fsync(out.fileno())
        return out.tell()


def remove(key: str) -> None:
    """Delete all of an export."""
    for path in (rows_path(key), file_path(key)):
        path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Spooled:
    """The rows that were read, as a sheet."""

    key: str
    titles: list[str]
    # Asked now and then; raises where nobody waits for the rest.
    go_on: Callable[[], None]

    def rows(self) -> Iterator[list[Any]]:
        """Yield the rows. Raises FileNotFoundError where they are gone."""
        with rows_path(self.key).open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number % 1000 == 0:
                    self.go_on()
                yield [_unpacked(value) for value in json.loads(line)]


_KINDS: dict[str, Callable[[str], Any]] = {
    "at": datetime.fromisoformat, "on": date.fromisoformat, "number": Decimal,
}


# A sheet knows numbers, times and days; JSON knows only the first.
def _packed(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    return {"number": str(value)} if isinstance(value, Decimal) else value


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    return _KINDS[kind](text)
