"""One's own notices by REST, and the mails for whoever looks after them."""

from typing import Any, ClassVar

from flask import request
from werkzeug.wrappers import Response

from app.notify import mail_texts, reads
from app.notify.mail_services import PAGE, STATES, mail_service
from app.notify.models import Mail, Notice
from app.notify.service import notice_service
from app.notify.words import reason_text
from app.sdk.actor import current_actor
from app.sdk.errors import NotFound
from app.sdk.i18n import _
from app.web import entity_tags
from app.web.ids import as_id
from app.web.keyset import Place, decode, encode
from app.web.plain_api import PlainApi
from app.web.rest import NotAsked, expose, permission_name, protect, refuse_others

LINES = 50
SORTED_BY: Any = Notice.at.property.columns[0]


class NoticeApi(PlainApi):
    """/api/v1/notice/: one's own, as far as one may see what they are about."""

    resource_name = "notice"
    is_for_everybody = True

    @expose("/", methods=["GET"])
    def notices(self) -> Response:
        """List one's own notices, newest first.
        ---
        get:
          description: Up to 50; `unread` is how many are unread (at most 100), `next` where what is older begins
          parameters:
          - {in: query, name: unread, schema: {type: string, enum: ['1']}, description: Only those not yet read}
          - {in: query, name: after, schema: {type: string}, description: The `next` of the page before}
          - {in: header, name: If-None-Match, schema: {type: string}, description: The ETag that the caller has}
          responses:
            200:
              description: The notices
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      result: {type: array, items: {$ref: '#/components/schemas/Notice'}}
                      unread: {type: integer}
                      next: {type: string, nullable: true}
            304: {description: Nothing is new}
        """
        refuse_others(request.args, "unread", "after")
        text, wanted = request.args.get("after"), request.args.get("unread")
        if wanted not in (None, "1"):
            raise NotAsked("unread", _("Choose an entry of the list."))
        after = decode(text, SORTED_BY) if text is not None else None
        if text is not None and after is None:
            raise NotAsked("after", _("This is no place of this list: give “next” as it was answered."))
        actor = current_actor()
        found = reads.lines(actor, LINES + 1, unread_only=wanted is not None, after=after)
        shown = found[:LINES]
        following = encode(Place(shown[-1].at, shown[-1].id)) if len(found) > LINES else None
        told = [_line(one) for one in shown]
        answer = self.response(200, result=told, unread=reads.unread(actor), next=following)
        return entity_tags.tag(answer, entity_tags.state_of_values(told)).make_conditional(request)  # type: ignore[no-any-return]

    @expose("/<int:pk>/read", methods=["POST"])
    def read(self, pk: int) -> Response:
        """Mark one as read, and with it all about the same record.
        ---
        post:
          responses:
            200:
              description: How many are unread still
              content: {application/json: {schema: {type: object, properties: {unread: {type: integer}}}}}
        """
        actor = current_actor()
        if not notice_service.read(actor, pk):
            raise NotFound
        return self.response(200, unread=reads.unread(actor))  # type: ignore[no-any-return]

    @expose("/read", methods=["POST"])
    def read_all(self) -> Response:
        """Mark all of one's notices as read.
        ---
        post:
          responses:
            200:
              description: How many are unread still
              content: {application/json: {schema: {type: object, properties: {unread: {type: integer}}}}}
        """
        actor = current_actor()
        notice_service.read_all(actor)
        return self.response(200, unread=reads.unread(actor))  # type: ignore[no-any-return]


class MailApi(PlainApi):
    """/api/v1/mail/: what went out, what waits, what failed and why."""

    resource_name = class_permission_name = "mail"
    method_permission_name: ClassVar[dict[str, str]] = {"mails": "read", "send_again": "write"}

    @expose("/", methods=["GET"])
    @protect()
    @permission_name("mails")
    def mails(self) -> Response:
        """List mails, newest first.
        ---
        get:
          description: Up to 50; `counts` says how many wait and how many failed, `next` is the `after` of what is older
          parameters:
          - {in: query, name: state, schema: {type: string, enum: [waiting, sent, failed, left_out]}}
          - {in: query, name: after, schema: {type: integer, minimum: 1}, description: The mail to go on behind}
          responses:
            200:
              description: The mails
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      result: {type: array, items: {$ref: '#/components/schemas/Mail'}}
                      counts: {type: object, properties: {waiting: {type: integer}, failed: {type: integer}}}
                      next: {type: integer, nullable: true}
        """
        refuse_others(request.args, "state", "after")
        state, after = request.args.get("state"), request.args.get("after")
        if state is not None and state not in STATES:
            raise NotAsked("state", _("Choose an entry of the list."))
        if after is not None and as_id(after) is None:
            raise NotAsked("after", _("Give a whole number."))
        actor = current_actor()
        found = mail_service.page(actor, state, as_id(after))
        labels = {kind.key: str(kind.label) for kind in mail_texts.declared()}
        return self.response(  # type: ignore[no-any-return]
            200, result=[_mail(one, labels) for one in found[:PAGE]], counts=mail_service.counts(actor),
            next=found[PAGE - 1].id if len(found) > PAGE else None)

    @expose("/<int:pk>/send_again", methods=["POST"])
    @protect()
    @permission_name("send_again")
    def send_again(self, pk: int) -> Response:
        """Let a mail that failed or was left out go out again.
        ---
        post:
          responses:
            200: {description: It waits again}
            409: {description: 'It was sent or waits already, or there is no mail server'}
        """
        mail_service.send_again(current_actor(), pk)
        return self.response(200, id=pk)  # type: ignore[no-any-return]


def _line(one: reads.Line) -> dict[str, Any]:
    return {"id": one.id, "at": one.at.isoformat(), "kind": one.kind, "subject": one.subject, "message": one.message,
            "number": one.number, "is_read": one.is_read, "record_type": one.record_type, "record": one.record_id,
            "url": one.url}


def _mail(one: Mail, labels: dict[str, str]) -> dict[str, Any]:
    return {"id": one.id, "created_at": one.created_at.isoformat(), "kind": one.kind,
            "label": labels.get(one.kind, one.kind), "address": one.address, "person_id": one.person_id,
            "record_type": one.record_type, "record": one.record_id, "state": one.state, "attempts": one.attempts,
            "sent_at": one.sent_at.isoformat() if one.sent_at is not None else None,
            "error": reason_text(one.error) or None}


APIS = [NoticeApi, MailApi]
