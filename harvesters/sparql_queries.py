"""The queries that a SPARQL endpoint is asked.

What comes from outside goes in as a term that was checked and written by the RDF engine, never as text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from catalogue.errors import Invalid
from catalogue.records import KINDS
from ontologies.namespaces import DCAT, RDF, SKOS

DEPTH: Final = 3
"""As many links lead from a record to the last nodes that are described with it."""

MEMBERSHIPS: Final = (DCAT.dataset, DCAT.service, DCAT.catalog, DCAT.record)
ASIDE: Final = (
    RDF.type, SKOS.inScheme, SKOS.topConceptOf, SKOS.hasTopConcept, SKOS.broader, SKOS.narrower, SKOS.related,
)  # fmt: skip
"""Links that lead to no more of the description: a class, or the rest of a vocabulary."""

_LIST: Final = """SELECT DISTINCT ?d{graph} WHERE {{
  VALUES ?type {{ {types} }}
  ?d a ?type .
  FILTER(isIRI(?d) && STR(?d) > {after})
}} ORDER BY STR(?d) LIMIT {limit}"""

_COUNT: Final = """SELECT (COUNT(DISTINCT ?d) AS ?n){graph} WHERE {{
  VALUES ?type {{ {types} }}
  ?d a ?type .
  FILTER({test}(?d))
}}"""

_DESCRIBE: Final = "CONSTRUCT {{ ?s ?p ?o }}{graph} WHERE {{\n{branches}\n}}"
_SOLUTIONS: Final = "SELECT (COUNT(*) AS ?n){graph} WHERE {{\n{branches}\n}}"
_OWN: Final = "{{ VALUES ?s {{ {subjects} }} ?s ?p ?o . FILTER(?p NOT IN ({memberships})) }}"
_MEMBER: Final = "{{ VALUES ?o {{ {subjects} }} VALUES ?p {{ {memberships} }} ?s ?p ?o . FILTER(isIRI(?s)) }}"
_STEP: Final = "?n{here} ?l{next} ?n{next} . FILTER(?l{next} NOT IN ({aside})) "
_NO_RECORD: Final = "FILTER NOT EXISTS {{ VALUES ?t{next} {{ {records} }} ?n{next} a ?t{next} }} "


@dataclass(frozen=True, slots=True)
class Scope:
    """Which classes are asked for, and in which graph; "" for what the endpoint takes by itself."""

    types: tuple[NamedNode, ...]
    graph: str = ""

    def listing(self, after: str, limit: int) -> str:
        """The IRIs of records behind this one, in order."""
        return _LIST.format(**self._terms(), after=Literal(after), limit=int(limit))

    def number(self) -> str:
        """How many records have an IRI."""
        return _COUNT.format(**self._terms(), test="isIRI")

    def nameless(self) -> str:
        """How many have none."""
        return _COUNT.format(**self._terms(), test="isBlank")

    def description(self, subjects: Sequence[NamedNode]) -> str:
        """All that is said of records, and which catalogues list them."""
        return _DESCRIBE.format(graph=self._from(), branches=_branches(subjects))

    def solutions(self, subjects: Sequence[NamedNode]) -> str:
        """How many solutions the description of these records has."""
        return _SOLUTIONS.format(graph=self._from(), branches=_branches(subjects))

    def _terms(self) -> dict[str, str]:
        return {"graph": self._from(), "types": _written(self.types)}

    def _from(self) -> str:
        return f" FROM {NamedNode(self.graph)}" if self.graph else ""


def scope(types: str, graph: str) -> Scope:
    """The scope that options say; raises Invalid for what is no class and no graph."""
    known = {kind: iri for iri, kind in KINDS.items()}
    try:
        named = tuple(known.get(word) or NamedNode(word) for word in types.replace(",", " ").split())
        return Scope(named or tuple(KINDS), NamedNode(graph).value if graph else "")
    except ValueError as error:
        raise Invalid(
            f"The options types and graph need IRIs: {error}. For types there are also the words "
            f"{', '.join(known)}."
        ) from error


def _branches(subjects: Sequence[NamedNode]) -> str:
    """One branch for each distance from the records; each is a plain join, which every engine does well."""
    terms = {
        "subjects": _written(subjects),
        "memberships": _written(MEMBERSHIPS, ", "),
        "aside": _written(ASIDE, ", "),
        "records": _written(KINDS),
    }
    members = _MEMBER.format(**terms | {"memberships": _written(MEMBERSHIPS)})
    further = (_at(distance, terms) for distance in range(1, DEPTH + 1))
    return "\nUNION ".join([_OWN.format(**terms), members, *further])


def _at(distance: int, terms: dict[str, str]) -> str:
    path = f"VALUES ?n0 {{ {terms['subjects']} }} "
    for step in range(distance):
        path += _STEP.format(**terms, here=step, next=step + 1)
        path += _NO_RECORD.format(**terms, next=step + 1)
    return f"{{ {path}?n{distance} ?p ?o . BIND(?n{distance} AS ?s) }}"


def _written(terms: Iterable[NamedNode], between: str = " ") -> str:
    return between.join(map(str, terms))
