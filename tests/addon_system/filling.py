"""A program of the tests: fills the addon `problem` and its bridge, through the doors that people use.

    python -m tests.addon_system.filling FILE    with the environment of a desk on which both are enabled

It makes people and incidents, keeps in FILE what the database holds then, and after that makes problems with all that
may hang on them, and in every table of the platform a row under one of the addon's names.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from addons.incident.services import incident_service
from addons.incident_problem.services.telling import tell_some
from addons.problem.models import Problem
from addons.problem.services import cause_service, problem_service, review_service, task_service
from addons.problem.tests.problem_helpers import value
from app import create_app
from app.addon_system.erasing import NAMED
from app.db import Model, db, session, unit_of_work
from app.exchange.models import ExportRun, ImportFault, ImportMapping, ImportRun
from app.jobs.models import JobRun, JobSchedule, OutboxMessage
from app.notify.models import Mail, MailTemplate, Notice, SignedLink
from app.organisation.dismissals import DuplicateDismissal
from app.organisation.models import Company
from app.records import attachments, presence, tags
from app.records.custom.services import custom_field_service
from app.records.links import Watcher
from app.records.merges import RecordMerge
from app.records.numbering import NumberSequence
from app.records.origins import ImportOrigin
from app.records.picklists import Picklist, PicklistValue
from app.records.saved_filters import saved_filter_service
from app.records.services import workflow_override_service
from app.records.settings import SettingValue
from app.sdk import clock
from app.sdk.actor import SYSTEM, acting_as
from app.security import tokens
from app.security.models import AccessRule, RoleProfile, UserChoice
from app.security.services.field_rights import field_right_service
from app.security.services.roles import role_service
from app.security.tokens import NewToken
from tests.addon_system.whole import picture
from tests.support.people import make_actor, make_administrator, make_company, make_group, make_login, make_person

PAGE = "problem/problems"
# Of keys for programs: with a right of the addon and another, with no other, with other ones, with all.
SCOPES = (["incident.read", "problem.read"], ["problem.*", "problem.write"], ["incident.read"], [])


class People:
    """Who is there before."""

    def __init__(self) -> None:
        self.admin = make_administrator()
        self.company: Company = make_company(name="Filled company")
        self.holder = make_person(name="Holder of problems", company=self.company)
        self.group = make_group(self.holder)
        self.login = make_login("incident.role_agent", groups=[self.group], username="manager_of_problems")
        self.incidents = [incident_service.create(SYSTEM, {"title": f"Incident {number}", "caller": self.holder})
                          for number in range(3)]
        role_service.create(SYSTEM, {"code": "of_the_desk", "label": {"en": "Of the desk", "zh": "本台"},
                                     "permissions": ["incident.read"]})
        custom_field_service.create(SYSTEM, {
            "subject": "incident", "code": "seen_in", "label": {"en": "Seen in", "zh": "见于"}, "kind": "text"})
        session().add(UserChoice(user_id=self.admin.user_id, key="home.tiles", value={"shown": [], "hidden": []}))
        for scopes in SCOPES:
            tokens.create(self.admin.user_id, NewToken("a program", scopes))


def problems(who: People) -> list[Problem]:
    """Make problems with causes, tasks, reviews, workarounds, notes, files, tags, watchers, links, one in the bin."""
    custom_field_service.create(SYSTEM, {
        "subject": "problem", "code": "plant", "label": {"en": "Plant", "zh": "工厂"}, "kind": "text"})
    custom_field_service.create(SYSTEM, {
        "subject": "incident", "code": "origin", "label": {"en": "Origin", "zh": "来源"}, "kind": "record",
        "target": "problem"})
    made = [problem_service.create(SYSTEM, {
        "title": f"Filled {number} 问题", "symptoms": "<p>It stops</p>", "group": who.group,
        "custom_fields": {"plant": f"No {number}"}, "source": value("problem.source", "reactive"),
    }) for number in range(4)]
    for one in made[:3]:
        why = cause_service.create(SYSTEM, {"problem": one, "text": "Because",
                                            "category": value("problem.cause_category", "method")})
        cause_service.create(SYSTEM, {"problem": one, "text": "Of that", "parent": why, "is_root": True})
        task_service.create(SYSTEM, {"problem": one, "title": "Measure", "group": who.group, "assignee": who.holder})
        review_service.create(SYSTEM, {"problem": one, "held_on": clock.now().date(), "chair": who.holder,
                                       "participants": [who.holder], "guests": "The maker's engineer",
                                       "conclusions": "Measure sooner"})
        problem_service.add_note(SYSTEM, one.id, "<p>A word about it</p>", is_public=False)
        attachments.add(session(), one, "trace.txt", f"trace {one.id}".encode())
        tags.replace(session(), one, ["filled", "重复"])
        session().add(Watcher(record_type="problem", record_id=one.id, person_id=who.holder.id))
    problem_service.link(SYSTEM, made[0].id, "related", made[1].id)
    problem_service.transition(SYSTEM, made[0].id, "investigate", {})
    problem_service.transition(SYSTEM, made[0].id, "record_error", {"root_cause": "A leak", "workaround": "Restart"})
    for incident in who.incidents[:2]:
        incident_service.link(SYSTEM, incident.id, "caused_by", made[0].id)
    problem_service.transition(SYSTEM, made[0].id, "publish", {"workaround": "<p>Restart it</p>"})
    tell_some(made[0].id)
    incident_service.update(SYSTEM, who.incidents[2].id, {"custom_fields": {"origin": made[1]}})
    problem_service.delete(SYSTEM, made[3].id, "A mistake")
    return made


def around(who: People, made: list[Problem]) -> None:
    """Arrange for problems what people and jobs arrange for any kind of record."""
    unit, user, now, key = session(), who.admin.user_id, clock.now(), made[0].id
    manager = unit.execute(select(RoleProfile).where(RoleProfile.code == "problem.role_manager")).scalar_one()
    own = unit.execute(select(RoleProfile).where(RoleProfile.code == "of_the_desk")).scalar_one()
    role_service.change_rights(SYSTEM, own.id, add=["problem.read"])
    role_service.change_rights(SYSTEM, manager.id, take=["problem.override_priority"])
    field_right_service.set(SYSTEM, "problem", "root_cause", {None: "hidden", manager.role_id: "edit"})
    workflow_override_service.create(SYSTEM, {
        "workflow": "problem", "state": "assess", "label": {"en": "Looked at", "zh": "评估中"}})
    actor = make_actor(person=who.holder, user_id=user)
    with acting_as(actor):
        saved_filter_service.create(actor, PAGE, {"name": "Mine", "query": "_flt_0_state=new"})
    presence.be_here(unit, actor, "problem", key, is_typing=False)
    sequence = unit.execute(select(NumberSequence).where(NumberSequence.code == "problem")).scalar_one()
    sources = unit.execute(select(Picklist).where(Picklist.code == "problem.source")).scalar_one()
    choice = unit.execute(select(UserChoice).where(UserChoice.user_id == user)).scalar_one()
    choice.value = {"shown": [["problem.mine", 2]], "hidden": ["incident_problem.told"]}
    told: dict[str, Any] = {"record_type": "problem", "record_id": key, "actor_label": "Li", "params": {}}
    of_incident = {**told, "record_type": "incident", "record_id": who.incidents[0].id}
    page: dict[str, Any] = {"user_id": user, "actor_label": "Li", "page": PAGE, "created_at": now, "language": "en",
                            "timezone": "UTC"}
    run = ImportRun(**page, record_type="problem", file_name="a.csv", file_format="csv", headers=[], sample=[],
                    mapping={}, file_key="filled")
    job = OutboxMessage(name="incident_problem.tell", payload={"problem_id": key}, state="parked", available_at=now,
                        created_at=now, actor_label="Li", dedupe_key="filled")
    unit.add_all([run, job])
    unit.flush()
    unit.add_all([
        PicklistValue(picklist_id=sources.id, code="of_our_own", label={"en": "Of our own", "zh": "自有"}),
        NumberSequence(code="problem", company_id=who.company.id, label=sequence.label, prefix="FC", next_value=7),
        AccessRule(name={"en": "Old problems", "zh": "旧问题"}, record_type="problem", scope="everything",
                   role_id=own.role_id),
        UserChoice(user_id=user, key=f"list:{PAGE}", value={"columns": ["number"]}),
        UserChoice(user_id=user, key="home.recent", value=[["problem", key], ["incident", of_incident["record_id"]]]),
        Notice(**told, kind="ticket.assigned", user_id=user, at=now),
        Notice(**of_incident, kind="incident_problem.told", user_id=user, at=now),
        Mail(**told, kind="ticket.assigned", address="a@example.com", state="sent", created_at=now, try_until=now),
        Mail(**of_incident, kind="problem.told", address="a@example.com", created_at=now, try_until=now),
        MailTemplate(kind="problem.told", language="en", subject="Own words", body="{number}"),
        SignedLink(token_hash="filled", purpose="problem.confirm", record_type="problem", record_id=key,
                   person_id=who.holder.id, params={}, created_at=now, expires_at=now + timedelta(days=9)),
        JobSchedule(name="problem.remind", cron="5 6 * * *", timezone="UTC", next_run_at=now + timedelta(days=1)),
        JobRun(message_id=job.id, name="incident_problem.tell", attempt=1, state="parked", worker="w", started_at=now),
        ImportFault(run_id=run.id, row=1, column="title", value="x", message="wrong"),
        ImportMapping(owner_id=user, page=PAGE, name="Ours", fields={}),
        ImportOrigin(source="old desk", record_type="problem", reference="P-1", record_id=key, imported_at=now),
        ExportRun(**page, query="", columns=["number"], order_by="number", order_direction="asc", file_format="csv",
                  total=4, file_key="filled"),
        RecordMerge(record_type="problem", winner_id=key, winner_name="A", loser_id=made[1].id, loser_name="B",
                    merged_at=now, merged_by_label="Li", journal={}),
        DuplicateDismissal(record_type="problem", first_id=key, second_id=made[1].id, compared="x", dismissed_at=now,
                           dismissed_by_label="Li"),
        SettingValue(key="problem.remind_after", value=3),
    ])
    for folder, name in (("imports", "filled.jsonl"), ("exports", "filled.file")):
        path = Path(current_app.config["DATA_DIR"]) / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")


def main(file: str) -> None:
    """Fill the desk of the environment."""
    app = create_app()
    with app.app_context():
        with unit_of_work(write=True), acting_as(SYSTEM):
            who = People()
        before = picture(db.engine)
        with unit_of_work(write=True), acting_as(SYSTEM):
            made = problems(who)
        with unit_of_work(write=True), acting_as(SYSTEM):
            around(who, made)
        empty = [name for name, column in NAMED if name != "demo_record" and not _has(name, column)]
    Path(file).write_text(json.dumps({"before": before, "empty": empty}))


def _has(name: str, column: str) -> bool:
    table = Model.metadata.tables[name]
    with db.engine.connect() as connection:
        return any(str(one).startswith(("problem", "incident_problem"))
                   for one in connection.execute(select(table.c[column])).scalars())


if __name__ == "__main__":
    main(sys.argv[1])
