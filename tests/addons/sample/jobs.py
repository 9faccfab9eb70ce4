"""A job of the sample: its schedule comes and goes with it."""

from typing import Any

from app.sdk.jobs import Job


def tidy(_payload: dict[str, Any]) -> None:
    """Do nothing, every night."""


JOBS = [Job("sample.tidy", tidy, cron="0 3 * * *"),
        *(Job(f"sample.{often}", tidy, cron="0 4 * * 1") for often in ("weekly",))]
