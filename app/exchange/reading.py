"""Files as rows of text: CSV in any usual encoding, and sheets; what is too large is refused before it is parsed."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from app.records import sheets
from app.sdk.errors import InvalidField
from app.sdk.i18n import _

MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 100_000, 200, 2_000_000
LIMITS = sheets.Limits(unpacked=300 * 1024 * 1024, rows=MAX_ROWS * 2, cells=MAX_CELLS * 2)
MAX_CELL = 32_767
_SEPARATORS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was read: what it is, its headings, and its rows, each with its number in the file."""

    format: str
    headers: list[str]
    rows: list[tuple[int, list[str]]]


def read(name: str, content: bytes) -> Sheet:
    """Return the rows of a file. Raises InvalidField("file") for what is none, is too large or has no rows."""
    if not content:
        raise _wrong(_("Choose a file that is not empty."))
    kind, found = _sheet(content) if content[:4] == b"PK\x03\x04" else _text(name, content)
    lines = ((number, [_plain(cell) for cell in row]) for number, row in found)
    filled = [(number, row) for number, row in _bounded(lines) if any(row)]
    if len(filled) < 2:
        raise _wrong(_("The file has no rows below its headings."))
    headers = _headers(filled[0][1])
    return Sheet(kind, headers, [(number, (row + [""] * len(headers))[:len(headers)]) for number, row in filled[1:]])


def _wrong(message: str) -> InvalidField:
    return InvalidField("file", message)


def _bounded(lines: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    cells = 0
    for count, (number, row) in enumerate(lines):
        cells += len(row)
        if count > MAX_ROWS:
            raise _wrong(_("The file has more than %(number)s rows. Divide it.", number=f"{MAX_ROWS:,}"))
        if cells > MAX_CELLS or len(row) > MAX_COLUMNS:
            raise _wrong(_("The file has too many cells or columns. Leave out what is not needed."))
        yield number, row


def _headers(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row = row[:-1]
    return [cell[:200] for cell in row]


# Text ----------------------------------------------------------------------------------------------------------------


def _text(name: str, content: bytes) -> tuple[str, Iterator[tuple[int, list[Any]]]]:
    if b"\0" in content[:4096] and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise _wrong(_("“%(name)s” is neither CSV nor XLSX.", name=name))
    encoding, text = decoded(content)
    separator = _separator(text)
    return f"CSV · {encoding}", _csv_rows(text, separator)


def _csv_rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        raise _wrong(_("The file cannot be read as CSV, from row %(row)s on.", row=reader.line_num)) from error


def decoded(content: bytes) -> tuple[str, str]:
    """Return the encoding of a text and the text: UTF-8 with or without mark, UTF-16 with one, else GB18030."""
    has_mark = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ["utf-16"] if has_mark else ["utf-8-sig", "gb18030"]:
        try:
            return encoding.removesuffix("-sig").upper(), content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _wrong(_("The file is neither in UTF-8 nor in GB18030."))


def _separator(text: str) -> str:
    # The sign that stands most often in the first line, outside quotes.
    first = next((line for line in text.splitlines() if line.strip()), "")
    plain = "".join(part for number, part in enumerate(first.split('"')) if number % 2 == 0)
    return max(_SEPARATORS, key=lambda sign: (plain.count(sign), -_SEPARATORS.index(sign)))


# Sheets --------------------------------------------------------------------------------------------------------------


def _sheet(content: bytes) -> tuple[str, Iterator[tuple[int, list[Any]]]]:
    return "XLSX", ((number, list(row)) for number, row in enumerate(sheets.rows(content, LIMITS), start=1))


def _plain(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).replace("\0", "").strip()[:MAX_CELL]


__all__ = ["Sheet", "decoded", "read"]
