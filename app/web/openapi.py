"""The OpenAPI document of the REST interface, made whole: Flask-AppBuilder writes the routes, this says all of them.

Of each step of a life cycle there is a path of its own with the fields that it takes and demands.
"""

import re
from collections.abc import Iterable
from typing import Any

from app.sdk.workflow import Transition
from app.web import openapi_parts as parts
from app.web.openapi_parts import answer, array, ref, thing

METHODS = ("get", "post", "put", "patch", "delete")
STEP = "/transition/{action}"
_PLACE = re.compile(r"\{(\w+)\}")
_NUMBERS = frozenset({"pk", "attachment_id", "person_id", "run_id", "entry_id", "link_id"})
# Fields of a step that are no columns of the record.
_REASON = {"reason": {"type": "string"}}


def complete(document: dict[str, Any], apis: Iterable[Any]) -> dict[str, Any]:
    """Return the document with what Flask-AppBuilder leaves out; `apis` are the resources that it describes."""
    components = document.setdefault("components", {})
    components["responses"], components["securitySchemes"] = parts.refusal_components(), dict(parts.SECURITY)
    schemas = components.setdefault("schemas", {})
    schemas.update(parts.SCHEMAS)
    by_base = {api.route_base: api for api in apis}
    for path, operations in list(document["paths"].items()):
        api = next(by_base[base] for base in by_base if path == base or path.startswith(f"{base}/"))
        for method in METHODS:
            if method in operations:
                _say(api, path.removeprefix(api.route_base), method, operations[method])
    for base, api in by_base.items():
        _bodies(api, schemas)
        _steps(api, document["paths"], f"{base}/{{pk}}{STEP}", schemas)
    return document


def _say(api: Any, tail: str, method: str, said: dict[str, Any]) -> None:
    said["tags"], said["operationId"] = [api.resource_name], _name(api, method, tail)
    said["security"] = [{"token": []}, {"session": []}]
    _parameters(tail, said)
    writes = method != "get"
    given = {code: one for code, one in said.get("responses", {}).items() if str(code).startswith("2")}
    # What only some routes answer: nothing new, and changed meanwhile.
    others = {str(code) for code in said.get("responses", {})} & {"304", "412"}
    said["responses"] = {str(code): _with_body(one) for code, one in given.items()} | parts.refusals(
        (*(parts.OF_WRITING if writes else parts.OF_READING), *(others & {"412"})))
    if "304" in others:
        said["responses"]["304"] = {"description": "The caller has it already"}
    if hasattr(api, "show_model_schema"):
        _of_records(api, tail, method, said)


def _of_records(api: Any, tail: str, method: str, said: dict[str, Any]) -> None:
    name, one, parameters = type(api).__name__, tail == "/{pk}", said["parameters"]
    record = thing(id=parts.WHOLE, result=ref(f"{name}.get"))
    responses = said["responses"]
    if tail == "/" and method == "get":
        parameters.append(parts.AFTER)
        responses["200"] = answer("A page", thing(
            result=array(ref(f"{name}.get_list")), ids=array(parts.WHOLE), count={
                **parts.WHOLE, "description": "10,001 stands for more than 10,000; a page by `after` does not count"},
            next={"type": "string", "nullable": True, "description": "The address of the page behind this one"}))
    elif one and method == "get":
        parameters.append(parts.IF_NONE_MATCH)
        responses["200"], responses["304"] = answer("The record", record, headers=parts.ETAG), {
            "description": "The caller has it already"}
    elif (tail, method) == ("/", "post") or tail.endswith(("/restore", STEP)) or (one and method in ("put", "patch")):
        code = "201" if tail == "/" else "200"
        responses[code] = answer("The record as it is now", record, headers=parts.ETAG)
    if (one and method in ("put", "patch", "delete")) or tail.endswith(STEP):
        parameters.append(parts.IF_MATCH)
        responses.update(parts.refusals(("412",)))
    if method == "post" and (tail == "/" or tail.endswith((STEP, "/note", "/call"))):
        parameters.append(parts.ONCE)


def _with_body(one: dict[str, Any]) -> dict[str, Any]:
    return one if "content" in one else {**one, "content": {parts.JSON: {"schema": {"type": "object"}}}}


def _parameters(tail: str, said: dict[str, Any]) -> None:
    kept = [one for one in said.get("parameters", ()) if one.get("in") != "path"]
    said["parameters"] = [
        {"in": "path", "name": name, "required": True,
         "schema": {"type": "integer", "minimum": 0, "maximum": 2**63 - 1} if name in _NUMBERS else {"type": "string"}}
        for name in _PLACE.findall(tail)] + kept


def _name(api: Any, method: str, tail: str) -> str:
    words = re.sub(r"[^a-z]+", "_", tail.replace("{pk}", "one").lower()).strip("_")
    return "_".join(filter(None, (str(api.resource_name), method, words)))


def _bodies(api: Any, schemas: dict[str, Any]) -> None:
    name = type(api).__name__
    for kind in ("get", "get_list"):
        # What the reader may not see is left out.
        schemas.get(f"{name}.{kind}", {}).pop("required", None)
    made, changed = schemas.get(f"{name}.post"), schemas.get(f"{name}.put")
    if made is None or changed is None:
        return
    must = sorted(set(getattr(api.service, "required", ())) & made["properties"].keys())
    made["required"] = must
    if not must:
        del made["required"]
    changed.pop("required", None)
    changed["properties"]["version"] = {"type": "integer", "description": "409 where it is another one by now"}
    for body in (made, changed):
        body["properties"]["custom_fields"] = {"type": "object", "description": "{code: value}"}


def _steps(api: Any, paths: dict[str, Any], path: str, schemas: dict[str, Any]) -> None:
    if path not in paths:
        return
    usual = paths.pop(path)["post"]
    known = schemas[f"{type(api).__name__}.post"]["properties"]
    for step in {step.action: step for step in api.workflow.transitions}.values():
        said = {**usual, "summary": str(step.label), "operationId": f"{usual['operationId']}_{step.action}",
                "parameters": [one for one in usual["parameters"] if one["name"] != "action"],
                "requestBody": {"content": {parts.JSON: {"schema": _asked(api, step, known)}}}}
        said["description"] = f"From {', '.join(sorted(step.sources))} to {step.target}; right: {step.permission}"
        paths[path.replace("{action}", step.action)] = {"post": said}


def _asked(api: Any, step: Transition, known: dict[str, Any]) -> dict[str, Any]:
    names = dict.fromkeys([*step.asks, *sorted(step.required), "reason"])
    body = thing(**{name: known.get(name) or known.get(f"{name}_id") or _REASON.get(name) or {} for name in names})
    must = sorted(set(step.required))
    return {**body, "required": must} if must else body
