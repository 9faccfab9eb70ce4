"""Pages of people, places and work groups."""

from app.organisation.views.company import CompanyView, DepartmentView, SiteView
from app.organisation.views.menu import MENU
from app.organisation.views.person import PersonView
from app.organisation.views.work_group import GroupRoleView, MemberRoleView, MemberView, WorkGroupView

VIEWS = [
    CompanyView, DepartmentView, SiteView, PersonView, WorkGroupView, MemberView, GroupRoleView, MemberRoleView,
]

__all__ = ["MENU", "VIEWS"]
