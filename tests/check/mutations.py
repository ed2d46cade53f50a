"""Ways to spoil the official example, systematically; each spoilt copy keeps apart by its IRIs."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.mapping import Node, Term, index
from ontologies.namespaces import DCT, RDF, XSD
from tests.check.official import described

OWN: Final = "https://healthdcat-ap.example.org/release-7/example/"
AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
RECORD: Final = "dataset-oncology-ehrs-2024"
MORE_OF_THE_SAME: Final = (
    *("col-encounter-date", "col-tumour-stage", "col-vital-status", "distribution-fhir-package"),
    *("hdab-special-hours", "custodian-special-hours", "hdab-coordinator-special-hours"),
)
"""Nodes of the example left out, because others like them remain."""

WRONG: Final = NamedNode("http://example.org/wrong")
LISTS: Final = (
    *(AUTHORITY, "https://hdeu-dcat.data.health.europa.eu/"),
    *("https://w3id.org/dpv/dpv-pd#", "http://www.iana.org/assignments/media-types/"),
)
KNOWN_IN_PART: Final = ("language", "file-type", "dataset-type", "standard", "publisher-type")

Triples = Sequence[Triple]
Change = Callable[[Triple], Iterator[Triple]]

_OTHER_VALUES: Final = {
    XSD.date: "2001-01-01",
    XSD.duration: "P2M",
    XSD.boolean: "false",
}
_OTHER_CODES: Final = {
    "access-right": "PUBLIC",
    "dataset-type": "SYNTHETIC_DATA",
    "language": "FRA",
    "frequency": "MONTHLY",
    "country": "FRA",
    "data-theme": "SOCI",
    "file-type": "XML",
    "distribution-status": "DEVELOP",
    "planned-availability": "EXPERIMENTAL",
    "healthcategories": "EINS",
    "health-theme": "MENTAL_HEALTH",
    "health-activity": "CLINICAL_TRIAL",
    "coding-system": "LOINC",
    "publisher-type": "private-company",
    "standard": "OMOP-CDM",
}


def spoilt_copies(example: Triples, access: str) -> Iterator[list[Triple]]:
    """Every spoilt copy; all have this access right, "" for none.

    Properties are taken away one at a time for NON_PUBLIC, whose rules hold those of the other
    levels in them, and six at a time for the others.
    """
    example = [new for triple in example for new in _with_access(triple, access)]
    example = [t for t in example if not any(more in str(t) for more in MORE_OF_THE_SAME)]
    for number, triples in enumerate(_spoilt(example, 1 if access == "NON_PUBLIC" else 6)):
        base = f"{OWN}{access}-{number}/"
        moved = index(dict.fromkeys(_renamed(triple, base) for triple in triples))
        yield described(moved, NamedNode(base + RECORD))


def _spoilt(example: Triples, at_once: int) -> Iterator[list[Triple]]:
    yield list(example)
    yield from _without_links(example, at_once)
    yield from _without_values(example, at_once)
    yield from _without_descriptions(example)
    for change in _CHANGES:
        yield [new for triple in example for new in change(triple)]
    yield [*example, *_again(example)]


def _without_links(example: Triples, at_once: int) -> Iterator[list[Triple]]:
    """Without properties that lead from the record, or from nodes below it, to other nodes."""
    links = list(dict.fromkeys(_link(triple) for triple in example if _leads_on(triple)))
    for start in range(0, len(links), at_once):
        lost = links[start : start + at_once]
        yield [triple for triple in example if _link(triple) not in lost]


def _without_values(example: Triples, at_once: int) -> Iterator[list[Triple]]:
    """The n-th copy has lost the n-th of the other properties of every node."""
    removable = [t for t in example if not _leads_on(t) and not _fixed(t)]
    properties = {
        node: sorted({t.predicate.value for t in triples})
        for node, triples in groupby(sorted(removable, key=_subject), key=_subject)
        if node.startswith(OWN)
    }
    for turn in range(0, max(map(len, properties.values())), at_once):
        lost = {(node, p) for node, paths in properties.items() for p in paths[turn : turn + at_once]}
        yield [t for t in example if (_subject(t), t.predicate.value) not in lost]


def _without_descriptions(example: Triples) -> Iterator[list[Triple]]:
    """One copy for each class whose nodes are named and not described."""
    classes = {t.subject: t.object for t in example if t.predicate == RDF.type}
    for lost in dict.fromkeys(classes.values()):
        bare = {node for node, kind in classes.items() if kind == lost and _own(node)}
        if bare and not any(map(_is_record, bare)):
            yield [t for t in example if t.subject not in bare]


def _twice(triple: Triple) -> Iterator[Triple]:
    """Each value a second time, a little different."""
    yield triple
    value = triple.object
    if triple.predicate == RDF.type or _leads_on(triple):
        return
    if isinstance(value, Literal):
        if value.language:
            other: Literal | NamedNode = Literal(value.value + " too", language=value.language)
        elif value.datatype == XSD.string:
            other = Literal(value.value + " too")
        else:
            other = Literal(_OTHER_VALUES.get(value.datatype, "7"), datatype=value.datatype)
    elif value.value.startswith(LISTS[:2]):
        base, _, _ = value.value.rpartition("/")
        other = NamedNode(f"{base}/{_OTHER_CODES[base.rpartition('/')[2]]}")
    else:
        other = NamedNode(value.value + "-too")
    yield Triple(triple.subject, triple.predicate, other)


def _again(example: Triples) -> Iterator[Triple]:
    """A second node beside each that is described, with the same triples."""
    for triple in example:
        if _leads_on(triple):
            other = NamedNode(triple.object.value + "-too")
            yield Triple(triple.subject, triple.predicate, other)
            for told in example:
                if told.subject == triple.object:
                    yield Triple(other, told.predicate, told.object)


def _linked(triple: Triple) -> Iterator[Triple]:
    """Links where words, numbers and dates belong."""
    literal = isinstance(triple.object, Literal)
    yield Triple(triple.subject, triple.predicate, WRONG) if literal else triple


def _written_out(triple: Triple) -> Iterator[Triple]:
    """Words where codes and addresses belong."""
    if isinstance(triple.object, Literal) or _fixed(triple) or _leads_on(triple):
        yield triple
    else:
        yield Triple(triple.subject, triple.predicate, Literal(triple.object.value))


def _links_written_out(triple: Triple) -> Iterator[Triple]:
    """Words where the record should lead to descriptions."""
    words = Triple(triple.subject, triple.predicate, Literal("in words"))
    yield words if _leads_on(triple) and _is_record(triple.subject) else triple


def _inner_links_written_out(triple: Triple) -> Iterator[Triple]:
    """Words where descriptions should lead to others."""
    words = Triple(triple.subject, triple.predicate, Literal("in words"))
    yield words if _leads_on(triple) and not _is_record(triple.subject) else triple


def _untyped(triple: Triple) -> Iterator[Triple]:
    """Plain text where numbers and dates belong."""
    value = triple.object
    plain = isinstance(value, Literal) and not value.language
    yield Triple(triple.subject, triple.predicate, Literal(value.value)) if plain else triple


def _ill_formed(triple: Triple) -> Iterator[Triple]:
    """Typed values that are none."""
    value = triple.object
    typed = isinstance(value, Literal) and value.datatype not in (XSD.string, RDF.langString)
    spoilt = Literal("2024-13-41", datatype=value.datatype) if typed else value
    yield Triple(triple.subject, triple.predicate, spoilt)


def _foreign(triple: Triple) -> Iterator[Triple]:
    """Codes of somebody else's lists."""
    yield Triple(triple.subject, triple.predicate, WRONG) if _code(triple) else triple


def _misspelt(triple: Triple) -> Iterator[Triple]:
    """Codes that the right list does not have, where all codes of that list are known."""
    if _code(triple) and not any(f"/{name}/" in triple.object.value for name in KNOWN_IN_PART):
        yield Triple(triple.subject, triple.predicate, NamedNode(triple.object.value + "_X"))
    else:
        yield triple


def _code(triple: Triple) -> bool:
    value = triple.object
    return isinstance(value, NamedNode) and value.value.startswith(LISTS) and not _fixed(triple)


def _fixed(triple: Triple) -> bool:
    """The classes, by which shapes find their nodes, and the access right, which selects them."""
    return triple.predicate in (RDF.type, DCT.accessRights)


def _leads_on(triple: Triple) -> bool:
    return triple.predicate != RDF.type and _own(triple.object)


def _link(triple: Triple) -> tuple[bool, NamedNode]:
    return _is_record(triple.subject), triple.predicate


def _is_record(node: Node) -> bool:
    return node.value == OWN + RECORD


def _own(term: Term) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(OWN)


_CHANGES: Final[tuple[Change, ...]] = (
    *(_twice, _linked, _untyped, _ill_formed, _foreign, _misspelt),
    *(_written_out, _links_written_out, _inner_links_written_out),
)


def _subject(triple: Triple) -> str:
    return triple.subject.value


def _with_access(triple: Triple, access: str) -> Iterator[Triple]:
    if triple.predicate != DCT.accessRights:
        yield triple
    elif access:
        right = NamedNode(f"{AUTHORITY}access-right/{access}")
        yield Triple(triple.subject, triple.predicate, right)


def _renamed(triple: Triple, base: str) -> Triple:
    return Triple(_moved(triple.subject, base), triple.predicate, _moved(triple.object, base))


def _moved(term: Term, base: str) -> Term:
    return NamedNode(base + term.value.removeprefix(OWN)) if _own(term) else term
