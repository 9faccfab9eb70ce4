"""What a user is told of, on the desk and by mail: what they begin with, and what they chose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.addon_system.registry import current_registry
from app.db import session
from app.sdk.notices import NoticeKind
from app.security.guards import self_service_users
from app.security.preferences import prefer, preference

NOTICES, MAILS = "notices", "mails"


@dataclass(frozen=True, slots=True)
class NoticeSwitch:
    """One kind with its two switches: the names of their fields, how they begin and how they stand."""

    kind: NoticeKind
    begins_mailed: bool
    is_shown: bool
    is_mailed: bool

    @property
    def desk(self) -> str:
        """Name of the switch for the desk."""
        return f"notice-{self.kind.key.replace('.', '-')}"

    @property
    def mail(self) -> str:
        """Name of the switch for mail."""
        return f"mail-{self.kind.key.replace('.', '-')}"


def notice_switches(user_id: int) -> list[NoticeSwitch]:
    """Return the switches of the logged-in user."""
    customers = self_service_users().subquery()
    own = select(customers.c.user_id).where(customers.c.user_id == user_id)
    is_customer = session().execute(own).first() is not None
    shown, mailed = preference(NOTICES, {}), preference(MAILS, {})
    found = []
    for kind in current_registry().notices:
        begins = kind.is_for_customers if is_customer else kind.is_mailed
        found.append(NoticeSwitch(kind, begins, bool(shown.get(kind.key, kind.is_on)),
                                  bool(mailed.get(kind.key, begins))))
    return found


def keep_switches(chosen: Mapping[str, tuple[bool, bool]], switches: Iterable[NoticeSwitch]) -> None:
    """Keep what the logged-in user chose, {kind: (on the desk, by mail)}, where it differs from how it begins."""
    begins = {one.kind.key: (one.kind.is_on, one.begins_mailed) for one in switches}
    for place, key in enumerate((NOTICES, MAILS)):
        prefer(key, {kind: both[place] for kind, both in chosen.items() if both[place] != begins[kind][place]} or None)

