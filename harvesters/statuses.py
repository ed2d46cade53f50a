"""The status that a server answered with, from the error that tells it."""

import re
from typing import Final

from catalogue.errors import CatalogueError

_TOLD: Final = re.compile(r"\banswered ([1-5]\d\d)\b")


def status_of(error: CatalogueError) -> int:
    """The HTTP status that the client says a server answered with; 0 where there was no answer."""
    found = _TOLD.search(str(error))
    return int(found[1]) if found else 0
