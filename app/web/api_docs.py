"""The REST interface described: as OpenAPI for programs, and as Swagger UI for those who write them.

Only what the reader may read is described: a module that one has no right to is not told of here either.
"""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import current_app, jsonify, redirect, request
from flask_appbuilder.api import BaseApi
from flask_appbuilder.api.manager import resolver
from flask_appbuilder.baseviews import BaseView, expose
from flask_login import current_user

from app.sdk.actor import Actor, current_actor
from app.sdk.i18n import _
from app.web.chrome import builder
from app.web.openapi import complete
from app.web.settings import desk_name

VERSION = "v1"


def spec_of(actor: Actor) -> dict[str, Any]:
    """Return the OpenAPI document of what the actor may read."""
    url = current_app.config.get("PUBLIC_URL") or request.host_url
    spec = APISpec(title=desk_name(), version=VERSION, openapi_version="3.0.2",
                   plugins=[MarshmallowPlugin(schema_name_resolver=resolver)], servers=[{"url": str(url).rstrip("/")}])
    told = [api for api in builder().baseviews
            if isinstance(api, BaseApi) and api.version == VERSION and _is_told(api, actor)]
    for api in told:
        api.add_api_spec(spec)
    return complete(spec.to_dict(), told)


def _is_told(api: BaseApi, actor: Actor) -> bool:
    rights = {"read", *(api.method_permission_name or {}).values()}
    return getattr(api, "is_for_everybody", False) or any(
        actor.can(f"{api.class_permission_name}.{right}") for right in rights)


class ApiDocsView(BaseView):  # type: ignore[misc]
    """/api-docs/: for everybody who is logged in, by a key for programs as well."""

    route_base = "/api-docs"
    default_view = "index"

    @expose("/")
    def index(self) -> Any:
        """Show the reference, where one may also try it out."""
        if not current_user.is_authenticated:
            return redirect(f"{self.appbuilder.get_url_for_login}?next={self.route_base}/")
        return self.render_template("desk/api_docs.html", title=_("REST interface"),
                                    spec_url=f"{self.route_base}/openapi.json")

    @expose("/openapi.json")
    def openapi(self) -> Any:
        """Return the document."""
        if not current_user.is_authenticated:
            return redirect(f"{self.appbuilder.get_url_for_login}?next={self.route_base}/")
        return jsonify(spec_of(current_actor()))


VIEWS = [ApiDocsView]
