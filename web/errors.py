"""Errors as answers: the one table of status codes, and the pages that tell people what happened."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from catalogue.errors import (
    CatalogueError,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    Refused,
    TooLarge,
    TooMany,
    Unauthorised,
    Unavailable,
)
from web import format as form
from web.headers import protect
from web.i18n import mark
from web.session import sign_in_link
from web.state import state

log = logging.getLogger(__name__)

STATUS: Final[Mapping[type[CatalogueError], int]] = {
    NotFound: 404,
    Gone: 410,
    TooLarge: 413,
    Invalid: 422,
    Unauthorised: 401,
    Forbidden: 403,
    TooMany: 429,
    Conflict: 409,
    Refused: 422,
    Unavailable: 503,
    CatalogueError: 500,
}

_TITLES: Final = {
    400: mark("The request cannot be understood"),
    403: mark("This was refused"),
    404: mark("There is no such page"),
    405: mark("This page cannot be used that way"),
    406: mark("This format is not available"),
    409: mark("Something stands in the way"),
    410: mark("This record was withdrawn"),
    422: mark("The request cannot be answered as it is"),
    429: mark("Too many tries"),
    500: mark("Something failed on our side"),
    503: mark("A part of the catalogue does not answer"),
}
_ADVICE: Final = {
    404: mark("The address may have a typing error, or the record may never have been here."),
    410: mark("Its publisher no longer lists it. A search may find what took its place."),
    422: mark("Go back, change what is named above, and try again."),
    500: mark("The failure was logged under the number below. Nothing you sent was stored."),
    503: mark("Nothing was lost. Please try again in a minute."),
}

_IN_MANY_FORMS: Final = ("/dataset/", "/record/")
"""Addresses that tell a program of the same error as data."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is still known of a withdrawn record."""

    title: str
    since: str
    source: str


@dataclass(frozen=True, slots=True)
class ErrorView:
    """What an error page says; title and advice are for translation."""

    status: int
    title: str
    detail: str
    advice: str
    request_id: str
    tombstone: Tombstone | None = None


def status_of(error: CatalogueError) -> int:
    """The status code of an error, by the nearest of its classes in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


Problem = Callable[[Request, int, str], Response]
"""Makes the answer for a program from a status and a sentence."""


def register(app: FastAPI, problem: Problem) -> None:
    """Answer every error of the application in the form that its caller reads."""
    answers = _Answers(problem)
    app.add_exception_handler(CatalogueError, answers.to_catalogue_error)
    app.add_exception_handler(HTTPException, answers.to_http_error)
    app.add_exception_handler(RequestValidationError, answers.to_validation_error)
    app.add_exception_handler(Exception, answers.to_the_unexpected)


@dataclass(frozen=True, slots=True)
class _Answers:
    problem: Problem

    def to_catalogue_error(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, CatalogueError)
        if isinstance(error, Unauthorised) and not _is_api(request):
            return _to_sign_in(request)
        status = status_of(error)
        if status >= 500:
            log.warning("request %s failed: %s", _request_id(request), error.whole)
        response = self._answer(request, status, str(error), _tombstone(error))
        response.headers.update(_headers_of(error))
        return response

    def to_http_error(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        told = error.detail != HTTPStatus(error.status_code).phrase
        response = self._answer(request, error.status_code, error.detail if told else "")
        response.headers.update(error.headers or {})
        return response

    def to_validation_error(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        found = (f"{'.'.join(str(p) for p in e['loc'][1:])}: {e['msg']}" for e in error.errors())
        return self._answer(request, 422, "; ".join(found))

    def to_the_unexpected(self, request: Request, error: Exception) -> Response:
        """The outermost handler; its answers do not pass the middleware that adds the headers."""
        response = self._answer(request, 500, "")
        protect(response.headers, _request_id(request))
        return response

    def _answer(
        self, request: Request, status: int, detail: str, tombstone: Tombstone | None = None
    ) -> Response:
        """A problem for the API, a page for everyone else."""
        if _is_api(request):
            return self.problem(request, status, detail)
        title = _TITLES.get(status, mark("The request could not be answered"))
        advice = _ADVICE.get(status, "")
        view = ErrorView(status, title, detail, advice, _request_id(request), tombstone)
        response = state(request).renderer.page(request, "error", status, view=view)
        if _path(request).startswith(_IN_MANY_FORMS):
            response.headers.add_vary_header("Accept")
        return response


def _path(request: Request) -> str:
    return request.url.path.removeprefix(state(request).renderer.links.root)


def _is_api(request: Request) -> bool:
    return _path(request).startswith("/api/")


def _to_sign_in(request: Request) -> Response:
    """To the page to sign in on, and from there back to what was to be read; a form is to be filled anew."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    wanted = asked if request.method in ("GET", "HEAD") else ""
    return RedirectResponse(sign_in_link(state(request).renderer.links.root, wanted), 303)


def _headers_of(error: CatalogueError) -> Mapping[str, str]:
    match error:
        case Unauthorised():
            return {"WWW-Authenticate": "Bearer"}
        case TooMany(seconds=seconds):
            return {"Retry-After": str(seconds)}
        case _:
            return {}


def _request_id(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))


def _tombstone(error: CatalogueError) -> Tombstone | None:
    if not isinstance(error, Gone):
        return None
    return Tombstone(error.title, form.day(error.since), error.source)
