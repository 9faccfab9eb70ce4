"""The one search by REST."""

from typing import Any

from flask import request
from flask_appbuilder.api import expose
from werkzeug.wrappers import Response

from app.sdk.actor import current_actor
from app.web.plain_api import PlainApi
from app.web.search_kinds import look_for
from app.web.search_view import place_of, place_text, question_of

MOST = 50


class SearchApi(PlainApi):
    """/api/v1/search/: whoever is logged in; each kind asks for its own right."""

    resource_name = "search"
    is_for_everybody = True

    @expose("/", methods=["GET"])
    def found(self) -> Response:
        """Look for something everywhere.
        ---
        get:
          description: What was found, kind by kind, the closest and newest first
          parameters:
          - {in: query, name: q, schema: {type: string}}
          - {in: query, name: kind, description: only this kind, schema: {type: string}}
          - {in: query, name: state, schema: {type: string, enum: [open, over]}}
          - {in: query, name: days, schema: {type: integer, enum: [7, 30, 365]}}
          - {in: query, name: after, description: the `next` of the page before, schema: {type: string}}
          responses:
            200: {description: The groups}
            401: {description: Nobody is logged in}
        """
        actor, question = current_actor(), question_of(request.args)
        after, groups = place_of(request.args.get("after", "")), list[dict[str, Any]]()
        for found in look_for(actor, question, request.args.get("kind", "")):
            hits, following = found.page(after, MOST)
            groups.append({
                "kind": found.kind.key, "count": len(found.hits), "is_capped": found.is_capped,
                "next": place_text(following) or None,
                "results": [{"id": one.id, "title": one.title, "url": one.url, "snippet": one.snippet.striptags()}
                            for one in found.kind.results(actor, question, hits)]})
        return self.response(200, result=groups)  # type: ignore[no-any-return]


APIS = [SearchApi]
