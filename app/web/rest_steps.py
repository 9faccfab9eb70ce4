"""What a program does with a record beside reading and writing it: steps of its life cycle, merges, the recycle bin."""

from typing import Any

from flask import request
from flask_appbuilder.api import expose
from flask_appbuilder.security.decorators import permission_name, protect
from werkzeug.wrappers import Response

from app.records.custom.writing import KEY
from app.sdk.actor import current_actor
from app.sdk.errors import BusinessError, InvalidField, NotFound
from app.sdk.i18n import _
from app.web.ids import as_id
from app.web.repeats import once


class RestSteps:
    """Mixed into RecordApi."""

    datamodel: Any
    service: Any
    workflow: Any
    call_service: Any

    @expose("/<int:pk>/restore", methods=["POST"])
    @protect()
    @permission_name("restore")
    def restore(self, pk: Any) -> Response:
        """Take a record out of the recycle bin.
        ---
        post:
          description: Takes a record out of the recycle bin
          parameters:
          - {in: path, name: pk, schema: {type: integer}}
          responses:
            200: {description: The record}
            404: {description: There is no such record in the bin}
            409: {description: A unique value of it is in use by another record now}
        """
        key = as_id(pk)
        if key is None:
            raise NotFound
        return self._answer(200, self.call_service(self.service.restore, current_actor(), key))

    @expose("/<int:pk>/merge", methods=["POST"])
    @protect()
    @permission_name("merge")
    def merge(self, pk: Any) -> Response:
        """Merge another record into this one.
        ---
        post:
          description: The answer holds the id of the merge, by which it can be taken back for 30 days
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [loser]
                  properties:
                    loser: {type: integer, description: The other record}
                    take: {type: array, items: {type: string}, description: The fields whose values come from there}
          responses:
            200:
              description: They are one
              content:
                application/json:
                  schema: {type: object, properties: {id: {type: integer}, merge: {type: integer}}}
            409: {description: This is not possible now}
            422: {description: The other record or a field is wrong}
        """
        item, values = self._one(pk), self._json()
        loser, take = as_id(values.get("loser")), values.get("take") or []
        if loser is None or not isinstance(take, list):
            raise InvalidField("loser" if loser is None else "take", _("Choose an entry of the list."))
        made = self.call_service(self.service.merge, current_actor(), item.id, loser, take)
        return self.response(200, id=item.id, merge=made.id)

    @expose("/<int:pk>/unmerge", methods=["POST"])
    @protect()
    @permission_name("unmerge")
    def unmerge(self, pk: Any) -> Response:
        """Take a merge back.
        ---
        post:
          description: >-
            The answer 409 tells in `conflicts` what was changed since; with `rest` set to true all else is taken back
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [merge]
                  properties: {merge: {type: integer}, rest: {type: boolean}}
          responses:
            200: {description: The other record is back}
            409: {description: Something was changed since, or it is too late}
        """
        item, values = self._one(pk), self._json()
        found = self.call_service(lambda: self.service.undo_merge(
            current_actor(), as_id(values.get("merge")) or 0, rest=values.get("rest") is True))
        return self.response(200, id=item.id, restored=found.loser_id)

    @expose("/<int:pk>/transition/<action>", methods=["POST"])
    @protect()
    @permission_name("transition")
    def transition(self, pk: Any, action: str) -> Response:
        """Take a step of the life cycle.
        ---
        post:
          description: Take a step of the life cycle; the body holds the fields it asks for
          parameters:
          - {in: path, name: pk, schema: {type: integer}}
          - {in: path, name: action, schema: {type: string}}
          responses:
            200: {description: The record after the step}
            409: {description: The step is not possible in this state}
            422: {description: A field is missing or wrong}
        """
        item = self._one(pk)
        values = self._json() if request.data else {}
        nested = {name: _("Give the id of the related record.") for name, value in values.items()
                  if isinstance(value, dict) and name != KEY}
        if nested:
            raise BusinessError(_("Please check what you entered"), fields=nested, code="invalid_field")

        def step() -> tuple[Response, int]:
            # Only what is done is compared: a step that is sent again has moved the record itself.
            self._must_match(item)
            changed = self.call_service(self.service.transition, current_actor(), item.id, action, values)
            return self._answer(200, changed), item.id

        return once(step, lambda status, key: self._answer(status, self._one(key)))
