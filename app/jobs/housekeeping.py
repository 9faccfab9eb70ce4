"""What the platform tidies up by itself: rows that only tell of what is long over."""

import time
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select

from app.addon_system.models import ProcessRow
from app.db import unit_of_work
from app.jobs.models import DEAD, DONE, PARKED, RUNNING, JobRun, OutboxMessage
        (AnsweredRequest.id, AnsweredRequest.expires_at < now),
