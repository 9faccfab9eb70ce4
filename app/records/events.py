"""What happens around records of any kind, for whoever wants to hear of it."""

from dataclasses import dataclass

from app.sdk.events import Event


@dataclass(frozen=True, slots=True)
class PersonMentioned(Event):
    """Somebody named a colleague in a note or a reply; `text` is what was written.

    The colleague watches the record now. Whether they may see it is for the listener to ask.
    """

    record_type: str
    record_id: int
    person_id: int
    entry_id: int
    is_public: bool
    text: str


@dataclass(frozen=True, slots=True)
class StepTaken(Event):
    """A record of any kind that app.records.life_cycle serves took a step. Tickets tell their own."""

    record_type: str
    record_id: int
    action: str
    source: str
    target: str
