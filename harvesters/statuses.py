"""Failures that carry the status that a server answered with, where it brought no document."""

from typing import Final

from catalogue.errors import CatalogueError, NotFound, Unavailable

_PASSING: Final = frozenset({408, 425, 429})


class Answered(Unavailable):
    """The server answered, but with no document: 401 and 403 say that it may not be read."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Absent(NotFound):
    """The server says that there is no such document: 404, or 410 for one that it withdrew."""

    def __init__(self, message: str, status: int = 404) -> None:
        super().__init__(message)
        self.status = status


def status_of(error: CatalogueError) -> int:
    """The HTTP status of the answer; 0 where there was none."""
    return error.status if isinstance(error, Absent | Answered) else 0


def is_final(error: CatalogueError) -> bool:
    """Whether a server found fault with the request (4xx) and will do so when it is asked again."""
    status = status_of(error)
    return 400 <= status < 500 and status not in _PASSING
