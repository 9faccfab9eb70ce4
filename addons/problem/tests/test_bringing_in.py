"""Problems from a file: lists and groups by their names, one door, and again nothing changes."""

import pytest
from sqlalchemy import select

from addons.problem.models import Problem
from app.db import session, unit_of_work
from app.sdk.actor import SYSTEM, acting_as
from tests.exchange.conftest import bring_in
from tests.support.people import make_administrator, make_group

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FILE = ("标题,来源,现象,根本原因代码,变通方案,复核日期,处理组\n"
        "邮件网关停止,重复事件,每天 9 点,软件缺陷,重启网关,2030-03-01,{group}\n"
        "打印机卡纸,proactive,潮湿时,,,,\n"
        "无效来源,nowhere,,,,,\n")


def held():
    with unit_of_work(), acting_as(SYSTEM):
        found = session().execute(select(Problem).order_by(Problem.title)).scalars()
        return {one.title: (one.state, one.source.code if one.source else None, one.workaround, str(one.review_on),
                            one.number[:3], one.group_id) for one in found}


def test_problems_come_in_and_what_is_wrong_is_named(context):
    with unit_of_work(write=True), acting_as(SYSTEM):
        admin, group = make_administrator(), make_group()
        number, name = group.id, group.name["zh"]
    run, faults = bring_in(admin, FILE.format(group=name).encode(), name="problems.csv", page="problem/problems")
    assert (run.created, run.refused) == (2, 1)
    assert [fault.row for fault in faults] == [4]
    assert held() == {
        "邮件网关停止": ("new", "reactive", "重启网关", "2030-03-01", "PRB", number),
        "打印机卡纸": ("new", "proactive", None, "None", "PRB", None)}
