"""How long 10,000 people take from a sheet and from a GB18030 file, with 20 planted faults, and the second time.

    python benchmarks/import_people.py [--count 10000] [--database URL]

On a desk of its own in a folder that is thrown away (SQLite), or on an empty PostgreSQL database.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="desk-import-") as folder:
        os.environ.update(DATA_DIR=folder, SECRET_KEY="of the benchmark only", LOG_LEVEL="ERROR")
        if given.database:
            os.environ["DATABASE_URL"] = given.database
        else:
            os.environ.pop("DATABASE_URL", None)
        from app.command_line import prepared_desk

        with prepared_desk().app_context():
            measure(given.count)


def measure(count: int) -> None:
    from app.db import unit_of_work
    from app.organisation.services import company_service, department_service
    from app.sdk.actor import SYSTEM, acting_as
    from tests.exchange.conftest import bring_in
    from tests.exchange.people_file import DEPARTMENTS, as_csv, as_xlsx, people
    from tests.support.people import make_administrator

    with unit_of_work(write=True), acting_as(SYSTEM):
        admin = make_administrator()
        company = company_service.create(SYSTEM, {"name": "天汇科技", "code": "TH"})
        for name in DEPARTMENTS:
            department_service.create(SYSTEM, {"name": name, "company": company.id})
    rows, planted = people(count)
    half = [[f"X{row[0]}" if row[0] else "", *row[1:]] for row in rows]
    half = [[rows[0][0] and f"X{rows[0][0]}" if row[0] == f"X{rows[0][0]}" else row[0], *row[1:]] for row in half]
    for name, content in (("people.xlsx", as_xlsx(rows)), ("people.csv", as_csv(half))):
        for turn in ("first", "second"):
            told(f"{name}, {turn} time", planted, lambda content=content, name=name: bring_in(admin, content, name))


def told(what: str, planted: dict[int, Any], run: Any) -> None:
    began, worked = time.monotonic(), time.process_time()
    result, faults = run()
    seconds, worked = time.monotonic() - began, time.process_time() - worked
    assert {one.row for one in faults} == set(planted), "the faults are not those that were planted"
    print(f"{what}: {seconds:.1f} s ({worked:.1f} s of CPU), {result.created:,} made, {result.changed:,} changed, "
          f"{result.unchanged:,} unchanged, {result.refused} refused", flush=True)


if __name__ == "__main__":
    main()
