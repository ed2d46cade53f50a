"""Failures that carry the status that a server answered with, where it brought no document."""

from collections.abc import Mapping
from typing import Final

import orjson

from catalogue.errors import CatalogueError, NotFound, Unavailable

_PROBLEM: Final = "application/problem+json"
_MOST_TOLD: Final = 2_000
_PASSING: Final = frozenset({408, 425, 429})


class Answered(Unavailable):
    """The server answered, but with no document: 401 and 403 say that it may not be read.

    `told` is what it says itself is wrong, where it answered with a problem (RFC 9457), else "".
    """

    def __init__(self, message: str, status: int = 0, told: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.told = told


class Absent(NotFound):
    """The server says that there is no such document: 404, or 410 for one that it withdrew.

    `told` is as in `Answered`.
    """

    def __init__(self, message: str, status: int = 404, told: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.told = told


def status_of(error: CatalogueError) -> int:
    """The HTTP status of the answer; 0 where there was none."""
    return error.status if isinstance(error, Absent | Answered) else 0


def is_final(error: CatalogueError) -> bool:
    """Whether a server found fault with the request (4xx) and will do so when it is asked again."""
    status = status_of(error)
    return 400 <= status < 500 and status not in _PASSING


def is_problem(headers: Mapping[str, str]) -> bool:
    """Whether an answer says itself what is wrong (RFC 9457)."""
    return headers.get("content-type", "").lower().startswith(_PROBLEM)


def problem_of(headers: Mapping[str, str], content: bytes) -> str:
    """What a problem says is wrong, as one line; "" where the answer is none."""
    if not is_problem(headers):
        return ""
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ""
    detail = found.get("detail") if isinstance(found, dict) else None
    return " ".join(detail[:_MOST_TOLD].split()) if isinstance(detail, str) else ""
