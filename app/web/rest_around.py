"""What stands around a record, by REST: the steps that are open, its files, tags and watchers.

Each resource has of it what its service knows; the rest is no route at all.
"""

from typing import Any, ClassVar

from flask import request
from sqlalchemy import select
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Response

from app.db import Record, record_type_of, session
from app.organisation.models import Person
from app.records import tags
from app.records.attachments import Attachment
from app.records.links import Watcher
from app.sdk.actor import current_actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _
from app.web import record_files
from app.web.ids import as_id
from app.web.merged_parts import merged_parts
from app.web.rest import of_record


class RestAround:
    """Mixed into RecordApi."""

    datamodel: Any
    service: Any
    workflow: Any
    route_base: Any
    # The page of such a record has a panel of files.
    has_files: ClassVar[bool] = False

    def routes_without_use(self) -> set[str]:
        """Return the names of the routes that such a record has no use for."""
        needs = {
            "transition": self.workflow is not None, "transitions": self.workflow is not None,
            **dict.fromkeys(("note", "call", "timeline", "entry", "edit_entry", "withdraw_entry", "versions"),
                            hasattr(self.service, "add_note")),
            **dict.fromkeys(("tag_list", "tags"), hasattr(self.service, "set_tags")),
            **dict.fromkeys(("watchers", "watch", "unwatch"), hasattr(self.service, "watch")),
            **dict.fromkeys(("attachments", "attach", "attachment"), self.has_files),
            **dict.fromkeys(("merge", "unmerge"), getattr(self.service, "merge_permission", None) is not None),
            "restore": hasattr(self.service, "restore") and issubclass(self.datamodel.obj, Record),
        }
        return {name for name, is_needed in needs.items() if not is_needed}

    @of_record("/transitions", "GET")
    def transitions(self, item: Any) -> Response:
        """Say which steps of the life cycle the caller may take now.
        ---
        get:
          description: >-
            The steps from the present state that the caller has the right to. `asks` are the fields that a step takes,
            `required` those that it demands; `refused` says why a step is not possible now
          responses:
            200:
              description: The steps
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      state: {type: string}
                      result: {type: array, items: {$ref: '#/components/schemas/Step'}}
        """
        result = []
        for one in self.steps(item, current_actor()):  # type: ignore[attr-defined]
            step = one["step"]
            asks = self.asked(step, item)  # type: ignore[attr-defined]
            must = set(step.required) | {name for name in self.workflow.state(step.target).required
                                         if not getattr(item, name, None)}
            result.append({"action": step.action, "label": str(step.label), "target": step.target, "asks": asks,
                           "required": sorted(must), "refused": one["refused"]})
        return self.response(200, state=item.state, result=result)  # type: ignore[attr-defined, no-any-return]

    @of_record("/attachments", "GET")
    def attachments(self, item: Any) -> Response:
        """List the files of a record.
        ---
        get:
          responses:
            200:
              description: The files that the caller may see
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      result: {type: array, items: {$ref: '#/components/schemas/File'}}
        """
        found = record_files.seen(item, sees_internal=self._sees_internal(),
                                  parts=merged_parts(self.service, item))
        return self.response(200, result=[self._file(one) for one in found])  # type: ignore[attr-defined, no-any-return]

    @of_record("/attachments", "POST")
    def attach(self, item: Any) -> Response:
        """Hand files in.
        ---
        post:
          description: A form with one or several files as `file`, all of which are kept or none
          requestBody:
            required: true
            content:
              multipart/form-data:
                schema:
                  type: object
                  required: [file]
                  properties:
                    file: {type: array, items: {type: string, format: binary}}
                    is_public: {type: string, enum: ['1'], description: Customers see them as well}
          responses:
            201:
              description: The files
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      result: {type: array, items: {$ref: '#/components/schemas/File'}}
        """
        if request.mimetype != "multipart/form-data":
            raise UnsupportedMediaType(_("Send the files as a form (multipart/form-data)."))
        kept = record_files.take_in(item, sees_internal=self._sees_internal())
        return self.response(201, result=[self._file(one) for one in kept])  # type: ignore[attr-defined, no-any-return]

    @of_record("/attachments/<int:attachment_id>", "GET")
    def attachment(self, item: Any, attachment_id: int) -> Response:
        """Fetch a file.
        ---
        get:
          responses:
            200:
              description: The file, of the type that it is of
              content: {'*/*': {schema: {type: string, format: binary}}}
        """
        return record_files.send(record_files.one(item, attachment_id, sees_internal=self._sees_internal()))

    @of_record("/tags", "GET")
    def tag_list(self, item: Any) -> Response:
        """Read the tags of a record.
        ---
        get: &tags
          responses:
            200:
              description: The tags
              content:
                application/json:
                  schema: {type: object, properties: {result: {type: array, items: {type: string}}}}
        """
        return self.response(200, result=tags.of_record(session(), record_type_of(type(item)), item.id))  # type: ignore[attr-defined, no-any-return]

    @of_record("/tags", "PUT")
    def tags(self, item: Any) -> Response:
        """Give a record exactly these tags.
        ---
        put:
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [tags]
                  properties: {tags: {type: array, items: {type: string}, maxItems: 20}}
          responses:
            200:
              description: The tags
              content:
                application/json:
                  schema: {type: object, properties: {result: {type: array, items: {type: string}}}}
        """
        names = self._json().get("tags")  # type: ignore[attr-defined]
        if not isinstance(names, list) or any(not isinstance(name, str) for name in names):
            raise InvalidField("tags", _("This must be a list."))
        kept = self.call_service(self.service.set_tags, current_actor(), item.id, names)  # type: ignore[attr-defined]
        return self.response(200, result=kept)  # type: ignore[attr-defined, no-any-return]

    @of_record("/watchers", "GET")
    def watchers(self, item: Any) -> Response:
        """Read who watches a record.
        ---
        get:
          responses:
            200:
              description: The people whom the caller may see
              content: {application/json: {schema: {$ref: '#/components/schemas/Watchers'}}}
        """
        return self._watchers(item)

    @of_record("/watchers", "POST")
    def watch(self, item: Any) -> Response:
        """Let somebody hear about a record.
        ---
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties: {person: {type: integer, nullable: true, description: Empty for the caller}}
          responses:
            200:
              description: Who watches it now
              content: {application/json: {schema: {$ref: '#/components/schemas/Watchers'}}}
        """
        person = (self._json() if request.data else {}).get("person")  # type: ignore[attr-defined]
        if person is not None and (type(person) is not int or as_id(person) is None):
            raise InvalidField("person", _("Give the id of the related record."))
        self.call_service(self.service.watch, current_actor(), item.id, person)  # type: ignore[attr-defined]
        return self._watchers(item)

    @of_record("/watchers/<int:person_id>", "DELETE")
    def unwatch(self, item: Any, person_id: int) -> Response:
        """Let somebody hear about a record no more.
        ---
        delete:
          responses:
            200:
              description: Who watches it still
              content: {application/json: {schema: {$ref: '#/components/schemas/Watchers'}}}
        """
        self.call_service(self.service.unwatch, current_actor(), item.id, person_id)  # type: ignore[attr-defined]
        return self._watchers(item)

    def _sees_internal(self) -> bool:
        return self.may_see_internal(current_actor())  # type: ignore[attr-defined, no-any-return]

    def _watchers(self, item: Any) -> Response:
        statement = select(Person.id, Person.name).join(Watcher, Watcher.person_id == Person.id).where(
            Watcher.record_type == record_type_of(type(item)), Watcher.record_id == item.id).order_by(Person.id)
        found = [{"id": row.id, "name": row.name} for row in session().execute(statement)]
        return self.response(200, result=found)  # type: ignore[attr-defined, no-any-return]

    def _file(self, one: Attachment) -> dict[str, Any]:
        return {"id": one.id, "record": one.record_id, "name": one.name, "mime_type": one.mime_type, "size": one.size,
                "sha256": one.sha256, "is_public": one.is_public,
                "created_at": one.created_at.isoformat() if one.created_at else None,
                "created_by": one.created_by_label, "url": f"{self.route_base}/{one.record_id}/attachments/{one.id}"}
