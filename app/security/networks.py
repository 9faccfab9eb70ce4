"""Addresses and networks from which somebody or something is let in."""

import re
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address, ip_network

from app.sdk.errors import InvalidField
from app.sdk.i18n import _

MOST = 50


def parse(text: str | None, field: str) -> list[str]:
    """Return the networks that a text names, each as it is written: an address is the network of itself.

    Raises InvalidField for the first part that is neither.
    """
    found: list[str] = []
    for part in re.split(r"[\s,;，；、]+", text or ""):
        if not part:
            continue
        try:
            found.append(str(ip_network(part, strict=False)))
        except ValueError:
            raise InvalidField(field, _("“%(part)s” is neither an address nor a network.", part=part[:60])) from None
    if len(found) > MOST:
        raise InvalidField(field, _("Give at most %(number)s networks.", number=MOST))
    return list(dict.fromkeys(found))


def contain(networks: Iterable[str], address: str | None) -> bool:
    """Say whether an address is in one of the networks. Who has no address is in none."""
    try:
        wanted = ip_address(address or "")
    except ValueError:
        return False
    if isinstance(wanted, IPv6Address) and wanted.ipv4_mapped is not None:
        wanted = wanted.ipv4_mapped
    return any(wanted in ip_network(one) for one in networks)
