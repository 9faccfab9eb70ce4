"""Plain pages: routes with rights, without a record behind them."""

from flask_appbuilder.baseviews import BaseView as Page
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name

__all__ = ["Page", "expose", "has_access", "permission_name"]
