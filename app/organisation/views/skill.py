"""What people can do."""

from app.organisation.labels import LABELS
from app.organisation.skills import LEVELS, SKILLS, PersonSkill, person_skill_service
from app.sdk.i18n import _l
from app.web.children import ChildView
from app.web.interface import Interface
from app.web.panels import AuditPanel

SKILL_LABELS = {"person": LABELS["person"], "skill": _l("Skill"), "level": _l("Level")}


class PersonSkillView(ChildView):
    """A skill of a person, and how good they are at it."""

    datamodel = Interface(PersonSkill)
    service = person_skill_service
    class_permission_name = "work_group"
    route_base = "/organisation/skills"
    parent, parent_route = "person", "/organisation/people"
    label, label_plural = _l("Skill"), _l("Skills")
    label_columns = SKILL_LABELS
    list_columns = ["person", "skill", "level"]
    search_columns = ["person", "skill", "level"]
    add_columns = ["person", "skill", "level"]
    edit_columns = ["skill", "level"]
    show_columns = list_columns
    picklist_columns = {"skill": SKILLS}
    choice_columns = {"level": LEVELS}
    panels = [AuditPanel()]
