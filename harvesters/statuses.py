"""The status that a server answered with, where it brought no document."""

from typing import Final

from catalogue.errors import CatalogueError
from harvesters.http import Absent, Answered

_PASSING: Final = frozenset({408, 425, 429})


def status_of(error: CatalogueError) -> int:
    """The HTTP status of the answer; 0 where there was none."""
    return error.status if isinstance(error, Absent | Answered) else 0


def is_final(error: CatalogueError) -> bool:
    """Whether a server found fault with the request (4xx) and will do so when it is asked again."""
    status = status_of(error)
    return 400 <= status < 500 and status not in _PASSING
