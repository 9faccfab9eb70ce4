"""Files by REST: send one, have it tried or brought in, ask how far it is and what was wrong with it."""

from typing import Any, ClassVar

from flask import request
from werkzeug.wrappers import Response

from app.exchange import targets
from app.exchange.models import ImportRun
from app.exchange.services import exchange_service
from app.exchange.views.imports import STATES, uploaded
from app.sdk.actor import current_actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _
from app.web.list_settings import page_key
from app.web.plain_api import PlainApi
from app.web.rest import expose, permission_name, protect


class ExchangeApi(PlainApi):
    """/api/v1/import/: one's own files."""

    resource_name = "import"
    class_permission_name = "list"
    method_permission_name: ClassVar[dict[str, str]] = dict.fromkeys(("post", "get", "start", "cancel"), "import")

    @expose("/<string:record_type>", methods=["POST"])
    @protect()
    @permission_name("post")
    def post(self, record_type: str) -> Response:
        """Send a file.
        ---
        post:
          description: A form with the file as `file`; its columns are mapped by their headings
          parameters:
          - {in: path, name: record_type, schema: {type: string}}
          requestBody:
            required: true
            content:
              multipart/form-data:
                schema: {type: object, required: [file], properties: {file: {type: string, format: binary}}}
          responses:
            201: {description: The file is read; start it next}
            422: {description: The file cannot be read}
        """
        page = page_key(targets.page_of(record_type))
        run = exchange_service.upload(current_actor(), page, *uploaded())
        return self.response(201, **_said(run))  # type: ignore[no-any-return]

    @expose("/<int:run_id>", methods=["GET"])
    @protect()
    @permission_name("get")
    def get(self, run_id: int) -> Response:
        """Say how far a file is.
        ---
        get:
          description: The file's state, its numbers and the first 100 faults
          parameters:
          - {in: path, name: run_id, schema: {type: integer}}
          responses:
            200: {description: The file}
        """
        run = exchange_service.get(current_actor(), run_id)
        faults = [{"row": one.row, "column": one.column, "value": one.value, "message": one.message}
                  for one in exchange_service.faults(run)]
        return self.response(200, **_said(run), faults=faults)  # type: ignore[no-any-return]

    @expose("/<int:run_id>/start", methods=["POST"])
    @protect()
    @permission_name("start")
    def start(self, run_id: int) -> Response:
        """Have a file tried or brought in.
        ---
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    mapping: {type: object, description: The number of each column and its field}
                    key_field: {type: string}
                    create_missing: {type: boolean}
                    source: {type: string}
                    is_trial: {type: boolean}
          responses:
            200: {description: It is on its way}
            409: {description: It has been brought in already}
            422: {description: A field is missing or wrong}
        """
        values = request.get_json() if request.is_json else {}
        if not isinstance(values, dict) or not isinstance(values.get("mapping", {}), dict):
            raise InvalidField("mapping", _("The body must be a JSON object."))
        given = {name: value for name, value in values.items()
                 if name in ("mapping", "key_field", "create_missing", "source")}
        run = exchange_service.start(current_actor(), run_id, given, is_trial=values.get("is_trial") is True)
        return self.response(200, **_said(run))  # type: ignore[no-any-return]

    @expose("/<int:run_id>/cancel", methods=["POST"])
    @protect()
    @permission_name("cancel")
    def cancel(self, run_id: int) -> Response:
        """Stop a file on its way.
        ---
        post:
          description: What is in stays in
          parameters:
          - {in: path, name: run_id, schema: {type: integer}}
          responses:
            200: {description: It is stopped}
            409: {description: It is over already}
        """
        return self.response(200, **_said(exchange_service.cancel(current_actor(), run_id)))  # type: ignore[no-any-return]


def _said(run: ImportRun) -> dict[str, Any]:
    names = ("id", "record_type", "file_name", "file_format", "state", "is_trial", "headers", "mapping", "key_field",
             "create_missing", "source", "total", "done", "created", "changed", "unchanged", "refused", "error")
    return {**{name: getattr(run, name) for name in names}, "state_text": str(STATES[run.state])}


APIS = [ExchangeApi]
