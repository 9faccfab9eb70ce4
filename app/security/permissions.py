"""Rights of log-ins, roles and sessions. One's own profile and password need no right but to be logged in."""

from app.sdk.i18n import _l
from app.sdk.permissions import Permission

USER_READ = Permission("user", "read", _l("View users"))
USER_WRITE = Permission("user", "write", _l("Create, change and switch off users"))
USER_DELETE = Permission("user", "delete", _l("Delete users and restore them"))
USER_VIEW_AS = Permission("user", "view_as", _l("Look at the desk as another user"))
ROLE_READ = Permission("role", "read", _l("View roles and what they allow"))
ROLE_WRITE = Permission("role", "write", _l("Change roles and grant them"))
SESSION_READ = Permission("login_session", "read", _l("View who is logged in"))
SESSION_WRITE = Permission("login_session", "write", _l("End log-in sessions"))
API_TOKEN_READ = Permission("api_token", "read", _l("View everybody's keys for programs"))
API_TOKEN_WRITE = Permission("api_token", "write", _l("Take keys for programs back"))

PERMISSIONS = [USER_READ, USER_WRITE, USER_DELETE, USER_VIEW_AS, ROLE_READ, ROLE_WRITE, SESSION_READ, SESSION_WRITE,
               API_TOKEN_READ, API_TOKEN_WRITE]
