"""Pages of users, roles, sessions, one's own profile, and the first visit."""

from app.sdk.i18n import _l
from app.sdk.menu import MenuItem
from app.security.permissions import API_TOKEN_READ, ROLE_READ, SESSION_READ, USER_READ
from app.security.views.access import AccessView
from app.security.views.data_rules import DataRuleView
from app.security.views.explain import ExplainView
from app.security.views.field_rights import FieldRightView
from app.security.views.own_factor import OwnFactorView
from app.security.views.own_sessions import OwnSessionView
from app.security.views.own_tokens import TokenView
from app.security.views.profile import ProfileView
from app.security.views.sessions import ApiTokenView, LoginSessionView
from app.security.views.setup import SetupView
from app.security.views.steps import LogInStepsView
from app.security.views.users import RoleView, UserView
from app.security.views.view_as import ViewAsView

VIEWS = [SetupView, LogInStepsView, ProfileView, TokenView, OwnSessionView, OwnFactorView,
         UserView, RoleView, AccessView, LoginSessionView,
         ApiTokenView, ViewAsView, DataRuleView, FieldRightView,
         ExplainView]
MENU = [
    MenuItem("security.users", _l("Users"), view=UserView, parent="administration", permission=USER_READ, sequence=20,
             icon="user-cog"),
    MenuItem("security.roles", _l("Roles"), view=RoleView, parent="administration", permission=ROLE_READ, sequence=30,
             icon="shield-lock"),
    MenuItem("security.access", _l("Access matrix"), view=AccessView, parent="administration", permission=ROLE_READ,
             sequence=32, icon="table"),
    MenuItem("security.data_rules", _l("Data rules"), view=DataRuleView, parent="administration",
             permission=ROLE_READ, sequence=33, icon="filter"),
    MenuItem("security.field_rights", _l("Field rights"), view=FieldRightView, parent="administration",
             permission=ROLE_READ, sequence=34, icon="forms"),
    MenuItem("security.explain", _l("Explain access"), view=ExplainView, parent="administration",
             permission=ROLE_READ, sequence=35, icon="zoom-question"),
    MenuItem("security.sessions", _l("Log-in sessions"), view=LoginSessionView, parent="administration",
             permission=SESSION_READ, sequence=40, icon="login"),
    MenuItem("security.tokens", _l("Keys for programs"), view=ApiTokenView, parent="administration",
             permission=API_TOKEN_READ, sequence=45, icon="key"),
]
