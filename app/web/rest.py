"""Routes of a REST resource beside reading and writing its rows."""

from flask_appbuilder.api import expose
from flask_appbuilder.security.decorators import permission_name, protect

__all__ = ["expose", "permission_name", "protect"]
