"""Links by REST: listed, made, removed. Mixed into a RecordApi whose service knows links."""

from collections.abc import Callable
from typing import Any, ClassVar

from flask_appbuilder.api import expose
from flask_appbuilder.security.decorators import permission_name, protect
from werkzeug.wrappers import Response

from app.sdk.actor import current_actor
from app.sdk.errors import InvalidField
from app.sdk.i18n import _
from app.web.ids import as_id
from app.web.related_panel import line
from app.web.repeats import once
from app.web.shared import READ_WRITE


class RelatedApi:
    """Mixed into RecordApi."""

    service: Any
    method_permission_name: ClassVar[Any] = {
        **READ_WRITE, "get_links": "read", "links": "link", "unlink": "link", "split": "split", "clone": "write"}

    @expose("/<pk>/links", methods=["GET"])
    @protect()
    @permission_name("get_links")
    def get_links(self, pk: Any) -> Response:
        """List what a record is linked with.
        ---
        get:
          description: >-
            Each link with `kind`, what the other record is to this one, and as far as you may see it with its `type`,
            `record`, `number`, `title` and `state`; else `hidden` is true
          parameters:
          - {in: path, name: pk, schema: {type: integer}}
          responses:
            200: {description: The links}
            404: {description: There is no such record}
        """
        item = self._one(pk)  # type: ignore[attr-defined]
        inside = self.may_see_internal(current_actor())  # type: ignore[attr-defined]
        found = self.service.relations(item, with_hidden=inside)
        return self.response(200, count=len(found), result=[_plain(one) for one in found])  # type: ignore[attr-defined, no-any-return]

    @expose("/<pk>/links", methods=["POST"])
    @protect()
    @permission_name("links")
    def links(self, pk: Any) -> Response:
        """Link another record with this one.
        ---
        post:
          description: The body holds `kind`, what the other record is to this one, and `other`, its id
          parameters:
          - {in: path, name: pk, schema: {type: integer}}
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [kind, other]
                  properties:
                    kind:
                      type: string
                      enum: [parent, child, duplicate_of, duplicated_by, caused_by, causes, blocks, blocked_by, related]
                    other: {type: integer}
          responses:
            201: {description: They are linked; `id` is that of the link}
            404: {description: There is no such record}
            409: {description: 'They are linked so already, or it would go round in a circle'}
            422: {description: The kind or the other record is wrong}
        """
        item, values = self._one(pk), self._json()  # type: ignore[attr-defined]
        other, kind = as_id(values.get("other")), values.get("kind")
        if other is None:
            raise InvalidField("other", _("Choose an entry of the list."))

        def link() -> tuple[Response, int]:
            made = self.call_service(self.service.link, current_actor(), item.id, str(kind), other)  # type: ignore[attr-defined]
            return self.response(201, id=made.id), made.id  # type: ignore[attr-defined]

        return once(link, lambda status, key: self.response(status, id=key))  # type: ignore[attr-defined]

    @expose("/<pk>/links/<int:link_id>", methods=["DELETE"])
    @protect()
    @permission_name("unlink")
    def unlink(self, pk: Any, link_id: int) -> Response:
        """Take a link away.
        ---
        delete:
          description: Takes a link of this record away
          parameters:
          - {in: path, name: pk, schema: {type: integer}}
          - {in: path, name: link_id, schema: {type: integer}}
          responses:
            200: {description: It is gone}
            404: {description: This record has no such link}
            409: {description: 'It tells of a merge, or you may not see its other end'}
        """
        item = self._one(pk)  # type: ignore[attr-defined]
        self.call_service(self.service.unlink, current_actor(), item.id, link_id)  # type: ignore[attr-defined]
        return self.response(200, message="OK")  # type: ignore[attr-defined, no-any-return]

    @expose("/<pk>/split", methods=["POST"])
    @protect()
    @permission_name("split")
    def split(self, pk: Any) -> Response:
        """Split a record.
        ---
        post:
          description: >-
            Makes a new record of what was said in this one: `entries` are ids of its timeline, `files` ids of its
            attachments; they are copied, or moved where `move` is true
          parameters:
          - {in: path, name: pk, schema: {type: integer}}
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [title]
                  properties:
                    title: {type: string}
                    entries: {type: array, items: {type: integer}}
                    files: {type: array, items: {type: integer}}
                    move: {type: boolean}
          responses:
            201: {description: The new record}
            404: {description: There is no such record}
            422: {description: 'Nothing is picked, or something that is not there'}
        """
        item, values = self._one(pk), self._json()  # type: ignore[attr-defined]
        entries, files = _ids(values, "entries"), _ids(values, "files")
        return self._once_made(lambda: self.service.split(
            current_actor(), item.id, values.get("title"), entries, files, is_moved=values.get("move") is True))

    @expose("/<pk>/clone", methods=["POST"])
    @protect()
    @permission_name("clone")
    def clone(self, pk: Any) -> Response:
        """Clone a record.
        ---
        post:
          description: >-
            Makes a new record that begins as this one did; `title` where it is called otherwise, and `link` false where
            the two shall not be linked
          parameters:
          - {in: path, name: pk, schema: {type: integer}}
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties: {title: {type: string}, link: {type: boolean}}
          responses:
            201: {description: The new record}
            404: {description: There is no such record}
            422: {description: A field is wrong}
        """
        item, values = self._one(pk), self._json()  # type: ignore[attr-defined]
        said = {"title": values["title"]} if "title" in values else {}
        return self._once_made(lambda: self.service.clone(
            current_actor(), item.id, said, is_linked=values.get("link") is not False))

    def _once_made(self, make: Callable[[], Any]) -> Response:
        def do() -> tuple[Response, int]:
            made = self.call_service(make)  # type: ignore[attr-defined]
            return self._answer(201, made), made.id  # type: ignore[attr-defined]

        return once(do, lambda status, key: self._answer(status, self._one(key)))  # type: ignore[attr-defined]


def _plain(one: Any) -> dict[str, Any]:
    told = {"id": one.link.id, "kind": one.link.role.code}
    if one.row is None:
        return {**told, "type": one.link.record_type, "label": one.link.label} if one.is_gone else {
            **told, "hidden": True}
    shown = line(one, may_remove=False)
    return {**told, "type": one.row.type, "record": one.row.id,
            **{name: shown[name] for name in ("number", "title", "state")}}


def _ids(values: dict[str, Any], name: str) -> list[int]:
    given = values.get(name) or []
    if not isinstance(given, list) or any(as_id(key) is None or isinstance(key, bool) for key in given):
        raise InvalidField(name, _("Give a list of ids."))
    return [int(key) for key in given]
