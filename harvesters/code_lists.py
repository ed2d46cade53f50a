"""Coded values as a node of the field table; equal lists and equal codes have one name wherever they stand.

A name follows from what it stands for: a thousand questions with the same answers share one list.
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from catalogue.drafting import IRI, Given

MOST: Final = 500
"""So many codes of one variable are taken; a longer list is a terminology and not a list of answers."""


def code_list(codes: Iterable[tuple[str, str]]) -> Given:
    """The list of these codes, each with its meaning or ""; None where there are none or too many."""
    told = [*dict.fromkeys((code, meaning) for code, meaning in codes if code or meaning)]
    if not told or len(told) > MOST:
        return None
    named: list[Given] = [
        {IRI: _name("code", [one]), "notation": one[0], "prefLabel": one[1]} for one in told
    ]
    return {IRI: _name("codes", told), "code": named}


def _name(what: str, told: list[tuple[str, str]]) -> str:
    return f"urn:fairfinder:{what}:{sha256(json.dumps(told).encode()).hexdigest()[:32]}"
