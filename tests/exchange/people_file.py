"""A file of people with planted faults, as a sheet and as CSV: for tests and for the benchmark."""

import csv
import io
from datetime import date

import xlsxwriter

HEADERS = ["工号", "姓名", "公司", "部门", "电话", "邮箱", "入职日期", "离职日期", "启用", "备注"]
FAMILY, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂"
DEPARTMENTS = ("研发部", "市场部", "财务部", "人事部", "运维部")
# What is wrong with a row, and the heading under which it is told.
FAULTS = {
    "no name": ("", "姓名"), "day": ("2026-02-30", "入职日期"), "us day": ("02/03/2026", "入职日期"),
    "company": ("无此公司", "公司"), "department": ("无此部门", "部门"), "flag": ("也许", "启用"),
    "left before": ("1999-01-01", "离职日期"), "no key": ("", "工号"), "twice": ("", "工号"),
    "long": ("很" * 300, "姓名"),
}


def people(count, faults=20):
    """Return (rows, {number in the file: (kind, heading)}): every so many rows one is at fault, each kind twice."""
    rows, planted = [], {}
    kinds = list(FAULTS) * (faults // len(FAULTS))
    every = count // (faults + 1)
    for number in range(count):
        name = FAMILY[number % len(FAMILY)] + GIVEN[number // 7 % len(GIVEN)] + GIVEN[number // 3 % len(GIVEN)]
        row = [f"E{number:06d}", name, "天汇科技", DEPARTMENTS[number % len(DEPARTMENTS)], f"1380000{number:04d}"[:11],
               f"e{number}@tianhui.example", date(2020, 1 + number % 12, 1 + number % 28), "", "是", "x"]
        place, rest = divmod(number + 1, every)
        if rest == 0 and 1 <= place <= len(kinds):
            kind = kinds[place - 1]
            value, heading = FAULTS[kind]
            column = HEADERS.index(heading)
            row[column] = rows[0][0] if kind == "twice" else value
            planted[number + 2] = (kind, heading)
        rows.append(row)
    return rows, planted


def as_xlsx(rows):
    """Return the file as a sheet, with days as days."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([HEADERS, *rows]):
            sheet.write_row(place, 0, row)
    return out.getvalue()


def as_csv(rows, encoding="gb18030"):
    """Return the file as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows([HEADERS, *rows])
    return out.getvalue().encode(encoding)
