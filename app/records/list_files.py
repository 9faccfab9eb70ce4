"""A list of values as a file and back: what each line would do, its faults by line, all or nothing."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.db import session
from app.records import sheets
from app.records.custom import kinds
from app.records.list_services import picklist_value_service
from app.records.lists import ListedValue, listed, lists
from app.records.picklists import Picklist
from app.records.values import all_or_nothing
from app.sdk.actor import Actor
from app.sdk.errors import BusinessError, InvalidField
from app.sdk.i18n import _

HEAD = ("code", "label_en", "label_zh", "parent", "sequence", "colour", "icon", "is_default", "is_active",
        "active_from", "active_to", "under", "attributes")
MAX_BYTES, MAX_ROWS = 1024 * 1024, 2000
NEW, CHANGED, SAME, WRONG = "new", "changed", "same", "wrong"
_YES = {"1": True, "true": True, "yes": True, "y": True, "是": True}
_NO = {"0": False, "false": False, "no": False, "n": False, "否": False}
# Lines that are too many are told of by their number, so more than these are read.
LIMITS = sheets.Limits(unpacked=20_000_000, rows=MAX_ROWS * 50, cells=2_000_000)


@dataclass(slots=True)
class Line:
    """One line of a file: what it would do, or why it cannot."""

    number: int
    code: str
    label: str
    does: str = SAME
    faults: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    parent: str = ""
    id: int | None = None


def rows_of(picklist: Picklist) -> list[list[Any]]:
    """Return the values of a list as the lines of a file, without the headings."""
    values = listed(session(), picklist.code)[picklist.code]
    codes = {value.id: value.code for value in values}
    info = lists(session())[picklist.code]
    other = {one.id: one.code for one in listed(session(), info.depends_on)[info.depends_on]} if info.depends_on else {}
    return [[one.code, one.label.get("en", ""), one.label.get("zh", ""), codes.get(one.parent_id or 0, ""),
             one.sequence, one.colour or "", one.icon or "", "yes" if one.is_default else "no",
             "yes" if one.is_active else "no", str(one.active_from or ""), str(one.active_to or ""),
             " ".join(sorted(other.get(key, "") for key in one.under)),
             json.dumps(one.attributes, ensure_ascii=False) if one.attributes else ""] for one in values]


def as_csv(rows: list[list[Any]]) -> bytes:
    """Return lines as CSV with a mark by which Excel knows UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEAD)
    for row in rows:
        writer.writerow([f"'{one}" if isinstance(one, str) and one.startswith(sheets.FORMULA) else one for one in row])
    return ("\ufeff" + buffer.getvalue()).encode()


def read(content: bytes) -> list[dict[str, str]]:
    """Return the lines of a CSV (UTF-8 or GB18030) or XLSX file by their headings. Raises InvalidField."""
    if not content or len(content) > MAX_BYTES:
        raise InvalidField("file", _("Choose a file of at most 1 MB that is not empty."))
    table = _sheet(content) if content.startswith(b"PK") else _csv(content)
    head = [str(one).strip().lower() for one in (table[0] if table else [])]
    if "code" not in head or not {"label_en", "label_zh"} & set(head):
        raise InvalidField("file", _("The first line has the headings; code and label_en or label_zh are among them."))
    if len(table) > MAX_ROWS + 1:
        raise InvalidField("file", _("A file has at most %(number)s lines.", number=MAX_ROWS))
    return [dict(zip(head, map(_cell, row), strict=False)) for row in table[1:]]


def _csv(content: bytes) -> list[list[Any]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(content.decode(encoding))))
        except UnicodeDecodeError:
            continue
        except csv.Error:
            break
    raise InvalidField("file", _("This is neither CSV nor XLSX."))


def _sheet(content: bytes) -> list[list[Any]]:
    try:
        return sheets.rows(content, LIMITS, skip_empty_area=True)
    except InvalidField:
        raise InvalidField("file", _("This is neither CSV nor XLSX.")) from None


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(sheets.FORMULA) else text


def plan(picklist: Picklist, rows: list[dict[str, str]]) -> list[Line]:
    """Return what each line of a file would do; a value that no line names stays as it is."""
    values = {value.code: value for value in listed(session(), picklist.code)[picklist.code]}
    named = {row.get("code", "") for row in rows}
    info, found, seen = lists(session())[picklist.code], list[Line](), set[str]()
    other = {one.code: one.id for one in listed(session(), info.depends_on)[info.depends_on]} if info.depends_on else {}
    for number, row in enumerate(rows, start=2):
        if not any(row.values()):
            continue
        line = Line(number, row.get("code", ""), row.get("label_en") or row.get("label_zh") or "")
        present = values.get(line.code)
        _fill(line, row, other)
        if not line.code or len(line.code) > 64 or line.code in seen:
            line.faults.append(_("The code is missing, too long or there twice."))
        if line.parent and line.parent not in values.keys() | named:
            line.faults.append(_("There is no value “%(code)s” for it to lie below.", code=line.parent))
        seen.add(line.code)
        line.id = present.id if present is not None else None
        line.does = WRONG if line.faults else NEW if present is None else _does(line, present, values)
        found.append(line)
    return found


def _fill(line: Line, row: Mapping[str, str], other: Mapping[str, int]) -> None:
    label = {language: row[f"label_{language}"] for language in ("en", "zh") if row.get(f"label_{language}")}
    if label:
        line.values["label"] = label
    else:
        line.faults.append(_("The label is missing."))
    line.parent = row.get("parent", "")
    line.values.update({name: row[name] or None for name in ("colour", "icon") if name in row})
    _fill_kinds(line, row)
    if "under" in row:
        codes = row["under"].split()
        line.values["under"] = [other[code] for code in codes if code in other]
        line.faults += [_("There is no value “%(code)s” in the other list.", code=code)
                        for code in codes if code not in other]
    if row.get("attributes"):
        try:
            line.values["attributes"] = json.loads(row["attributes"])
        except ValueError:
            line.faults.append(_("The attributes are no JSON."))


def _fill_kinds(line: Line, row: Mapping[str, str]) -> None:
    for name in ("is_default", "is_active"):
        if row.get(name):
            flag = {**_YES, **_NO}.get(row[name].casefold())
            line.values[name] = flag
            if flag is None:
                line.faults.append(_("“%(text)s” is neither yes nor no.", text=row[name]))
    for name in ("active_from", "active_to"):
        if name in row:
            line.values[name] = kinds.day(row[name][:10]) if row[name] else None
            if row[name] and line.values[name] is None:
                line.faults.append(_("“%(text)s” is no date.", text=row[name]))
    order = row.get("sequence", "")
    if order.isdecimal() and len(order) < 9:
        line.values["sequence"] = int(order)
    elif order:
        line.faults.append(_("“%(text)s” is no whole number.", text=order))


def _does(line: Line, present: ListedValue, values: Mapping[str, ListedValue]) -> str:
    codes = {value.id: value.code for value in values.values()}
    told = {**line.values, "under": frozenset(line.values["under"])} if "under" in line.values else line.values
    is_same = all(getattr(present, name) == value for name, value in told.items() if name != "label")
    label = {**present.label, **line.values.get("label", {})}
    same_parent = line.parent == codes.get(present.parent_id or 0, "")
    return SAME if is_same and same_parent and dict(present.label) == label else CHANGED


@all_or_nothing
def bring_in(actor: Actor, picklist: Picklist, rows: list[dict[str, str]]) -> dict[str, int]:
    """Do what the lines say, all or none, and return {what: how many}. Raises BusinessError for a faulty one."""
    actor.require(picklist_value_service.write)
    found = plan(picklist, rows)
    if any(line.faults for line in found):
        raise BusinessError(_("Some lines are wrong; nothing was brought in."))
    todo = [line for line in found if line.does != SAME]
    ids = {value.code: value.id for value in listed(session(), picklist.code)[picklist.code]}
    for line in todo:
        ids[line.code] = _put(actor, picklist, line)
    # What a value lies below may come after it.
    for line in todo:
        if line.parent or line.id is not None:
            picklist_value_service.update(actor, ids[line.code], {"parent": ids.get(line.parent)})
    counts = {what: sum(line.does == what for line in found) for what in (NEW, CHANGED, SAME)}
    return counts


def _put(actor: Actor, picklist: Picklist, line: Line) -> int:
    try:
        if line.id is None:
            made = picklist_value_service.create(actor, {"picklist": picklist.id, "code": line.code, **line.values})
            return int(made.id)
        present = next(one for one in listed(session(), picklist.code)[picklist.code] if one.id == line.id)
        values = {**line.values, "label": {**present.label, **line.values["label"]}}
        return int(picklist_value_service.update(actor, line.id, values).id)
    except BusinessError as refusal:
        said = " ".join(refusal.fields.values()) or refusal.message
        raise BusinessError(_("Line %(number)s: %(message)s", number=line.number, message=said)) from refusal
