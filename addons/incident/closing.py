"""The ways in which a solved incident comes to its end."""

from typing import Any

from app.sdk.i18n import _l

# A person of the desk tells the customer and closes; the customer is told at once and asked; told and closed at once.
BY_DESK, ASK, AT_ONCE = "desk", "ask", "close"
MODES: dict[str, Any] = {
    BY_DESK: _l("The service desk tells the customer and closes"),
    ASK: _l("The customer is told at once and asked to confirm"),
    AT_ONCE: _l("The customer is told at once and the incident closed"),
}
