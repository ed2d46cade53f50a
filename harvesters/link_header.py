"""The Link header of an answer (RFC 8288, 3): what a server says of where other documents are."""

import re
from collections.abc import Mapping
from typing import Final

import httpx

from harvesters.addresses import joined

_WORD: Final = r"[^\s=;,\"]++"
_VALUE: Final = r"(?:\"((?:[^\"\\]|\\.)*+)\"|([^\s;,\"]*+))"
_PARAMETER: Final = rf"\s*+;\s*+({_WORD})(?:\s*+=\s*+{_VALUE})?"
_PARAMETERS: Final = re.compile(_PARAMETER)
_LINK: Final = re.compile(rf"<([^<>]*+)>((?:{_PARAMETER})*+)")


def links(header: str, base: httpx.URL) -> Mapping[str, str]:
    """Relation -> absolute address, the first of each relation; what is no link is passed over."""
    found: dict[str, str] = {}
    for link in _LINK.finditer(header):
        try:
            target = str(joined(base, link[1]))
        except httpx.InvalidURL:
            continue
        for relation in _relations(link[2]):
            found.setdefault(relation, target)
    return found


def _relations(parameters: str) -> list[str]:
    """The words of the first rel, which is the one that counts."""
    for parameter in _PARAMETERS.finditer(parameters):
        if parameter[1].lower() == "rel":
            return (parameter[2] or parameter[3] or "").lower().split()
    return []
