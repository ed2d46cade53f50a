"""The documentation of the API as a page of ours, made from the OpenAPI document itself."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import quote, urlencode

import orjson
from fastapi import APIRouter, Request, Response

from catalogue.catalogue import Catalogue
from catalogue.comparing import LEAST
from web.api_examples import Json
from web.problems import SANDBOXED
from web.rendering import API_PAGE
from web.state import state

router = APIRouter(include_in_schema=False)

_FORM: Final = "multipart/form-data"
_OPENAPI: Final = "/api/v1/openapi.json"

_Part = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    place: str
    type: str
    description: str
    required: bool
    example: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One status that an operation may answer with."""

    status: str
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation with calls in several languages and what may come back.

    `is_open` says that anybody may follow `url`; the others need a token.
    """

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    url: str
    is_open: bool
    calls: tuple[tuple[str, str], ...]
    answer: str
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class DocsView:
    """All that the page shows."""

    version: str
    openapi: str
    context: str
    operations: tuple[Operation, ...]
    exports: tuple[tuple[str, str], ...]


@router.api_route(_OPENAPI, methods=["GET", "HEAD"])
def openapi(request: Request) -> Response:
    """The documentation for programs, open to the scripts of any page as the API itself."""
    root = state(request).renderer.links.root
    servers = {"servers": [{"url": root}]} if root else {}
    return Response(orjson.dumps({**request.app.openapi(), **servers}), 200, SANDBOXED, "application/json")


@router.api_route("/api/v1/docs", methods=["GET", "HEAD"], name=API_PAGE)
def docs(request: Request) -> Response:
    """The documentation for people."""
    here = state(request)
    base, root = here.catalogue.base, here.renderer.links.root
    document = cast(_Part, request.app.openapi())
    view = DocsView(
        version=str(cast(_Part, document["info"])["version"]),
        openapi=f"{root}{_OPENAPI}",
        context=f"{root}/context/v1.jsonld",
        operations=tuple(operations(document, base, _at_hand(here.catalogue))),
        exports=tuple((path, f"{base}{path}") for path in _EXPORTS),
    )
    return here.renderer.page(request, API_PAGE, view=view)


_EXPORTS: Final = (
    "/datasets.json?q=dementia",
    "/datasets.csv?country=FRA",
    "/catalog.ttl",
    "/catalog.jsonld",
    "/catalog.rdf",
    "/catalog.nt",
)


def _at_hand(catalogue: Catalogue) -> dict[str, str]:
    """For paths with a name in them, or that must be given one, what there is, so that examples work."""
    profiled = catalogue.releases.newest(limit=1)
    two = catalogue.ids(limit=LEAST)
    found = {
        "/api/v1/datasets/{id}": catalogue.ids(limit=1),
        "/api/v1/compare": (",".join(two),) if len(two) == LEAST else (),
        "/api/v1/datasets/{id}/profile": tuple(one.record for one in profiled),
        "/api/v1/datasets/{id}/profile/concepts": tuple(one.record for one in profiled),
        "/api/v1/datasets/{id}/variables": tuple(sorted(catalogue.variables.records())[:1])
        or catalogue.ids(limit=1),
        "/api/v1/sources/{name}": tuple(source.name for source in catalogue.ledger.sources.all()[:1]),
        "/api/v1/runs/{id}": tuple(str(run.id) for run in catalogue.ledger.runs.newest(limit=1)),
    }
    return {path: names[0] for path, names in found.items() if names}


def operations(document: _Part, base: str, named: Mapping[str, str]) -> Iterator[Operation]:
    """The operations of an OpenAPI document, in its order; `named` has what to put into a path."""
    for path, methods in cast(Mapping[str, Mapping[str, _Part]], document["paths"]).items():
        for method, told in methods.items():
            yield _operation(path, method.upper(), told, base, named.get(path, ""))


def _operation(path: str, method: str, told: _Part, base: str, name: str) -> Operation:
    parameters = tuple(map(_parameter, cast(list[_Part], told.get("parameters", []))))
    replies = cast(Mapping[str, _Part], told["responses"])
    url = _url(base, path, parameters, name)
    return Operation(
        id=str(told["operationId"]),
        method=method,
        path=path,
        summary=str(told["summary"]),
        description=str(told["description"]),
        parameters=parameters,
        url=url,
        is_open="security" not in told,
        calls=_calls(url, _sent(told)) if "security" not in told else _calls_with_token(method, url, told),
        answer=_answer(replies),
        replies=tuple(Reply(status, str(reply["description"])) for status, reply in replies.items()),
    )


def _parameter(told: _Part) -> Parameter:
    schema = cast(_Part, told["schema"])
    examples = cast(list[Json], schema.get("examples", []))
    example = told.get("example", examples[0] if examples else None)
    if isinstance(example, list):
        example = example[0]
    return Parameter(
        str(told["name"]),
        str(told["in"]),
        _type(schema),
        str(told.get("description", "")),
        bool(told.get("required", False)),
        "" if example is None else str(example),
    )


def _type(schema: _Part) -> str:
    """A type in a reader's words."""
    if "enum" in schema:
        return " | ".join(map(str, cast(list[Json], schema["enum"])))
    if schema.get("type") == "array":
        return "text, repeatable"
    if schema.get("type") != "integer":
        return "text"
    least, most = schema.get("minimum"), schema.get("maximum")
    return f"number from {least} to {most}" if most is not None else f"number from {least} on"


def _url(base: str, path: str, parameters: tuple[Parameter, ...], name: str) -> str:
    """The address of an example call: its path, the words, and one filter."""
    asked: dict[str, str] = {}
    for parameter in parameters:
        if parameter.place == "path":
            path = path.replace(f"{{{parameter.name}}}", quote(name or parameter.example, safe=""))
        elif parameter.example:
            asked[parameter.name] = name if name and parameter.required else parameter.example
    return f"{base}{path}" + (f"?{urlencode(dict([*asked.items()][:2]))}" if asked else "")


def _sent(told: _Part) -> Json:
    """The example of what is sent; None where nothing is."""
    body = cast(_Part, cast(_Part, told.get("requestBody", {})).get("content", {}))
    return cast(_Part, body.get("application/json", {})).get("example")


def _calls(url: str, sent: Json) -> tuple[tuple[str, str], ...]:
    if sent is not None:
        text = json.dumps(sent, ensure_ascii=False)
        posted = f"httr::POST(\"{url}\", body = '{text}')"
        return (
            ("curl", f"curl \"{url}\" -d '{text}'"),
            ("Python", f'import httpx; httpx.post("{url}", json={sent!r}).json()'),
            ("R", f"jsonlite::fromJSON(rawToChar({posted}$content))"),
        )
    return (
        ("curl", f'curl "{url}"'),
        ("Python", f'import httpx; httpx.get("{url}").json()'),
        ("R", f'jsonlite::fromJSON("{url}")'),
    )


def _calls_with_token(method: str, url: str, told: _Part) -> tuple[tuple[str, str], ...]:
    """How an operator's program calls; `$TOKEN` and `token` stand for the token."""
    example = _sent(told)
    sent = json.dumps(example, ensure_ascii=False) if example is not None else ""
    curl = f'curl -X {method} -H "Authorization: Bearer $TOKEN" "{url}"' + (f" -d '{sent}'" if sent else "")
    more = f", json={example!r}" if sent else ""
    if _FORM in cast(_Part, cast(_Part, told.get("requestBody", {})).get("content", {})):
        curl, more = f"{curl} -F files=@results.csv", ', files={"files": open("results.csv", "rb")}'
    headers = 'headers={"Authorization": f"Bearer {token}"}'
    return ("curl", curl), ("Python", f'httpx.request("{method}", "{url}", {headers}{more})')


def _answer(replies: Mapping[str, _Part]) -> str:
    """The example of the good answer, as readable JSON; "" where there is none."""
    good = next(reply for status, reply in replies.items() if status.startswith("2"))
    content = cast(Mapping[str, _Part], good.get("content", {}))
    example = content.get("application/json", {}).get("example")
    return json.dumps(example, indent=2, ensure_ascii=False) if example is not None else ""
