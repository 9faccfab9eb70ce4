"""Errors after which a unit of work is done once more from its beginning: two met, and the database chose this one."""

from sqlalchemy.exc import DBAPIError, OperationalError

_STATES = {"40001", "40P01"}  # serialization_failure, deadlock_detected


def is_repeatable(error: BaseException) -> bool:
    """Say whether the unit of work that met this error may well succeed when it is done again."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    return state in _STATES or (isinstance(error, OperationalError) and "database is locked" in str(error.orig))
