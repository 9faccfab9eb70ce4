"""The jobs of the set that this process has loaded."""

from app.sdk.jobs import Job


def declared_jobs() -> dict[str, Job]:
    """Return the jobs by name."""
    from app.addon_system.registry import current_registry

    return current_registry().jobs


def timeouts() -> dict[str, int]:
    """Return how long each job may take, in seconds."""
    return {name: job.timeout for name, job in declared_jobs().items()}


def tries() -> dict[str, int]:
    """Return how often each job is tried."""
    return {name: job.tries for name, job in declared_jobs().items()}
