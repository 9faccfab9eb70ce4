"""Pages of people, places and work groups."""

from app.organisation.views.anonymising import AnonymisationView, AnonymisingView
from app.organisation.views.company import CompanyContactView, CompanyView
from app.organisation.views.leaving import LeavingView
from app.organisation.views.menu import MENU
from app.organisation.views.merging import MergeView
from app.organisation.views.person import ContactMethodView, PersonView
from app.organisation.views.place import DepartmentView, SiteView
from app.organisation.views.skill import PersonSkillView
from app.organisation.views.work_group import GroupRoleView, MemberRoleView, MemberView, WorkGroupView

VIEWS = [
    CompanyView, CompanyContactView, DepartmentView, SiteView, PersonView, ContactMethodView, WorkGroupView, MemberView,
    GroupRoleView, MemberRoleView, MergeView, PersonSkillView, LeavingView,
    AnonymisingView, AnonymisationView,
]

__all__ = ["MENU", "VIEWS"]
