"""One form for each record: canonical blank nodes, and a digest equal exactly when the statements are.

RDFC-1.0 takes exponential time where blank nodes look alike and point at each other. Where many
blank nodes point at blank nodes they are therefore told apart by colours first: a node's colour
follows from all that is said of it and from the colours around it, again and again. Equal
descriptions give equal colours whatever the nodes are called.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final, TypeAlias

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from catalogue.errors import Invalid
from catalogue.lines import Lines

_FEW: Final = 12
"""So many links between blank nodes cost RDFC-1.0 no time worth speaking of, whatever their shape."""

_STEPS: Final = 200_000
"""How many colourings of a node are tried at most; descriptions need 3 for each of their nodes."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPED: Final = re.compile(r"(?<!\\)(?:\\\\)*\\(?:[bf]|u00[01]|uFFF[EF])|[\ufffe\uffff]")

_RARE: Final = ("\\", "\ufffe", "\uffff")
"""What stands in every text that `_ESCAPED` finds; looking for it first is fifty times as fast."""

Colours: TypeAlias = Mapping[BlankNode, str]

_Parts: TypeAlias = tuple[str, str, str]
"""A statement taken apart around its blank nodes: subject, what stands between, object."""


def canonical(triples: Iterable[Triple]) -> tuple[tuple[Triple, ...], str]:
    """The statements once each, with canonical blank nodes, and their SHA-256 in hex.

    Control characters that XML cannot hold are taken out of literals. Raises Invalid for blank
    nodes that look alike and point at each other in a tangle, and for statements about statements.
    """
    text, digest = canonical_text(triples)
    return tuple(quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES, lenient=True)), digest


def canonical_text(triples: Iterable[Triple]) -> tuple[bytes, str]:
    """The same as N-Triples, and the same digest."""
    ordered = sorted(_canonical_lines(triples if isinstance(triples, Lines) else list(triples)))
    return " .\n".join([*ordered, ""]).encode(), hashlib.sha256("\n".join(ordered).encode()).hexdigest()


def _canonical_lines(triples: Collection[Triple]) -> set[str]:
    text = _text(triples)
    if "<<" in text and any(isinstance(triple.object, Triple) for triple in triples):
        raise Invalid("It has statements about statements (RDF 1.2), which are not kept yet.")
    if any(mark in text for mark in _RARE) and _ESCAPED.search(text):
        triples = [_printable(triple) for triple in triples]
        text = _text(triples)
    lines = _lines(text)
    if len(lines) != len(triples):
        raise Invalid("An IRI has more than one line.")
    blank = {line: parts for line in lines if "_:" in line and (parts := _around_nodes(line))}
    if not blank:
        return {*lines}
    return {line for line in lines if line not in blank}.union(
        _with_canonical_nodes([*blank.values()], triples)
    )


def _text(triples: Collection[Triple]) -> str:
    if isinstance(triples, Lines):
        return triples.text
    return (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode()


def _lines(text: str) -> list[str]:
    """Each statement of N-Triples without its full stop."""
    return text.split(" .\n")[:-1]


def _around_nodes(line: str) -> _Parts | None:
    """A statement as its subject if that is blank, what stands between, and its object if that is blank."""
    start = line.index(" ") if line.startswith("_:") else 0
    end = line.rindex(" ") + 1
    if not line.startswith("_:", end) or '"' in line[end:]:
        end = len(line)
    return (line[:start], line[start:end], line[end:]) if start or end < len(line) else None


def _with_canonical_nodes(parts: list[_Parts], triples: Collection[Triple]) -> Iterable[str]:
    if sum(bool(subject and value) for subject, _, value in parts) > _FEW:
        blank = [triple for triple in triples if _is_blank(triple)]
        links = [t for t in blank if isinstance(t.subject, BlankNode) and isinstance(t.object, BlankNode)]
        return _lines(_text(_by_colour(blank, links)))
    names = _told_apart(parts)
    if names is None:
        dataset = Dataset(Quad(*triple) for triple in triples if _is_blank(triple))
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        return _lines(_text([quad.triple for quad in dataset]))
    return [f"{names[subject]}{middle}{names[value]}" for subject, middle, value in parts]


def _told_apart(parts: list[_Parts]) -> Mapping[str, str] | None:
    """The canonical names of blank nodes that are told apart by what is said of each (RDFC-1.0, 4.6).

    None where two look alike. Most descriptions need no more, and an engine takes long to be asked.
    """
    said: dict[str, list[str]] = {}
    for subject, middle, value in parts:
        if subject:
            other = value and ("_:a" if value == subject else "_:z")
            said.setdefault(subject, []).append(f"_:a{middle}{other} .\n")
        if value and value != subject:
            said.setdefault(value, []).append(f"{subject and '_:z'}{middle}_:a .\n")
    nodes = {hashlib.sha256("".join(sorted(lines)).encode()).hexdigest(): n for n, lines in said.items()}
    if len(nodes) < len(said):
        return None
    return {"": "", **{nodes[told]: f"_:c14n{number}" for number, told in enumerate(sorted(nodes))}}


def _is_blank(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


def _by_colour(triples: list[Triple], links: list[Triple]) -> list[Triple]:
    colours = _coloured(triples, links)
    if len(set(colours.values())) == len(colours):
        order = sorted(colours, key=lambda node: colours[node])
    elif _is_forest(links):
        order = _in_order(colours, links)
    else:
        raise Invalid(
            "Its blank nodes look alike and point at each other in a tangle that cannot be compared "
            "between harvests. Give the nodes IRIs, or describe each once."
        )
    names: dict[object, BlankNode] = {node: BlankNode(f"c14n{number}") for number, node in enumerate(order)}
    return [_named(triple, names) for triple in triples]


def _named(triple: Triple, names: Mapping[object, BlankNode]) -> Triple:
    subject, predicate, value = triple
    return Triple(names.get(subject, subject), predicate, names.get(value, value))


def _coloured(triples: list[Triple], links: list[Triple]) -> Colours:
    """The colours once they tell no more nodes apart."""
    said: dict[BlankNode, list[str]] = {}
    for subject, predicate, value in triples:
        if isinstance(subject, BlankNode):
            said.setdefault(subject, []).append(f"{predicate} {'' if _blank(value) else value}")
        if isinstance(value, BlankNode):
            said.setdefault(value, []).append(f"{'' if _blank(subject) else subject} {predicate}")
    colours = {node: _digest(sorted(words)) for node, words in said.items()}
    count, left = 0, _STEPS
    while count < len(set(colours.values())) < len(colours) and left > 0:
        count, left = len(set(colours.values())), left - len(colours)
        around: dict[BlankNode, list[str]] = {node: [] for node in colours}
        for subject, predicate, value in links:
            around[subject].append(f"{predicate} {colours[value]}")
            around[value].append(f"{colours[subject]} {predicate}")
        colours = {node: _digest([colours[node], *sorted(words)]) for node, words in around.items()}
    if left <= 0:
        raise Invalid("Its blank nodes are chained in a way that cannot be compared between harvests.")
    return colours


def _blank(term: object) -> bool:
    return isinstance(term, BlankNode)


def _digest(words: list[str]) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def _is_forest(links: list[Triple]) -> bool:
    """Whether no blank node has two blank parents and none is below itself; those alike are then the same."""
    parent = {link.object: link.subject for link in links}
    if len(parent) < len(links):
        return False
    safe: set[object] = set()
    for start in parent:
        path: dict[object, None] = {}
        node: object = start
        while node in parent and node not in safe and node not in path:
            path[node] = None
            node = parent[node]  # type: ignore[index]
        if node in path:
            return False
        safe.update(path)
    return True


def _in_order(colours: Colours, links: list[Triple]) -> list[BlankNode]:
    """The nodes of a forest from the top, each followed by those below it, siblings by link and colour."""
    below: dict[object, list[tuple[str, str, BlankNode]]] = {}
    for subject, predicate, value in links:
        if isinstance(value, BlankNode):
            below.setdefault(subject, []).append((str(predicate), colours[value], value))
    children = {value for branches in below.values() for *_, value in branches}
    stack = sorted((node for node in colours if node not in children), key=lambda n: colours[n], reverse=True)
    order: list[BlankNode] = []
    while stack:
        order.append(stack.pop())
        branches = sorted(below.get(order[-1], ()), key=lambda branch: branch[:2], reverse=True)
        stack += [node for *_, node in branches]
    return order


def _printable(triple: Triple) -> Triple:
    value = triple.object
    if not isinstance(value, Literal) or not _CONTROL.search(value.value):
        return triple
    text = _CONTROL.sub("", value.value)
    if value.language:
        return Triple(triple.subject, triple.predicate, Literal(text, language=value.language))
    return Triple(triple.subject, triple.predicate, Literal(text, datatype=value.datatype))
