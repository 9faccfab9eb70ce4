"""What people can do, and how well: by it work finds whoever can do it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Audited, Id, Model, session
from app.organisation.models import Person
from app.organisation.permissions import WORK_GROUP_WRITE
from app.records.lists import check_choices, stores_code
from app.records.service import RecordService
from app.sdk.actor import Actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _, _l

SKILLS = "person.skill"
LEVELS = {1: _l("Beginner"), 2: _l("Experienced"), 3: _l("Expert")}


class PersonSkill(Audited, Model):
    """A skill of a person, with its level."""

    __tablename__ = "person_skill"
    __table_args__ = (UniqueConstraint("person_id", "skill", name="uq_person_skill"),)

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    skill: Mapped[str] = mapped_column(String(40), index=True)
    level: Mapped[int] = mapped_column(Integer, default=2)

    person: Mapped[Person] = relationship(lazy="select", passive_deletes=True)

    def __str__(self) -> str:
        return self.skill


class PersonSkillService(RecordService[PersonSkill]):
    """Skills of people, one line a skill."""

    def prepare(self, actor: Actor, record: PersonSkill, values: Mapping[str, Any]) -> None:
        check_choices(session(), values, {}, {"skill": SKILLS})
        if record.level is not None and record.level not in LEVELS:
            raise InvalidField("level", _("Choose an entry of the list."))


stores_code(SKILLS, PersonSkill.skill)
person_skill_service = PersonSkillService(
    PersonSkill, WORK_GROUP_WRITE, {"person", "skill", "level"}, {"person_id", "skill"}
)
