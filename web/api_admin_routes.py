"""How an operation for operators is declared: behind the door, with what it takes and what it answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar, cast

import orjson
from fastapi import APIRouter, Depends, Response, Security
from fastapi.security import HTTPBearer

from web.access import API_ADMIN, operator
from web.api_examples import Json, Schema, example_of, schema_of
from web.api_models import Problem
from web.api_parameters import Parameter
from web.problems import MEDIA_TYPE

H = TypeVar("H", bound=Callable[..., Response | Awaitable[Response]])

PROBLEMS: Final = {
    401: "No good token was shown.",
    404: "There is no such thing.",
    409: "Something else holds what is needed, or it is no longer as it was shown.",
    410: "The record was withdrawn.",
    413: "What was sent is larger than what is taken.",
    422: "What was sent cannot be used; the detail says what and why.",
    503: "A part of the catalogue does not answer.",
}
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
"""Unlike all that anyone may read, this is not open to the scripts of other pages."""

_FILES: Final[Mapping[str, Schema]] = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
    },
    "application/zip": {"type": "string", "format": "binary"},
    "application/gzip": {"type": "string", "format": "binary"},
    "text/csv": {"type": "string", "format": "binary"},
}
"""The forms in which files are sent."""


@dataclass(frozen=True, slots=True)
class Call:
    """How an operation for operators is called, what it takes, and what may come back.

    One that `takes_files` has a form of files as its body, or one file.
    """

    method: str
    path: str
    id: str
    body: type | None = None
    parameters: tuple[Parameter, ...] = ()
    status: int = 200
    problems: tuple[int, ...] = ()
    is_body_needed: bool = True
    takes_files: bool = False


def admin_router(prefix: str = API_ADMIN, door: Callable[..., object] = operator) -> APIRouter:
    """A router behind a door, that for operators or one that lets in others too."""
    bearer = HTTPBearer(
        scheme_name="operatorToken",
        description="An operator token, which begins with fft_.",
        auto_error=False,
    )
    return APIRouter(prefix=prefix, dependencies=[Depends(door), Security(bearer)])


def admin(router: APIRouter, call: Call, model: type | None) -> Callable[[H], H]:
    """Register a handler; the first line of its docstring is its summary, None answers no JSON."""

    def register(handler: H) -> H:
        summary, _, description = (handler.__doc__ or "").partition("\n")
        router.add_api_route(
            call.path,
            handler,
            methods=[call.method],
            operation_id=call.id,
            summary=summary.strip().rstrip("."),
            description=" ".join(description.split()) or summary.strip(),
            status_code=call.status,
            response_model=model,
            response_description="The answer.",
            responses=_documented(call, model),
            openapi_extra=_extra(call) or None,
        )
        if call.method == "GET":
            router.add_api_route(call.path, handler, methods=["HEAD"], include_in_schema=False)
        return handler

    return register


def written(answer: object, status: int = 200, location: str = "") -> Response:
    """A value as JSON, for operators alone."""
    headers = {**_HEADERS, "Location": location} if location else _HEADERS
    return Response(orjson.dumps(answer, option=orjson.OPT_UTC_Z), status, headers, "application/json")


def raw(content: bytes, name: str) -> Response:
    """Bytes from somewhere as a file to be saved: no browser is to show or run them."""
    headers = {**_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, headers, "text/plain")


def _documented(call: Call, model: type | None) -> dict[int | str, dict[str, object]]:
    told: dict[int | str, dict[str, object]] = {}
    if model is not None:
        told[call.status] = {"content": {"application/json": {"example": example_of(model)}}}
    else:
        told[call.status] = {"content": {"text/plain": {"schema": {"type": "string"}}}}
    for status in sorted({401, 422, 503, *call.problems}):
        content = {MEDIA_TYPE: {"schema": schema_of(Problem)}}
        told[status] = {"description": PROBLEMS[status], "content": content}
    return told


def _extra(call: Call) -> dict[str, object]:
    extra: dict[str, object] = {"parameters": list(call.parameters)} if call.parameters else {}
    if call.takes_files:
        forms = {form: {"schema": schema} for form, schema in _FILES.items()}
        extra["requestBody"] = {"required": True, "content": forms}
    if call.body is not None:
        content = {"schema": _inlined(schema_of(call.body)), "example": example_of(call.body)}
        extra["requestBody"] = {"required": call.is_body_needed, "content": {"application/json": content}}
    return extra


def _inlined(schema: Schema) -> Schema:
    """The schema with what it refers to in place, for the references are to within the schema itself."""
    known = cast(dict[str, Schema], schema.pop("$defs", {}))

    def inline(part: Json) -> Json:
        if isinstance(part, list):
            return [inline(one) for one in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return inline(cast(Json, known[str(part["$ref"]).rpartition("/")[2]]))
        return {name: inline(one) for name, one in part.items()}

    return cast(Schema, inline(schema))
