"""The link by which a caller confirms a solution, or says that it is none, without logging in."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from wtforms import TextAreaField

from addons.incident.models import Incident
from addons.incident.services import incident_service
from addons.incident.services.owning import CONFIRM_LINK
from app.db import session
from app.sdk.actor import current_actor
from app.sdk.errors import Conflict, InvalidField
from app.sdk.i18n import _, _l
from app.sdk.links import Link, LinkAnswer, LinkPage, LinkPurpose
from app.sdk.workflow import RESOLVED
from app.web.form_words import DeskForm
from app.web.rich import rich

YES, NO = "yes", "no"
MAX_COMMENT = 4000


class CommentForm(DeskForm):
    """What is still wrong."""

    comment = TextAreaField(_l("What is still wrong?"), description=_l("Only where it is not solved."),
                            render_kw={"maxlength": MAX_COMMENT, "rows": 3})


def show(link: Link) -> LinkPage:
    """Return what was asked for and how it was solved. Raises Conflict where nothing waits for an answer."""
    incident = _waiting(link)
    return LinkPage(_("We have solved what you called about. Is it in order?"), (
        (_("Number"), incident.number), (_("Title"), incident.title), (_("Solution"), rich(incident.solution))))


def decide(link: Link, answer: str, values: Mapping[str, Any]) -> str:
    """Close the incident, or reopen it with what the caller says. Raises InvalidField where there is none."""
    incident = _waiting(link)
    if answer == YES:
        incident_service.transition(current_actor(), incident.id, "confirm", {})
        return _("Thank you. %(number)s is closed.", number=incident.number)
    comment = str(values.get("comment") or "").strip()
    if not comment:
        raise InvalidField("comment", _("Tell us what is still wrong."))
    if len(comment) > MAX_COMMENT:
        raise InvalidField("comment", _("A text has at most %(number)s characters.", number=MAX_COMMENT))
    incident_service.transition(current_actor(), incident.id, "reopen", {"reason": comment})
    return _("Thank you. We work on %(number)s again.", number=incident.number)


def _waiting(link: Link) -> Incident:
    incident = session().get(Incident, link.record_id)
    if incident is None or incident.state_category != RESOLVED:
        raise Conflict(_("There is nothing to confirm any more: it is closed, or is being worked on again."))
    return incident


def is_for(record_type: str, record_id: int, person_id: int) -> bool:
    """Say whether somebody called about an incident that waits for their answer."""
    incident = session().get(Incident, record_id) if record_type == "incident" else None
    return (incident is not None and incident.state_category == RESOLVED
            and person_id in (incident.caller_id, incident.on_behalf_of_id))


CONFIRM = LinkPurpose(
    CONFIRM_LINK, _l("Is your request solved?"), show, decide,
    (LinkAnswer(YES, _l("Yes, it is solved")), LinkAnswer(NO, _l("No, not yet"), "danger")),
    form=CommentForm, offered_in=("ticket.resolved",), label=_l("Confirm or object"), valid=timedelta(days=30),
    is_for=is_for)
LINK_PURPOSES = [CONFIRM]
