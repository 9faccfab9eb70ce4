"""Taking a list away as a file: what the filters leave, in the shown columns, in the reader's language and zone.

Rows are read by place, batch by batch, each in a reading unit of work of its own: the request's unit is over when the
file begins, no transaction is open while a slow reader downloads, and nowhere are all rows in memory.
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

import xlsxwriter
from flask_babel import to_user_timezone
from markupsafe import Markup

from app.db import session, unit_of_work
from app.records.sheets import FORMULA
from app.sdk.actor import ActingContext, acting_as
from app.sdk.i18n import _, bilingual
from app.web.keyset import Place
from app.web.labels import text_of
from app.web.list_page import headings

CSV, CSV_GB, XLSX = "csv", "csv-gb18030", "xlsx"
# A sheet has 1,048,576 rows; a file of lines has no end of its own. More than fits into 30 seconds is made by a job.
LIMIT, BATCH, CHUNK = 1_000_000, 1000, 64 * 1024
AT_ONCE = {CSV: 50_000, CSV_GB: 50_000, XLSX: 20_000}
ENCODINGS = {CSV: "utf-8", CSV_GB: "gb18030"}
MIME_TYPES = {CSV: "text/csv; charset=utf-8", CSV_GB: "text/csv; charset=gb18030",
              XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_MAX_CELL = 32_767
_TIME, _DAY = "%Y-%m-%d %H:%M", "%Y-%m-%d"


class Sheet(Protocol):
    """What is written as a file: headings, and rows of plain values."""

    @property
    def titles(self) -> list[str]:
        """The headings of the columns."""

    def rows(self) -> Iterator[list[Any]]:
        """Yield the rows."""


@dataclass(frozen=True, slots=True)
class Table:
    """A few rows that are there already: the numbers of a report."""

    titles: list[str]
    values: list[list[Any]]

    def rows(self) -> Iterator[list[Any]]:
        """Yield the rows."""
        return iter(self.values)


@dataclass(frozen=True, slots=True)
class Export:
    """What is taken away, by whom."""

    view: Any
    filters: Any
    order: tuple[str, str]
    columns: list[str]
    by: ActingContext

    @property
    def titles(self) -> list[str]:
        """The headings of the columns."""
        return [label for _name, _css, label in headings(self.columns, self.view.label_columns)]

    def rows(self) -> Iterator[list[Any]]:
        """Read the rows, as plain values."""
        return (row for found, _place in self.batches() for row in found)

    def batches(self, place: Place | None = None, left: int = LIMIT) -> Iterator[tuple[list[list[Any]], Place]]:
        """Yield (rows, the place behind them) from a place on, at most so many rows.

        Each batch is read in a unit of its own, under the rights of whoever asked.
        """
        column = self.view.datamodel.order_attribute(self.order[0])
        while left > 0:
            with unit_of_work(), acting_as(self.by.actor, self.by.via, request_id=self.by.request_id, ip=self.by.ip):
                items = self.view.datamodel.after(self.filters, *self.order, place, min(BATCH, left), self.columns)
                found = [[self._value(item, name) for name in self.columns] for item in items]
                if items:
                    place = Place(getattr(items[-1], column.key), items[-1].id)
                session().expunge_all()
            if place is not None and found:
                yield found, place
            left -= len(found)
            if len(found) < BATCH:
                return

    def _value(self, item: Any, name: str) -> Any:
        value = self.view.datamodel._get_attr_value(item, name)
        formatter = self.view.taken_away.get(name) or self.view.formatters_columns.get(name)
        return plain(formatter(value) if formatter else value)


def plain(value: Any) -> Any:
    """Return a value as a sheet takes it: a number, a time of the reader's clock, a day, or a text."""
    if value is None or isinstance(value, bool):
        return "" if value is None else _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return to_user_timezone(value).replace(tzinfo=None)
    if isinstance(value, int | float | Decimal | date):
        return value
    if isinstance(value, Markup):
        return value.striptags()
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return bilingual(value)
    # As an import takes several values in one cell, in every language.
    return "; ".join(map(text_of, value)) if isinstance(value, Iterable) else text_of(value)


def as_csv(export: Sheet, kind: str) -> Iterator[bytes]:
    """Write the rows as CSV; with a mark at its begin by which Excel knows UTF-8."""
    encoding, buffer = ENCODINGS[kind], io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    if kind == CSV:
        buffer.write("\ufeff")
    writer.writerow(map(_harmless, export.titles))
    for row in export.rows():
        writer.writerow(map(_harmless, row))
        if buffer.tell() > CHUNK:
            yield _taken(buffer).encode(encoding, "replace")
    yield _taken(buffer).encode(encoding, "replace")


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _harmless(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime(_TIME)
    if isinstance(value, date):
        return value.strftime(_DAY)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_xlsx(export: Sheet, title: str) -> Iterator[bytes]:
    """Write the rows as a sheet, on disk, and send it: times are times, numbers are numbers, nothing is a formula."""
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False,
                                          "strings_to_urls": False, "strings_to_numbers": False})
        sheet = book.add_worksheet(_sheet_name(title))
        _fill(book, sheet, export)
        book.close()
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _fill(book: Any, sheet: Any, export: Sheet) -> None:
    times = {datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
             date: book.add_format({"num_format": "yyyy-mm-dd"})}
    titles, number = export.titles, 0
    sheet.write_row(0, 0, titles, book.add_format({"bold": True, "bottom": 1}))
    widths = [len(title) + 4 for title in titles]
    for number, row in enumerate(export.rows(), start=1):
        for place, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, place, value, times[type(value)])
                widths[place] = max(widths[place], 17)
            elif isinstance(value, int | float | Decimal):
                sheet.write_number(number, place, value)
            elif value != "":
                sheet.write_string(number, place, value[:_MAX_CELL])
                widths[place] = max(widths[place], _width(value))
    for place, width in enumerate(widths):
        sheet.set_column(place, place, min(width + 1, 60))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(number, 1), len(titles) - 1)


def _width(text: str) -> int:
    # A Chinese character is as wide as two Latin ones.
    return min(len(text) + sum(letter > "\u2e80" for letter in text[:60]), 60)


def _sheet_name(title: str) -> str:
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31] or "Sheet"
