"""Where files wait while they are brought in: as lines of JSON, so that any worker goes on in the middle of one."""

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import current_app

from app.exchange.reading import Sheet


def _folder() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "imports"


def keep(sheet: Sheet) -> str:
    """Write the rows of a file down and return the key under which they are found."""
    key = secrets.token_hex(16)
    _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    part = _folder() / f"{key}.part"
    with part.open("w", encoding="utf-8") as out:
        for number, row in sheet.rows:
            out.write(json.dumps([number, row], ensure_ascii=False, separators=(",", ":")) + "\n")
    part.replace(_folder() / f"{key}.jsonl")
    return key


def rows(key: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (number in the file, cells) of each row. Raises FileNotFoundError where the file is gone."""
    with (_folder() / f"{key}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            number, cells = json.loads(line)
            yield number, cells


def arrange(key: str, order: Callable[[Iterator[list[str]]], list[int]]) -> None:
    """Write the rows in another order, which is told the cells of each. Raises FileNotFoundError."""
    path, part = _folder() / f"{key}.jsonl", _folder() / f"{key}.{secrets.token_hex(4)}.part"
    places = order(cells for _number, cells in rows(key))
    if places == sorted(places):
        return
    with path.open("rb") as lines, part.open("wb") as out:
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line))
        for place in places:
            lines.seek(starts[place])
            out.write(lines.read(starts[place + 1] - starts[place]))
    part.replace(path)


def remove(key: str) -> None:
    """Delete what was kept under a key."""
    (_folder() / f"{key}.jsonl").unlink(missing_ok=True)
