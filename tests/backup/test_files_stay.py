"""A file that is purged while a backup is made goes afterwards."""

from pathlib import Path

import pytest
from sqlalchemy import select

from app.db import session, unit_of_work
from app.jobs.models import OutboxMessage
from app.records import attachments, kept_files, purging

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_it_waits_for_the_backup(database, context):
    sha256 = "f" * 64
    path = attachments.path_of_hash(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"of nobody")
    with kept_files.staying(Path(context.config["DATA_DIR"])):
        purging.remove_unused({sha256})
        assert path.exists()
    with unit_of_work():
        wanted = select(OutboxMessage).where(OutboxMessage.name == purging.REMOVE_FILES)
        message = session().execute(wanted).scalar_one()
    next(job for job in purging.JOBS if job.name == message.name).run(message.payload)
    assert not path.exists()
