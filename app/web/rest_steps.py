"""What a program does with a record beside reading and writing it: steps of its life cycle, notes, the recycle bin."""

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

    @expose("/<int:pk>/entries/<int:entry_id>", methods=["PUT"])
    @protect()
    @permission_name("note")
    def edit_entry(self, pk: Any, entry_id: int) -> Response:
        """Change the text of a note, a reply or a call.
        ---
        put:
          description: >-
            The body holds `body`; the text it had is kept. One's own for as long as the setting says, those of others
            by a right
          parameters:
          - {in: path, name: pk, schema: {type: integer}}
          - {in: path, name: entry_id, schema: {type: integer}}
          responses:
            200: {description: It is changed}
            403: {description: It is not one's own, or too old}
            422: {description: There is no text}
        """
        item, values = self._one(pk), self._json()
        self.call_service(self.service.edit_entry, current_actor(), item.id, entry_id, str(values.get("body") or ""))
        return self.response(200, id=entry_id)

    @expose("/<int:pk>/entries/<int:entry_id>", methods=["DELETE"])
    @protect()
    @permission_name("note")
    def withdraw_entry(self, pk: Any, entry_id: int) -> Response:
        """Withdraw a note, a reply or a call.
        ---
        delete:
          description: It is struck through and kept, with the reason
          parameters:
          - {in: path, name: pk, schema: {type: integer}}
          - {in: path, name: entry_id, schema: {type: integer}}
          - {in: query, name: reason, schema: {type: string}}
          responses:
            200: {description: It is withdrawn}
            403: {description: It is not one's own, or too old}
            422: {description: A reason is missing}
        """
        item = self._one(pk)
        self.call_service(self.service.withdraw_entry, current_actor(), item.id, entry_id,
                          request.args.get("reason", ""))
        return self.response(200, id=entry_id)

    @expose("/<int:pk>/note", methods=["POST"])
    @protect()
    @permission_name("note")
    def note(self, pk: Any) -> Response:
        """Add an internal note or a public reply.
        ---
        post:
          description: Customers read public ones
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [body]
                  properties:
                    body: {type: string}
                    is_public: {type: boolean}
                    mentions: {type: array, items: {type: integer}, description: People whose @name is in the text}
          responses:
            201:
              description: The note is added
              content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}
            422: {description: There is no text}
        """
        item, values = self._one(pk), self._json()
        mentions = values.get("mentions") or []
        if not isinstance(mentions, list) or any(type(key) is not int for key in mentions):
            raise InvalidField("mentions", _("Give a list of ids."))

        def add() -> tuple[Response, int]:
            entry = self.call_service(
                lambda: self.service.add_note(current_actor(), item.id, str(values.get("body") or ""),
                                              is_public=values.get("is_public") is True, mentions=mentions))
            return self.response(201, id=entry.id), entry.id

        return once(add, lambda status, key: self.response(status, id=key))
