"""Time zones to choose from, wherever a form asks for one."""

from app.security.zones import zone_text, zones
from app.web.choices import FixedChoices


class ZoneChoices(FixedChoices):
    """Time zones, each by its place in the reader's language."""

    def options(self) -> list[tuple[str, str]]:
        return [(zone, zone_text(zone)) for zone in self.labels]

    def text(self, value: str | None) -> str:
        # A list names one zone: the other six hundred are not translated for it.
        return zone_text(value) if value else ""


def all_zones() -> ZoneChoices:
    """Return the choice of all places' time zones."""
    return ZoneChoices(dict.fromkeys(zones()))
