"""Pictures of the desk as it is used: 20 kinds of page, light and dark, Chinese and English, wide and on a phone.

    tools/screenshots FOLDER [NAME …]

A desk of its own is served with the first 500 incidents of the public log; people, groups and titles, which the log has
as numbers only, get names. For looking at, and for the README.
"""

import itertools
import json
import sqlite3
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.desk import browsing, lived_in, log_in
from tests.browser.conftest import records
from tests.browser.page_types import PAGE_TYPES, show

WANTED = (
    "log-in", "home", "list", "list-filtered", "board", "calendar", "graph", "bulk-dialog", "palette", "shortcuts",
    "record", "record-holders", "record-audit", "step", "form-new", "form-refused", "person", "role", "picklist",
    "apps", "profile", "notices",
)
SIZES = ((1440, 900), (390, 844))
SURNAMES = tuple("王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹")
GIVEN = (
    "静", "伟", "敏", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "秀英", "霞",
    "平", "刚", "桂英", "晓红", "建国",
    "志强", "文静", "雨桐", "子涵", "思远", "一鸣", "海燕",
)
WESTERN = [f"{first} {last}" for first, last in itertools.product(
    ("Emma", "James", "Olivia", "Noah", "Sophie", "Lucas", "Marie", "Daniel", "Hannah", "Peter"),
    ("Clark", "Novak", "Schmidt", "Moreau", "Rossi", "Larsen", "O'Brien", "Kowalski", "Garcia", "Tanaka"))]
TITLES = (
    "三楼会议室无法上网", "VPN drops every few minutes", "打印机卡纸，红灯常亮", "Cannot open invoices in SAP",
    "邮箱收不到外部邮件", "Outlook asks for the password again and again", "笔记本开机蓝屏",
    "Shared drive of Finance is read-only", "考勤系统登录超时", "New screen stays black", "视频会议没有声音",
    "Order export stops at 80 %", "ERP 月结报表打不开", "Wi-Fi in the warehouse is slow", "手机无法连接企业微信",
    "Account locked after the holidays", "扫描仪无法发送到邮箱", "Monitoring: disk of db-03 is 95 % full", "门禁卡失效",
    "Website shows an old certificate", "财务软件授权到期", "Backup of the file server failed", "软电话无法呼出",
    "Spreadsheet macro is blocked", "客户门户无法上传附件", "Meetings cannot be recorded", "域名解析异常",
    "Keyboard types wrong letters", "仓库 PDA 无法扫码", "Payroll interface delivers twice",
)
GROUPS = (
    ("网络组", "Network"), ("桌面支持组", "Desktop support"), ("服务器组", "Servers"), ("数据库组", "Databases"),
    ("ERP 应用组", "ERP applications"), ("邮件与协作组", "Mail and collaboration"),
    ("信息安全组", "Information security"), ("电话与会议组", "Voice and meetings"), ("打印服务组", "Printing"),
    ("门户与网站组", "Portal and web"), ("数据中心运维组", "Data centre operations"), ("现场支持组", "On-site support"),
)
CATEGORIES = (
    ("网络", "Network"), ("打印", "Printing"), ("邮件", "Mail"), ("业务系统", "Business systems"),
    ("账号与权限", "Accounts"), ("电脑硬件", "Hardware"), ("办公软件", "Office software"),
    ("电话会议", "Voice and meetings"), ("安全", "Security"), ("数据", "Data"),
)
SOLUTIONS = (("已远程解决", "Solved remotely"), ("已更换部件", "Part replaced"), ("已调整配置", "Settings changed"))
SYMPTOMS = (("无法使用", "Does not work"), ("很慢", "Is slow"), ("报错", "Shows an error"), ("不稳定", "Unstable"))


def give_names(file: Path) -> None:
    """Write names over the numbers of the log. The desk is thrown away afterwards: no service need know."""
    people = _people()
    with sqlite3.connect(file, timeout=30) as connection:
        ids = [key for (key,) in connection.execute("SELECT id FROM person WHERE user_id IS NULL ORDER BY id")]
        for key in ids:
            name = next(people)
            connection.execute("UPDATE person SET name = ?, search_text = ? WHERE id = ?", (name, name.lower(), key))
        connection.execute("UPDATE person SET name = '王明' WHERE user_id = 1")
        for number, (key,) in enumerate(connection.execute("SELECT id FROM ticket ORDER BY id").fetchall()):
            connection.execute("UPDATE ticket SET title = ? WHERE id = ?", (TITLES[number * 7 % len(TITLES)], key))
        _make_work(connection)
        connection.execute("UPDATE site SET name = '上海总部 ' || id || ' 楼'")
        _labels(connection, "work_group", "name", "code <> 'service_desk'", GROUPS)
        _labels(connection, "picklist_value", "label", "label LIKE '%ategory %'", CATEGORIES)
        _labels(connection, "picklist_value", "label", "label LIKE '%Symptom %'", SYMPTOMS)
        _labels(connection, "picklist_value", "label", "label LIKE '%\"Code %'", SOLUTIONS)
        for table in ("timeline_entry", "record_interval", "audit_entry"):
            for (label,) in connection.execute(f"SELECT DISTINCT actor_label FROM {table}").fetchall():
                if str(label).startswith(("Updated by", "Opened by", "Resolved by")):
                    number = zlib.crc32(label.encode())
                    made = SURNAMES[number % len(SURNAMES)] + GIVEN[number // 97 % len(GIVEN)]
                    connection.execute(f"UPDATE {table} SET actor_label = ? WHERE actor_label = ?", (made, label))


def _make_work(connection: sqlite3.Connection) -> None:
    # Some of it is the administrator's own, and not everything is of the same weight.
    for value, every, rest in (("high", 5, 1), ("low", 4, 2), ("critical", 17, 3)):
        connection.execute(
            "UPDATE ticket SET priority_id = (SELECT id FROM picklist_value WHERE code = ? AND picklist_id = "
            "(SELECT id FROM picklist WHERE code = 'ticket.priority')) WHERE id % ? = ?", (value, every, rest))
    connection.execute("UPDATE ticket SET group_id = (SELECT id FROM work_group WHERE code = 'service_desk') "
                       "WHERE state IN ('assigned', 'in_progress', 'new') AND id % 3 <> 0")
    connection.execute("UPDATE ticket SET assignee_id = (SELECT id FROM person WHERE user_id = 1) "
                       "WHERE state IN ('assigned', 'in_progress', 'pending') AND id % 4 = 0")
    connection.execute("UPDATE ticket SET description = ? WHERE id % 2 = 1", (
        "自今天早上九点起出现，重启后仍然如此。\nSince nine this morning; a restart did not help.",))


def _people() -> Iterator[str]:
    western = itertools.cycle(WESTERN)
    for number, (given, surname) in enumerate(itertools.cycle(itertools.product(GIVEN, SURNAMES))):
        yield next(western) if number % 3 == 1 else surname + given


def _labels(connection: sqlite3.Connection, table: str, column: str, rule: str, names: Any) -> None:
    rows = connection.execute(f"SELECT id FROM {table} WHERE {rule} ORDER BY id").fetchall()
    for number, (key,) in enumerate(rows):
        chinese, english = names[number % len(names)]
        turn = number // len(names)
        which = (f"{turn + 1}", f" {turn + 1}") if turn else ("", "")
        text = json.dumps({"zh": chinese + which[0], "en": english + which[1]})
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (text, key))


def main(folder: Path, wanted: tuple[str, ...]) -> None:
    """Take the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    types = [one for one in PAGE_TYPES if one.name in wanted]
    with lived_in() as server, browsing() as browser:
        known = records(server)
        give_names(next(server.folder.glob("*.sqlite3")))
        for language, theme, (width, height) in itertools.product(("zh", "en"), ("light", "dark"), SIZES):
            context = browser.new_context(locale={"zh": "zh-CN", "en": "en-GB"}[language], color_scheme=theme,
                                          viewport={"width": width, "height": height}, reduced_motion="reduce")
            page = context.new_page()
            for is_public in (True, False):
                if not is_public:
                    log_in(page, server, language)
                for one in types:
                    if one.is_public == is_public:
                        show(page, server.url, one, known)
                        page.screenshot(path=folder / f"{one.name}-{language}-{theme}-{width}.png")
            context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(sys.argv[2:]) or WANTED)
