"""A REST resource: Flask-AppBuilder's ModelRestApi, whose every change goes through a service.

    class ProblemApi(RecordApi):
        resource_name = "problems"
        datamodel = Interface(Problem)
        service = problem_service
        workflow = PROBLEM
        class_permission_name = "problem"
        list_columns = ["number", "title", "state", "assignee.name"]
        add_columns = ["title", "assignee"]

Errors are problem documents (RFC 9457) with the field's name. A relation is an id, never an object: with the original
field a nested object made a new row, a user with a password among them.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import prison
from flask import request
from flask_appbuilder.api import ModelRestApi, expose
from flask_appbuilder.hooks import before_request
from flask_appbuilder.security.decorators import permission_name, protect
from flask_login import current_user
from marshmallow import ValidationError
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.db import field_rights, session
from app.records.ending import Choice
from app.records.uses import InUse
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, NotFound, Stale
from app.sdk.i18n import _
from app.web import callers, entity_tags
from app.web.choices import OffersChoices
from app.web.custom_rest import CustomRest, set_aside
from app.web.ids import as_id
from app.web.problem_answers import ProblemAnswers
from app.web.record_api_words import CHANGE, CREATE
from app.web.repeats import once
from app.web.rest import json_body
from app.web.rest_around import RestAround
from app.web.rest_conflicts import conflicts
from app.web.rest_journal import RestJournal
from app.web.rest_list import RestList
from app.web.rest_steps import RestSteps
from app.web.schema_words import translated
from app.web.schemas import RecordSchemaConverter
from app.web.shared import LazyLabels, OwnFilters, RecordDoor
from app.web.uses import lines_of

MAX_DEPTH = 20


def unguarded(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return one of the original methods with its rights, but without the handler that turns every error into 500.

    The original is protect(safe(method)); the contract tests fail when an upgrade changes this.
    """
    made = protect()(method.__wrapped__.__wrapped__)  # type: ignore[attr-defined]
    made._urls = list(method._urls)  # type: ignore[attr-defined]
    return made  # type: ignore[no-any-return]


class RecordApi(  # type: ignore[misc]
    CustomRest, OffersChoices, RestSteps, RestJournal, RestAround, RestList, RecordDoor, OwnFilters, LazyLabels,
    ProblemAnswers, ModelRestApi,
):
    """Base of every REST resource."""

    model2schemaconverter = RecordSchemaConverter
    allow_browser_login = True
    exclude_route_methods: ClassVar[set[str]] = set()
    max_page_size = 200

    get = unguarded(ModelRestApi.get)
    get_list = unguarded(ModelRestApi.get_list)
    info = unguarded(ModelRestApi.info)

    def __init__(self) -> None:
        if not self.class_permission_name or not self.resource_name:
            raise ValueError(f"{type(self).__name__}: class_permission_name and resource_name are explicit")
        self.exclude_route_methods = {*self.exclude_route_methods, *self.routes_without_use()}
        self.show_columns = list(self.show_columns or self.list_columns or ())
        super().__init__()
        self.compare_codes(self._possible)
        self.order_columns = [name for name in self.order_columns if self.datamodel.is_sortable(name)]

    def _init_model_schemas(self) -> None:
        super()._init_model_schemas()
        # What must be given is the service's to say: it knows what follows from the rest.
        for field in self.add_model_schema.load_fields.values():
            field.required = False

    @before_request
    def check_caller(self) -> Response | None:
        """Refuse nobody (401), and a cookie that writes without the CSRF header (403)."""
        if current_user.is_authenticated and not _is_readable(request.args.get("q", "")):
            return self.response_400("Not a valid rison")
        return callers.refusal()

    # Writing -------------------------------------------------------------------------------------------------------

    @expose("/", methods=["POST"])
    @protect()
    @permission_name("post")
    def post(self) -> Response:
        return once(self._create, lambda status, key: self._answer(status, self._one(key)))

    post.__doc__ = CREATE

    @expose("/<int:pk>", methods=["PUT", "PATCH"])
    @protect()
    @permission_name("put")
    def put(self, pk: Any) -> Response:
        data = self._json()
        version = data.pop("version", None)
        values = set_aside(data) | self._load(self.edit_model_schema, data, partial=True)
        item = self._one(pk)

        def change(seen: int | None) -> Any:
            try:
                return self.call_service(self.service.update, current_actor(), item.id, values, seen)
            except Stale as error:
                error.details["conflicts"] = conflicts(self, item, values)
                raise

        self._must_match(item, change)
        return self._answer(200, change(version if isinstance(version, int) else None))

    put.__doc__ = CHANGE

    @expose("/<int:pk>", methods=["DELETE"])
    @protect()
    @permission_name("delete")
    def delete(self, pk: Any) -> Response:
        """Delete a record.
        ---
        delete:
          description: >-
            Lays a record into the recycle bin. Where it is in use the answer is 409 with `uses`; say then by `how` what
            becomes of them
          parameters:
          - {in: path, name: pk, schema: {type: integer}}
          - {in: query, name: reason, schema: {type: string}}
          - {in: query, name: how, schema: {type: string, enum: [deactivate, replace, delete]}}
          - {in: query, name: by, schema: {type: integer}, description: The record that replaces it}
          responses:
            200: {description: 'Deleted, replaced or switched off'}
            409: {description: It is in use}
            422: {description: A reason is missing or the replacement is wrong}
        """
        item, actor = self._one(pk), current_actor()
        self._must_match(item)
        given, how = request.args.get("by"), request.args.get("how", "")
        choice = [Choice(how, as_id(given))] if how else []
        try:
            self.call_service(self.service.delete, actor, item.id, request.args.get("reason"), *choice)
        except InUse as error:
            error.details = {"uses": [line.plain() for line in lines_of(error.uses, item.id, actor)]}
            raise
        return self.response(200, message="OK")

    @expose("/options/<field>", methods=["GET"])
    @protect()
    @permission_name("options")
    def options(self, field: str) -> Response:
        """Find records for a relation.
        ---
        get:
          description: Up to 20 visible records whose name begins with q
          parameters:
          - {in: path, name: field, schema: {type: string}}
          - {in: query, name: q, schema: {type: string}}
          - {in: query, name: group, schema: {type: integer}, description: Or another field that narrows the choice}
          responses:
            200: {description: The records found}
        """
        offered = {name.removesuffix("_id") for name in (*self.add_columns, *self.edit_columns)}
        if field not in offered or not self.datamodel.is_relation(field):
            raise NotFound
        found = self.find_options(field, request.args.get("q", "")[:100], request.args)
        return self.response(200, results=[{"id": key, "text": text} for key, text in found])

    # Helpers -------------------------------------------------------------------------------------------------------

    def _create(self) -> tuple[Response, int]:
        data = self._json()
        values = set_aside(data) | self._load(self.add_model_schema, data)
        made = self.call_service(self.service.create, current_actor(), values)
        return self._answer(201, made), made.id

    def get_headless(self, pk: Any, **kwargs: Any) -> Response:
        """Answer one record with its entity tag; 304 where the caller has it already."""
        args = kwargs.get("rison") or {}
        chosen = self._chosen(args, self.show_columns)
        item, response = self._one(pk, chosen or self.show_select_columns), {}
        self.set_response_key_mappings(response, self.get, args, columns=chosen)
        schema = self.model2schemaconverter.convert(chosen) if chosen else self.show_model_schema
        response.update(id=item.id, result=schema.dump(item, many=False))
        self.pre_get(response)
        answer = entity_tags.tag(self.response(200, **response), self.state_of(item))
        return answer.make_conditional(request)  # type: ignore[no-any-return]

    def state_of(self, item: Any) -> str:
        """Return the state that entity tags name; a resource that tells of more than its row adds that."""
        return entity_tags.state_of(item)

    def _get_field_info(self, field: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # Of a field that nothing is said of, the original tells the head of the catalogue of translations.
        found: dict[str, Any] = super()._get_field_info(field, *args, **kwargs)
        for key, known in (("label", self.label_columns), ("description", self.description_columns)):
            if not known.get(field.name):
                found[key] = ""
        return found

    def _must_match(self, item: Any, change: Callable[[int], Any] | None = None) -> None:
        # Locked first, so that it is still in that state when the service changes it.
        if entity_tags.asked() is not None:
            model = self.datamodel.obj
            locking = select(model).where(model.id == item.id).with_for_update(of=model)
            locked = session().execute(locking.execution_options(populate_existing=True)).scalar_one_or_none()
            entity_tags.check(self.state_of(locked or item), change)

    _json = staticmethod(json_body)

    @staticmethod
    def _load(schema: Any, data: dict[str, Any], *, partial: bool = False) -> dict[str, Any]:
        try:
            return dict(schema.load(data, partial=partial))
        except ValidationError as error:
            fields = {name: translated(_first(found)) for name, found in error.normalized_messages().items()}
            raise BusinessError(_("Please check what you entered"), fields=fields, code="invalid_field") from error

    def _one(self, pk: Any, columns: Any = ()) -> Any:
        item = self.datamodel.get(pk, self._base_filters, columns)
        if item is None:
            raise NotFound
        return item

    def _answer(self, status: int, record: Any) -> Response:
        # Read again and serialized inside the unit: after the commit a relation would be read in nobody's unit.
        item = self.datamodel.get(record.id, select_columns=self.show_columns) or record
        found = {"id": item.id, "result": self.show_model_schema.dump(item, many=False)}
        self.pre_get(found)
        answer = entity_tags.tag(self.response(status, **found), self.state_of(item))
        if status == 201:
            answer.headers["Location"] = f"{self.route_base}/{item.id}"
        return answer

    def pre_get(self, data: dict[str, Any]) -> None:
        """Leave out what the reader may not see, and add the custom fields that they may."""
        data["result"] = self._seen(data["result"])
        self._leave_out_words(data)
        super().pre_get(data)

    def pre_get_list(self, data: dict[str, Any]) -> None:
        """Leave out what the reader may not see, and add the custom fields that they may."""
        data["result"] = [self._seen(row) for row in data["result"]]
        self._leave_out_words(data)
        super().pre_get_list(data)

    def _seen(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name: row[name] for name in field_rights.shown(self.datamodel.obj, row)}

    def _leave_out_words(self, data: dict[str, Any]) -> None:
        for key in ("list_columns", "show_columns", "order_columns"):
            if key in data:
                data[key] = field_rights.shown(self.datamodel.obj, data[key])
        for key in ("label_columns", "description_columns"):
            if key in data:
                data[key] = self._seen(data[key])


def _is_readable(query: str) -> bool:
    if _depth(query) > MAX_DEPTH:
        return False
    if query.count("(") == query.count(")"):
        return True
    try:
        prison.loads(query)
    except (RecursionError, prison.decoder.ParserException):
        return False  # what is opened and never closed is read without end
    return True


def _depth(query: str) -> int:
    # The parser of the query language calls itself for each bracket, as deep as whoever asks wants it.
    deepest = depth = 0
    for letter in query:
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    return deepest


def _first(found: Any) -> str:
    while isinstance(found, dict | list) and found:
        found = next(iter(found.values())) if isinstance(found, dict) else found[0]
    return str(found)
