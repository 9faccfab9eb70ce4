"""Rights are few and named for the business: `incident.read`, `incident.resolve`."""

from dataclasses import dataclass

from app.sdk.i18n import LazyString


@dataclass(frozen=True, slots=True)
class Permission:
    """One right. Stored by Flask-AppBuilder as permission `can_<action>` on view menu `<resource>`."""

    resource: str
    action: str
    label: LazyString | str = ""

    @property
    def key(self) -> str:
        return f"{self.resource}.{self.action}"

    @property
    def fab(self) -> tuple[str, str]:
        """The pair that Flask-AppBuilder stores."""
        return f"can_{self.action}", self.resource

    def __str__(self) -> str:
        return self.key


def key_of(permission_name: str, view_menu: str) -> str:
    """Return the right's key for a stored pair: ("can_read", "incident") is "incident.read"."""
    return f"{view_menu}.{permission_name.removeprefix('can_')}"
