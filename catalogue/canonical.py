"""One form for each record: canonical blank nodes, and a digest that is equal exactly when the statements are."""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, Quad, Triple

from catalogue.errors import Invalid

_TANGLE: Final = 12
"""How many more links than targets there may be between blank nodes.

RDFC-1.0 takes exponential time on blank nodes that all point at each other (6 of them: 12 seconds).
Descriptions are trees, with as many links as targets.
"""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ESCAPED: Final = re.compile(r"(?<!\\)(?:\\\\)*\\(?:[bf]|u00[01])")


def canonical(triples: Iterable[Triple]) -> tuple[tuple[Triple, ...], str]:
    """The statements once each, with canonical blank nodes (RDFC-1.0), and their SHA-256 in hex.

    Control characters that XML cannot hold are taken out of literals. Raises Invalid for blank
    nodes that point at each other in a tangle.
    """
    lines = {str(triple): triple for triple in triples}
    blank = [triple for line, triple in lines.items() if "_:" in line and _is_blank(triple)]
    if blank:
        lines = {line: t for line, t in lines.items() if "_:" not in line or not _is_blank(t)}
        lines.update((str(triple), triple) for triple in _with_canonical_nodes(blank))
    ordered = sorted(lines)
    text = "\n".join(ordered)
    if "\\" in text and _ESCAPED.search(text):
        return canonical([_printable(triple) for triple in lines.values()])
    return tuple(lines[line] for line in ordered), hashlib.sha256(text.encode()).hexdigest()


def _is_blank(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


def _with_canonical_nodes(triples: list[Triple]) -> list[Triple]:
    links = [
        t.object for t in triples if isinstance(t.subject, BlankNode) and isinstance(t.object, BlankNode)
    ]
    if len(links) - len(set(links)) > _TANGLE:
        raise Invalid(
            "Its blank nodes point at each other in a tangle that cannot be compared between "
            "harvests. Give the nodes IRIs, or describe each once."
        )
    dataset = Dataset(Quad(*triple) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return [quad.triple for quad in dataset]


def _printable(triple: Triple) -> Triple:
    value = triple.object
    if not isinstance(value, Literal) or not _CONTROL.search(value.value):
        return triple
    text = _CONTROL.sub("", value.value)
    if value.language:
        return Triple(triple.subject, triple.predicate, Literal(text, language=value.language))
    return Triple(triple.subject, triple.predicate, Literal(text, datatype=value.datatype))
