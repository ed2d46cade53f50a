"""The conditions of the Data Use Ontology (DUO) as a Beacon gives them, in any spelling.

https://github.com/EBISPOT/DUO
"""

import re
from dataclasses import dataclass
from typing import Final

from harvesters.json_values import Node, first, node, nodes, text
from ontologies.vocabularies import Concept, Vocabularies

NO_RESTRICTION: Final = "DUO:0000004"
_PERMISSIONS: Final = frozenset({NO_RESTRICTION, "DUO:0000042", "DUO:0000006", "DUO:0000007", "DUO:0000011"})
_CODE: Final = re.compile(r"(?:.*[/#])?DUO[:_-]0*(\d{1,7})", re.I)


@dataclass(frozen=True, slots=True)
class DataUse:
    """What data may be used for: all conditions in words, and what is permitted also by its IRI."""

    words: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    permitted: tuple[str, ...] = ()
    is_limited: bool = False


def data_use(conditions: object, vocabularies: Vocabularies) -> DataUse:
    """The conditions of a dataset, from its `dataUseConditions`."""
    terms = nodes(node(conditions).get("duoDataUse"))
    concepts = [_concept(term, vocabularies) for term in terms]
    pairs = list(zip(terms, concepts, strict=True))
    words = [_words(term, concept, vocabularies) for term, concept in pairs]
    purposes = [
        said
        for said, (_, concept) in zip(words, pairs, strict=True)
        if concept and concept.code in _PERMISSIONS
    ]
    known = [concept for concept in concepts if concept]
    is_free = bool(known) and all(one.code == NO_RESTRICTION for one in known)
    return DataUse(
        words=tuple(dict.fromkeys(filter(None, words))),
        purposes=tuple(dict.fromkeys(purposes)),
        permitted=tuple(dict.fromkeys(one.iri for one in known if one.code in _PERMISSIONS)),
        is_limited=any(words) and not is_free,
    )


def _concept(term: Node, vocabularies: Vocabularies) -> Concept | None:
    """The condition, also where its number has a digit too many, as in a typo of the ontology itself."""
    id = text(term.get("id"))
    if code := _CODE.fullmatch(id):
        id = f"DUO:{int(code[1]):07}"
    return vocabularies.concept("duo", id) if id else None


def _words(term: Node, concept: Concept | None, vocabularies: Vocabularies) -> str:
    label = concept.label() if concept else first(term.get("label"), term.get("id"))
    code = concept.code if concept else text(term.get("id"))
    named = f"{label} ({code})" if code and code != label else label
    further = [
        text(term.get("value")),
        *(_modifier(one, vocabularies) for one in nodes(term.get("modifiers"))),
    ]
    values = ", ".join(filter(None, further))
    return f"{named}: {values}" if named and values else named


def _modifier(term: Node, vocabularies: Vocabularies) -> str:
    concept = _concept(term, vocabularies)
    id, value = text(term.get("id")), text(term.get("value"))
    label = concept.label() if concept else text(term.get("label"))
    named = f"{label} ({id})" if label and id else label or id
    return f"{named}: {value}" if named and value else named or value
