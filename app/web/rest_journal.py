"""The journal of a record by REST: what was said and done, notes and calls, and what became of each entry since."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from app.db import record_type_of, session
from app.records import timeline, timeline_versions
from app.records.permissions import JOURNAL_EDIT_OTHERS
from app.records.timeline import TimelineEntry
from app.sdk.actor import current_actor
from app.sdk.errors import InvalidField, NotFound
from app.sdk.i18n import _
from app.web import entity_tags
from app.web.composer_routes import beside_text
from app.web.ids import as_id
from app.web.merged_parts import merged_parts
from app.web.repeats import once
from app.web.rest import NotAsked, of_record

# What an entry tells a customer beside its text.
PUBLIC_DATA = frozenset({"action", "source", "target", "file", "name", "happened"})
ENTRIES = 50


class RestJournal:
    """Mixed into RecordApi."""

    service: Any
    call_service: Any
    response: Any
    may_see_internal: Any
    _json: Any

    @of_record("/timeline", "GET")
    def timeline(self, item: Any) -> Response:
        """Read what was said and done, newest first.
        ---
        get:
          description: >-
            A customer reads public entries. Those of what was merged into the record are among them: `record` says of
            which one each is. `next` is the address of what is older, null at the end
          parameters:
          - {in: query, name: before, schema: {type: integer, minimum: 1}, description: The entry to go on behind}
          - {in: query, name: part, schema: {type: string, enum: [conversation, steps, files]}}
          responses:
            200:
              description: Up to 50 entries
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      result: {type: array, items: {$ref: '#/components/schemas/Entry'}}
                      next: {type: string, nullable: true}
        """
        part, before = request.args.get("part", ""), request.args.get("before")
        if part and part not in timeline.PARTS:
            raise NotAsked("part", _("Choose an entry of the list."))
        if before is not None and as_id(before) is None:
            raise NotAsked("before", _("Give a whole number."))
        stretch = timeline.Stretch(part, before=None if before is None else as_id(before), limit=ENTRIES + 1)
        found = timeline.entries(session(), record_type_of(type(item)), item.id,
                                 public_only=not self.may_see_internal(current_actor()), stretch=stretch,
                                 parts=merged_parts(self.service, item))
        following = None
        if len(found) > ENTRIES:
            following = f"{request.path}?before={found[ENTRIES - 1].id}" + (f"&part={part}" if part else "")
        return self.response(200, result=[self._told(one) for one in found[:ENTRIES]], next=following)  # type: ignore[no-any-return]

    @of_record("/note", "POST")
    def note(self, item: Any) -> Response:
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
                    work_minutes: {description: Of a ticket - goes into one's own work log, type: integer}
          responses:
            201:
              description: The note is added
              content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}
            422: {description: There is no text}
        """
        values = self._json()
        mentions = values.get("mentions") or []
        if not isinstance(mentions, list) or any(type(key) is not int for key in mentions):
            raise InvalidField("mentions", _("Give a list of ids."))
        return self._added(lambda: self.service.add_note(
            current_actor(), item.id, str(values.get("body") or ""), is_public=values.get("is_public") is True,
            mentions=mentions, **beside_text(self.service, values)))

    @of_record("/call", "POST")
    def call(self, item: Any) -> Response:
        """Note a phone call.
        ---
        post:
          description: It is for colleagues only
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [body, direction]
                  properties:
                    body: {type: string, description: What it was about}
                    direction: {type: string, enum: [in, out]}
                    minutes: {type: integer, minimum: 0, maximum: 1440}
                    work_minutes: {description: Of a ticket - goes into one's own work log, type: integer}
          responses:
            201:
              description: The call is noted
              content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}
            422: {description: There is no text, or a value is wrong}
        """
        values = self._json()
        minutes = values.get("minutes", 0)
        if type(minutes) is not int:
            raise InvalidField("minutes", _("Give a whole number."))
        return self._added(lambda: self.service.add_call(
            current_actor(), item.id, str(values.get("body") or ""), direction=str(values.get("direction") or ""),
            minutes=minutes, **beside_text(self.service, values)))

    @of_record("/entries/<int:entry_id>", "GET")
    def entry(self, item: Any, entry_id: int) -> Response:
        """Read one entry of the journal.
        ---
        get:
          parameters:
          - {in: header, name: If-None-Match, schema: {type: string}, description: The ETag that the caller has}
          responses:
            200:
              description: The entry; its ETag is for changing it
              content:
                application/json:
                  schema: {type: object, properties: {result: {$ref: '#/components/schemas/Entry'}}}
            304: {description: The caller has it already}
        """
        found = self._entry(item, entry_id)
        answer = entity_tags.tag(self.response(200, result=self._told(found)), _state(found))
        return answer.make_conditional(request)  # type: ignore[no-any-return]

    @of_record("/entries/<int:entry_id>", "PUT")
    def edit_entry(self, item: Any, entry_id: int) -> Response:
        """Change the text of a note, a reply or a call.
        ---
        put:
          description: >-
            The body holds `body`; the text it had is kept. One's own for as long as the setting says, those of others
            by a right
          parameters:
          - {in: header, name: If-Match, schema: {type: string}, description: The ETag of the entry as it was read}
          requestBody:
            required: true
            content:
              application/json: {schema: {type: object, required: [body], properties: {body: {type: string}}}}
          responses:
            200: {description: It is changed}
            403: {description: "It is not one's own, or too old"}
            412: {description: Somebody else was faster}
            422: {description: There is no text}
        """
        values = self._json()
        self._must_match_entry(item, entry_id)
        self.call_service(self.service.edit_entry, current_actor(), item.id, entry_id, str(values.get("body") or ""))
        return self.response(200, id=entry_id)  # type: ignore[no-any-return]

    @of_record("/entries/<int:entry_id>", "DELETE")
    def withdraw_entry(self, item: Any, entry_id: int) -> Response:
        """Withdraw a note, a reply or a call.
        ---
        delete:
          description: It is struck through and kept, with the reason
          parameters:
          - {in: query, name: reason, schema: {type: string}}
          - {in: header, name: If-Match, schema: {type: string}, description: The ETag of the entry as it was read}
          responses:
            200: {description: It is withdrawn}
            403: {description: "It is not one's own, or too old"}
            412: {description: Somebody else was faster}
            422: {description: A reason is missing}
        """
        self._must_match_entry(item, entry_id)
        self.call_service(self.service.withdraw_entry, current_actor(), item.id, entry_id,
                          request.args.get("reason", ""))
        return self.response(200, id=entry_id)  # type: ignore[no-any-return]

    @of_record("/entries/<int:entry_id>/versions", "GET")
    def versions(self, item: Any, entry_id: int) -> Response:
        """Read the texts that an entry had before, newest first.
        ---
        get:
          description: Not for customers; of what is withdrawn for those only who may change what others wrote
          responses:
            200:
              description: Each with who replaced it, and when
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      result:
                        type: array
                        items:
                          type: object
                          properties:
                            id: {type: integer}
                            at: {type: string, format: date-time}
                            actor: {type: string}
                            body: {type: string, nullable: true}
        """
        actor = current_actor()
        kept = timeline_versions.history(session(), actor, self._entry(item, entry_id),
                                         sees_internal=self.may_see_internal(actor))
        return self.response(200, result=[  # type: ignore[no-any-return]
            {"id": one.id, "at": one.at.isoformat(), "actor": one.actor_label, "body": one.body} for one in kept])

    def _added(self, add: Any) -> Response:
        def do() -> tuple[Response, int]:
            made = self.call_service(add)
            return self.response(201, id=made.id), made.id

        return once(do, lambda status, key: self.response(status, id=key))

    def _entry(self, item: Any, entry_id: int) -> TimelineEntry:
        found = timeline_versions.entry_of(session(), item, entry_id)
        if not found.is_public and not self.may_see_internal(current_actor()):
            raise NotFound
        return found

    def _must_match_entry(self, item: Any, entry_id: int) -> None:
        # Whoever changes an entry locks its record first: what is read behind that lock stays.
        if entity_tags.asked() is not None:
            self.service.get_for_update(item.id)
            entry = self._entry(item, entry_id)
            session().refresh(entry)
            entity_tags.check(_state(entry))

    def _told(self, entry: TimelineEntry) -> dict[str, Any]:
        actor = current_actor()
        inside = self.may_see_internal(actor)
        data = {name: value for name, value in (entry.data or {}).items() if inside or name in PUBLIC_DATA}
        is_gone = entry.withdrawn_at is not None
        told = {"id": entry.id, "record": entry.record_id, "at": entry.at.isoformat(), "kind": entry.kind,
                "is_public": entry.is_public, "actor": entry.actor_label, "body": entry.body, "data": data,
                "edited_at": entry.edited_at.isoformat() if entry.edited_at is not None else None,
                "withdrawn_at": entry.withdrawn_at.isoformat() if entry.withdrawn_at is not None else None}
        if is_gone and not actor.can(JOURNAL_EDIT_OTHERS):
            told["body"] = None
        if is_gone and inside:
            told |= {"withdrawn_by": entry.withdrawn_by_label, "withdrawn_reason": entry.withdrawn_reason}
        return told


def _state(entry: TimelineEntry) -> str:
    return entity_tags.state_of_values([entry.id, entry.edited_at, entry.withdrawn_at])
