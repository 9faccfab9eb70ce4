"""Sheets that people send: what is too large is refused before it is parsed, for a sheet is a ZIP that may lie."""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from app.sdk.errors import InvalidField
from app.sdk.i18n import _

# The parts of a ZIP, and how much smaller than what it unpacks to it may be.
MAX_PARTS, MAX_RATIO = 1000, 200
# A sheet takes what begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read: bytes once unpacked, lines, cells."""

    unpacked: int
    rows: int
    cells: int


def rows(content: bytes, limits: Limits, *, skip_empty_area: bool = False) -> list[list[Any]]:
    """Return the lines of the first sheet. Raises InvalidField("file") for what is no sheet or is too large.

    `skip_empty_area` leaves out empty lines and columns before the first that is filled, so that lines are not
    numbered as in the file.
    """
    _refuse_bomb(content, limits.unpacked)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if not book.sheet_names:
            raise _wrong(_("The file cannot be read as a sheet."))
        sheet = book.get_sheet_by_index(0)
        if sheet.total_height > limits.rows or sheet.total_height * sheet.total_width > limits.cells:
            raise _wrong(_("The file has too many cells or columns. Leave out what is not needed."))
        return sheet.to_python(skip_empty_area=skip_empty_area)
    except (CalamineError, ValueError, OSError) as error:
        raise _wrong(_("The file cannot be read as a sheet.")) from error


def _wrong(message: str) -> InvalidField:
    return InvalidField("file", message)


def _refuse_bomb(content: bytes, most: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            declared = sum(part.file_size for part in parts)
            if len(parts) > MAX_PARTS or declared > most or declared > max(len(content), 100_000) * MAX_RATIO:
                raise _wrong(_("The file unpacks to too much."))
            if "xl/workbook.xml" not in names:
                raise _wrong(_("The file cannot be read as a sheet."))
            for part in parts:
                _refuse_liar(packed, part, most)
    except zipfile.BadZipFile as error:
        raise _wrong(_("The file cannot be read as a sheet.")) from error


def _refuse_liar(packed: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> None:
    # What a part says of its size is only what it says: it is unpacked once, to nowhere, no further than that.
    size = 0
    with packed.open(part) as opened:
        while chunk := opened.read(1 << 20):
            size += len(chunk)
            if size > part.file_size or size > most:
                raise _wrong(_("The file unpacks to too much."))
