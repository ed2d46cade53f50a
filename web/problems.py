"""Errors as RFC 9457 problems, for the programs that ask for data."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import orjson
from fastapi import Request, Response

from catalogue.errors import CatalogueError, Gone
from web.errors import status_of

MEDIA_TYPE: Final = "application/problem+json"

OPEN: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, ETag, Last-Modified, X-Total-Count, X-Result-Limit, X-Request-ID",
}
"""Data may be read by the scripts of any page."""

SANDBOXED: Final[Mapping[str, str]] = {
    **OPEN,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
"""The headers of all data: a publisher's words in them are never run, whatever a browser takes them for."""


def problem(
    request: Request,
    status: int,
    detail: str,
    members: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem; `members` are further facts that a program can use."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "request_id": str(getattr(request.state, "request_id", "")),
        **(members or {}),
    }
    return Response(
        orjson.dumps(body, option=orjson.OPT_UTC_Z), status, {**SANDBOXED, **(headers or {})}, MEDIA_TYPE
    )


def problem_of(request: Request, error: CatalogueError, headers: Mapping[str, str] | None = None) -> Response:
    """An error of the catalogue as a problem; a withdrawn record says what is still known of it."""
    members: dict[str, object] = {}
    if isinstance(error, Gone):
        members = {"record": error.title, "withdrawn": error.since, "source": error.source}
    return problem(request, status_of(error), str(error), members, headers)
