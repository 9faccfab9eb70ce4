"""Files brought in by somebody who may, and the job run until it is through."""

import pytest
from sqlalchemy import select

from app.db import session, unit_of_work
from app.exchange import jobs
from app.exchange.models import ImportFault, ImportRun
from app.exchange.services import exchange_service
from app.organisation.services import company_service, department_service
from app.sdk.actor import SYSTEM, acting_as
from app.sdk.jobs import Again
from tests.exchange.people_file import DEPARTMENTS
from tests.support.people import make_administrator

PEOPLE = "organisation/people"


@pytest.fixture
def admin(context):
    """An administrator, on a desk with one company and its departments."""
    with unit_of_work(write=True), acting_as(SYSTEM):
        admin = make_administrator()
        make_departments()
    return admin


@pytest.fixture
def offices(app, cast):
    """The company and its departments, for tests through the client."""
    with app.app_context(), unit_of_work(write=True), acting_as(SYSTEM):
        make_departments()


def make_departments():
    company = company_service.create(SYSTEM, {"name": "天汇科技", "code": "TH"})
    for name in DEPARTMENTS:
        department_service.create(SYSTEM, {"name": name, "company": company.id})


def upload(admin, content, name="people.xlsx", page=PEOPLE):
    with unit_of_work(write=True), acting_as(admin.actor, via="ui"):
        return exchange_service.upload(admin.actor, page, name, content).id


def start(admin, run_id, *, is_trial=False, **values):
    with unit_of_work(write=True), acting_as(admin.actor, via="ui"):
        exchange_service.start(admin.actor, run_id, values, is_trial=is_trial)


def run_job(run_id):
    """Run the job as workers do, and return how many steps it took."""
    steps = 0
    with acting_as(SYSTEM, via="job"):
        while True:
            steps += 1
            try:
                jobs.run_import({"run": run_id})
            except Again:
                continue
            return steps


def bring_in(admin, content, name="people.xlsx", page=PEOPLE, *, is_trial=False, **values):
    """Bring a file in and return (its run, its faults)."""
    run_id = upload(admin, content, name, page)
    start(admin, run_id, is_trial=is_trial, **values)
    run_job(run_id)
    return result(run_id)


def result(run_id):
    with unit_of_work(), acting_as(SYSTEM):
        run = session().execute(select(ImportRun).where(ImportRun.id == run_id)).scalar_one()
        faults = session().execute(select(ImportFault).where(ImportFault.run_id == run_id)
                                   .order_by(ImportFault.id)).scalars().all()
        session().expunge_all()
    return run, list(faults)
