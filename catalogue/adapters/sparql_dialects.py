"""What SPARQL stores do not do alike, and which of them answers: found out by one question."""

import sys
from dataclasses import dataclass
from typing import Final

from catalogue.adapters.long_terms import Longest
from catalogue.adapters.sparql_access import Address
from catalogue.adapters.sparql_http import Wire, broken


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a store is to be written and read.

    One that is `isolated` replaces a graph by its own text in an update, and lets a reader see no half
    of it. The others get each graph under another name first, and a seal in it (see sparql_seals.py).
    """

    isolated: bool
    update_bytes: int
    longest: Longest | None
    node_prefix: bytes
    """What an answer puts before the names of blank nodes, which makes none of them."""
    names_at_once: int
    """So many names of graphs are asked for in one query; 0 for all."""


SPARQL: Final = Dialect(
    isolated=True, update_bytes=sys.maxsize, longest=None, node_prefix=b"", names_at_once=0
)
"""What the recommendations promise."""

VIRTUOSO: Final = Dialect(
    isolated=False,
    update_bytes=16_000,
    longest=Longest(literal=60_000, iri=1_800, language=60),
    node_prefix=b"nodeID://",
    names_at_once=5_000,
)
"""Blank nodes, and some thousands of statements, go in only by the Graph Store Protocol, whose PUT is seen
in the middle. An update is one transaction, but readers see what is committed while they read."""

_ASK: Final = "ASK {}"
_ROW_FOR_A_YES: Final = b"__ASK_RETVAL"
"""What Virtuoso 7 says in the place of true."""


def dialect(wire: Wire, to: Address) -> Dialect:
    """Which it is; raises Unavailable when there is no answer."""
    with wire.result(to, _ASK, 1 << 16) as (headers, body):
        text = body.read()
        if headers.get("server", "").startswith("Virtuoso") or _ROW_FOR_A_YES in text:
            return VIRTUOSO
        if b'"boolean"' in text:
            return SPARQL
        raise broken(to, "it is another query's")
