"""How long a list of so many people takes to be written as a file: seconds, the first byte, and the most memory.

    python -m benchmarks.export [--count 100000] [--database URL] [--format xlsx csv]

On a desk of its own in a folder that is thrown away (SQLite), or on an empty PostgreSQL database.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from typing import Any

BATCH = 5000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--format", nargs="*", default=["xlsx", "csv"])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="desk-export-") as folder:
        os.environ.update(DATA_DIR=folder, SECRET_KEY="of the benchmark only", LOG_LEVEL="ERROR")
        if given.database:
            os.environ["DATABASE_URL"] = given.database
        else:
            os.environ.pop("DATABASE_URL", None)
        from app.command_line import prepared_desk

        app = prepared_desk()
        with app.app_context():
            fill(given.count)
        for kind in given.format:
            with app.test_request_context():
                measure(kind)


def fill(count: int) -> None:
    from sqlalchemy import insert

    from app.db import past_audit, session, unit_of_work
    from app.organisation.models import Person
    from app.organisation.services import company_service, department_service
    from app.sdk import clock
    from app.sdk.actor import SYSTEM, acting_as
    from tests.exchange.people_file import DEPARTMENTS, people

    with unit_of_work(write=True), acting_as(SYSTEM):
        company = company_service.create(SYSTEM, {"name": "天汇科技", "code": "TH"}).id
        departments = {name: department_service.create(SYSTEM, {"name": name, "company": company}).id
                       for name in DEPARTMENTS}

    @past_audit("people of a benchmark, on a desk that is thrown away")
    def write(rows: list[list[Any]]) -> None:
        session().connection().execute(insert(Person.__table__), [{
            "name": row[1], "company_id": company, "department_id": departments[row[3]], "phone": row[4],
            "email": row[5], "employee_number": row[0], "joined_on": row[6], "is_active": True, "is_vip": False,
            "search_text": "", "version": 1, "created_at": clock.now(), "updated_at": clock.now()} for row in rows])

    rows = people(count, faults=0)[0]
    for start in range(0, count, BATCH):
        with unit_of_work(write=True), acting_as(SYSTEM):
            write(rows[start:start + BATCH])


def measure(kind: str) -> None:
    from app.exchange.targets import view_of
    from app.sdk.actor import SYSTEM, acting_as, current_context
    from app.web.export import Export, as_csv, as_xlsx

    with acting_as(SYSTEM, via="ui"):
        view = view_of("organisation/people")
        columns = [*view.list_columns, "job_title", "site", "manager", "joined_on", "left_on"]
        made = Export(view, view.datamodel.get_filters(), view.base_order, columns, current_context())
        told(kind, as_xlsx(made, "People") if kind == "xlsx" else as_csv(made, kind))


def told(kind: str, chunks: Iterator[bytes]) -> None:
    began, first, size = time.monotonic(), 0.0, 0
    for chunk in chunks:
        first = first or time.monotonic() - began
        size += len(chunk)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{kind}: {time.monotonic() - began:.1f} s, the first byte after {first:.1f} s, {size / 1e6:.1f} MB, "
          f"at most {peak:.0f} MB of memory", flush=True)


if __name__ == "__main__":
    main()
