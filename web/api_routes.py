"""How an operation of the API is declared: documented by its model, answered without validating again."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar, cast

import orjson
from fastapi import APIRouter, Request, Response

from catalogue.errors import CatalogueError
from web.api_examples import Json, example_of, schema_of
from web.api_models import Problem
from web.api_parameters import Parameter
from web.problems import MEDIA_TYPE, SANDBOXED, problem_of

P = ParamSpec("P")
A = TypeVar("A")
Handler = Callable[Concatenate[Request, P], A]

PROBLEMS: Final = {
    404: "There is no such thing.",
    410: "The record was withdrawn.",
    422: "A parameter cannot be used; the detail says which and what is allowed.",
    503: "A part of the catalogue does not answer.",
}
_HEADERS: Final = {**SANDBOXED, "Vary": "Accept-Language", "Cache-Control": "no-cache"}


def operation(
    router: APIRouter,
    path: str,
    id: str,
    model: type,
    parameters: Iterable[Parameter] = (),
    problems: Iterable[int] = (422, 503),
) -> Callable[[Handler[P, A]], Handler[P, Response]]:
    """Register a handler under a path; the first line of its docstring is its summary."""
    extra: dict[str, object] = {"parameters": list(parameters)} if parameters else {}
    return _registered(router, path, id, model, ("GET", "HEAD"), extra, problems)


def posted(
    router: APIRouter, path: str, id: str, model: type, body: Json, problems: Iterable[int] = (422, 503)
) -> Callable[[Handler[P, A]], Handler[P, Response]]:
    """Register a handler of what anybody may send; `body` is an example of it."""
    content = {"application/json": {"schema": {"type": "object"}, "example": body}}
    extra: dict[str, object] = {"requestBody": {"required": True, "content": content}}
    return _registered(router, path, id, model, ("POST",), extra, problems)


def _registered(
    router: APIRouter,
    path: str,
    id: str,
    model: type,
    methods: Sequence[str],
    extra: dict[str, object],
    problems: Iterable[int],
) -> Callable[[Handler[P, A]], Handler[P, Response]]:
    """The first of the methods is documented."""

    def register(handler: Handler[P, A]) -> Handler[P, Response]:
        @wraps(handler)
        def answered(request: Request, *args: P.args, **given: P.kwargs) -> Response:
            try:
                return written(handler(request, *args, **given))
            except CatalogueError as error:
                return problem_of(request, error)

        summary, _, description = (handler.__doc__ or "").partition("\n")
        documented, *others = methods
        router.add_api_route(
            path,
            answered,
            methods=[documented],
            operation_id=id,
            summary=summary.strip().rstrip("."),
            description=" ".join(description.split()) or summary.strip(),
            response_model=model,
            response_description="The answer.",
            responses=_documented(model, problems),
            openapi_extra=extra or None,
        )
        if others:
            router.add_api_route(path, answered, methods=others, include_in_schema=False)
        return cast(Handler[P, Response], answered)

    return register


def written(answer: object, status: int = 200) -> Response:
    """A value as JSON."""
    body = orjson.dumps(answer, option=orjson.OPT_UTC_Z)
    return Response(body, status, _HEADERS, "application/json")


def _documented(model: type, problems: Iterable[int]) -> dict[int | str, dict[str, object]]:
    told: dict[int | str, dict[str, object]] = {
        200: {"content": {"application/json": {"example": example_of(model)}}}
    }
    for status in problems:
        content = {MEDIA_TYPE: {"schema": schema_of(Problem)}}
        told[status] = {"description": PROBLEMS[status], "content": content}
    return told
