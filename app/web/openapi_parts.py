"""What the OpenAPI document says once for all resources: schemas, headers, refusals, how a program shows who it is."""

from typing import Any

from app.records import answered

JSON, PROBLEM = "application/json", "application/problem+json"


def array(of: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a list."""
    return {"type": "array", "items": of}


def thing(**properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object."""
    return {"type": "object", "properties": properties}


def ref(name: str) -> dict[str, Any]:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


TEXT, WHOLE, YES_NO = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
MOMENT = {"type": "string", "format": "date-time"}

SCHEMAS: dict[str, dict[str, Any]] = {
    "Problem": {
        **thing(
            type=TEXT, title={**TEXT, "description": "In the caller's language"}, status=WHOLE, detail=TEXT,
            code={**TEXT, "description": "What a program may tell refusals apart by", "example": "missing_fields"},
            fields={"type": "object", "additionalProperties": TEXT, "example": {"caller": "This field is required."},
                    "description": "The name of each wrong field, and what is wrong with it"},
            request_id={**TEXT, "description": "By which the log of the desk finds the request"}),
        "required": ["type", "title", "status"],
        "description": "A problem document (RFC 9457); a refusal may tell more, such as `uses` or `conflicts`",
    },
    "Step": thing(action=TEXT, label=TEXT, target=TEXT, asks=array(TEXT), required=array(TEXT),
                  refused={**TEXT, "nullable": True}),
    "Entry": thing(id=WHOLE, record=WHOLE, at=MOMENT, kind=TEXT, is_public=YES_NO, actor=TEXT,
                   body={**TEXT, "nullable": True}, data={"type": "object"}, edited_at={**MOMENT, "nullable": True},
                   withdrawn_at={**MOMENT, "nullable": True, "description": "Its text is then for few"}),
    "File": thing(id=WHOLE, record=WHOLE, name=TEXT, mime_type=TEXT,
                  size={**WHOLE, "description": "In bytes"}, sha256=TEXT, is_public=YES_NO,
                  created_at={**MOMENT, "nullable": True}, created_by={**TEXT, "nullable": True}, url=TEXT),
    "Notice": thing(id=WHOLE, at=MOMENT, kind=TEXT, subject=TEXT, message=TEXT, is_read=YES_NO, url=TEXT,
                    number={**WHOLE, "description": "How often it happened since the reader last looked"},
                    record_type={**TEXT, "nullable": True}, record={**WHOLE, "nullable": True}),
    "Mail": thing(id=WHOLE, created_at=MOMENT, kind=TEXT, label=TEXT, address=TEXT, state=TEXT, attempts=WHOLE,
                  person_id={**WHOLE, "nullable": True}, record_type={**TEXT, "nullable": True},
                  record={**WHOLE, "nullable": True}, sent_at={**MOMENT, "nullable": True},
                  error={**TEXT, "nullable": True}),
    "FilterValues": thing(
        name={**TEXT, "maxLength": 100}, query={**TEXT, "maxLength": 4000, "description": (
            "What the address of the list says behind its question mark")},
        shared={**TEXT, "enum": ["nobody", "group", "everybody"], "description": "Everybody asks for a right"},
        group_id={**WHOLE, "nullable": True, "description": "One of one's own, for group"}),
    "Filter": thing(id=WHOLE, page=TEXT, name=TEXT, query=TEXT, shared=TEXT, group_id={**WHOLE, "nullable": True},
                    url=TEXT),
    "Watchers": thing(result=array(thing(id=WHOLE, name=TEXT))),
}
# By whom a request may be refused, and why.
REFUSALS = {
    "400": "The request or its query cannot be read", "401": "Nobody is logged in",
    "403": "The caller lacks a right, or a cookie came without X-CSRFToken",
    "404": "There is no such record, or the caller may not see it",
    "409": "Not possible in this state, in use, or changed by somebody else meanwhile",
    "412": "The record is not in the state any more that If-Match names",
    "413": "The body is too large", "415": "The body is not of the type that is asked for",
    "422": "Fields are missing or wrong; `fields` names them",
}
OF_READING, OF_WRITING = ("400", "401", "403", "404"), ("400", "401", "403", "404", "409", "413", "415", "422")
SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "A key for programs: Authorization: Bearer tsd_…"},
    "session": {"type": "apiKey", "in": "cookie", "name": "desk",
                "description": "The cookie of a log-in; what writes needs the header X-CSRFToken besides"},
}
IF_MATCH = {"in": "header", "name": "If-Match", "schema": TEXT,
            "description": "The ETag of the record as it was read: 412 where somebody else was faster"}
IF_NONE_MATCH = {"in": "header", "name": "If-None-Match", "schema": TEXT,
                 "description": "The ETag that the caller has: 304 where nothing is new"}
ONCE = {"in": "header", "name": "Idempotency-Key", "schema": {
            "type": "string", "minLength": 1, "maxLength": answered.LONGEST_KEY, "pattern": "^[!-~]+$"},
        "description": "Sent again within 24 hours, the request is answered again and not done again"}
AFTER = {"in": "query", "name": "after", "schema": TEXT,
         "description": "Where the page begins: part of the address `next` of the page before"}
ETAG = {"ETag": {"schema": TEXT, "description": "The state of the record"}}


def answer(description: str, schema: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a response of the document."""
    return {"description": description, **({"content": {JSON: {"schema": schema}}} if schema else {}), **more}


def refusals(codes: tuple[str, ...]) -> dict[str, Any]:
    """Return the refusals of these codes."""
    return {code: {"$ref": f"#/components/responses/{code}"} for code in codes}


def refusal_components() -> dict[str, Any]:
    """Return what the document says of each refusal."""
    return {code: {"description": text, "content": {PROBLEM: {"schema": ref("Problem")}}}
            for code, text in REFUSALS.items()}
