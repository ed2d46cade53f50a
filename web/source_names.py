"""What a source may be called: the one rule behind the pages, the API and the commands."""

import re
from typing import Final

from catalogue.errors import Invalid

RESERVED: Final = frozenset({"new"})
"""Names that stand for a page."""

LONGEST: Final = 60

_NAME: Final = re.compile(r"[._-]*[A-Za-z0-9][A-Za-z0-9._-]*")


def is_name(text: str) -> bool:
    """Whether that is a short name of letters, digits, dots, dashes and underscores."""
    return len(text) <= LONGEST and bool(_NAME.fullmatch(text))


def checked(text: str) -> str:
    """The name without blanks around it; raises Invalid for what cannot be one."""
    name = text.strip()
    if not is_name(name):
        raise Invalid(
            f"“{name[:100]}” cannot be the name of a source: give a short name of letters, digits, dots, "
            f"dashes and underscores, {LONGEST} at most."
        )
    if name in RESERVED:
        raise Invalid(f"A source cannot be called “{name}”: that is the address of the page for new ones.")
    return name
