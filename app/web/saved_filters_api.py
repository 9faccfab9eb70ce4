"""Filters of lists by REST: those that one may use, and keeping one's own."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from app.db import session
from app.records import saved_filters
from app.records.saved_filters import SavedFilter, saved_filter_service
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, InvalidField, MissingFields
from app.sdk.i18n import _
from app.web import entity_tags
from app.web.list_links import list_of
from app.web.list_views import ARGUMENT, query_of
from app.web.plain_api import PlainApi
from app.web.rest import expose, json_body, refuse_others

TEXTS = ("page", "name", "query", "shared")


class SavedFilterApi(PlainApi):
    """/api/v1/saved_filter/: what is one's own; the list that it is of asks for its right to read."""

    resource_name = "saved_filter"
    is_for_everybody = True

    @expose("/", methods=["GET"])
    def filters(self) -> Response:
        """List the filters of a list that one may use.
        ---
        get:
          description: One's own first, then those that are shared
          parameters:
          - in: query
            name: page
            required: true
            schema: {type: string, example: incident/incidents}
            description: The list, as its address names it
          responses:
            200: {description: The filters}
        """
        refuse_others(request.args, "page")
        view = list_of(request.args.get("page", ""))
        found = saved_filters.of_page(session(), current_actor(), request.args["page"])
        return self.response(200, result=[  # type: ignore[no-any-return]
            {"id": one.id, "name": one.name, "query": one.query, "shared": one.shared, "is_own": one.is_own,
             "url": _address(view, one.query, one.id)} for one in found])

    @expose("/", methods=["POST"])
    def keep(self) -> Response:
        """Keep a filter of a list.
        ---
        post:
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  allOf:
                  - {$ref: '#/components/schemas/FilterValues'}
                  - type: object
                    required: [page, name]
                    properties: {page: {type: string, example: incident/incidents}}
          responses:
            201:
              description: The filter
              content:
                application/json:
                  schema:
                    type: object
                    properties: {id: {type: integer}, result: {$ref: '#/components/schemas/Filter'}}
        """
        values = _values()
        if "page" not in values:
            raise MissingFields(["page"])
        list_of(values["page"])
        made = saved_filter_service.create(current_actor(), values["page"], values)
        answer = self._one(201, made)
        answer.headers["Location"] = f"{self.route_base}/{made.id}"
        return answer

    @expose("/<int:pk>", methods=["GET"])
    def kept(self, pk: int) -> Response:
        """Read one of one's own filters.
        ---
        get:
          parameters:
          - {in: header, name: If-None-Match, schema: {type: string}, description: The ETag that the caller has}
          responses:
            200:
              description: The filter
              content:
                application/json:
                  schema:
                    type: object
                    properties: {id: {type: integer}, result: {$ref: '#/components/schemas/Filter'}}
            304: {description: The caller has it already}
        """
        answer = self._one(200, saved_filter_service.get(current_actor(), pk))
        return answer.make_conditional(request)  # type: ignore[no-any-return]

    @expose("/<int:pk>", methods=["PUT", "PATCH"])
    def change(self, pk: int) -> Response:
        """Rename or share one of one's own filters, or let it ask something else.
        ---
        put: &change
          parameters:
          - {in: header, name: If-Match, schema: {type: string}, description: The ETag of the filter as it was read}
          requestBody:
            required: true
            content:
              application/json: {schema: {$ref: '#/components/schemas/FilterValues'}}
          responses:
            200:
              description: The filter as it is now
              content:
                application/json:
                  schema:
                    type: object
                    properties: {id: {type: integer}, result: {$ref: '#/components/schemas/Filter'}}
            412: {description: It was changed meanwhile}
        patch: *change
        """
        values, actor = _values(), current_actor()
        if "page" in values:
            raise InvalidField("page", _("A filter stays with its list."))
        found = saved_filter_service.get(actor, pk)
        entity_tags.must_match(found)
        return self._one(200, saved_filter_service.update(actor, found.id, values))

    @expose("/<int:pk>", methods=["DELETE"])
    def remove(self, pk: int) -> Response:
        """Delete one of one's own filters; who may share with everybody may delete what others shared so.
        ---
        delete:
          parameters:
          - {in: header, name: If-Match, schema: {type: string}, description: The ETag of the filter as it was read}
          responses:
            200: {description: It is gone}
            412: {description: It was changed meanwhile}
        """
        actor = current_actor()
        entity_tags.must_match(saved_filter_service.to_delete(actor, pk))
        saved_filter_service.delete(actor, pk)
        return self.response(200, message="OK")  # type: ignore[no-any-return]

    def _one(self, status: int, kept: SavedFilter) -> Response:
        told = {name: getattr(kept, name) for name in ("id", "page", "name", "query", "shared", "group_id")}
        told["url"] = _address(list_of(kept.page), kept.query, kept.id)
        return entity_tags.tag(self.response(status, id=kept.id, result=told), entity_tags.state_of(kept))


def _values() -> dict[str, Any]:
    given = json_body()
    wrong = {name: _("There is no such field.") for name in given if name not in (*TEXTS, "group_id")}
    wrong |= {name: _("Give a text.") for name in TEXTS if name in given and not isinstance(given[name], str)}
    if given.get("group_id") is not None and type(given["group_id"]) is not int:
        wrong["group_id"] = _("Give the id of the related record.")
    if wrong:
        raise BusinessError(_("Please check what you entered"), fields=wrong, code="invalid_field")
    if "group_id" in given and "shared" not in given:
        raise MissingFields(["shared"])
    return {**given, "query": query_of(given["query"])} if "query" in given else given


def _address(view: Any, query: str, key: int) -> str:
    return f"{view.route_base}/list/?{query}{'&' if query else ''}{ARGUMENT}={key}"


APIS = [SavedFilterApi]
