"""The terms that profiles are written with in RDF: strata as dimensions, their values, numbers.

Strata keep their words: what is no year, month, number or concept is written as a plain text, so that
each value comes back as it was. https://www.w3.org/TR/vocab-data-cube/
"""

import re
from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode

from catalogue.profiles.analyses import ANALYSES, Analysis, Kind
from catalogue.profiles.counts import State
from ontologies.namespaces import PROFILE, QB, RDF, RDFS, SDMX_CODE, SDMX_DIMENSION, SKOS, XSD

CONCEPTS: Final = "https://athena.ohdsi.org/search-terms/terms/"
"""A concept of the OMOP vocabularies is named by its page in their catalogue, Athena."""

COUNTED: Final = {
    "persons": "personsByConcept",
    "records": "recordsByConcept",
    "allPersons": "personsWithDescendants",
    "allRecords": "recordsWithDescendants",
}
"""The counts that a concept has a node for, by how their terms begin."""

DETAILS: Final = ("personsByConceptAndMonth", "recordsWithValue", "ageAtFirstOccurrence", "measurementValues")
"""The analyses by concept that are written as one JSON text for each concept: they are very many."""

MEASURES: Final = ("minimum", "p10", "p25", "median", "p75", "p90", "maximum", "mean", "deviation")

_DIMENSIONS: Final = {"sex": SDMX_DIMENSION.sex, "age": SDMX_DIMENSION.age}
_SEXES: Final = {"female": SDMX_CODE.term("sex-F"), "male": SDMX_CODE.term("sex-M")}
_SEX_OF: Final = {term: word for word, term in _SEXES.items()}
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,17}")
_YEAR: Final = re.compile(r"[12][0-9]{3}")
_MONTH: Final = re.compile(r"([12][0-9]{3})(0[1-9]|1[0-2])")


def dimension(stratum: str) -> NamedNode:
    """The property by which an observation names its place in a stratum."""
    return _DIMENSIONS.get(stratum, PROFILE.term(stratum))


def place(stratum: str, value: str) -> str:
    """The value of a stratum as a term of N-Triples."""
    match stratum:
        case "concept" | "unit" if _NUMBER.fullmatch(value):
            return f"<{CONCEPTS}{value}>"
        case "sex" if value in _SEXES:
            return str(_SEXES[value])
        case "year" if _YEAR.fullmatch(value):
            return f'"{value}"^^{XSD.gYear}'
        case "month" if found := _MONTH.fullmatch(value):
            return f'"{found[1]}-{found[2]}"^^{XSD.gYearMonth}'
        case "age" | "months" | "periods" if _NUMBER.fullmatch(value):
            return integer(int(value))
    return str(Literal(value))


def stratum_of(value: object) -> str:
    """The words of a stratum that a term stands for."""
    if isinstance(value, NamedNode):
        return _SEX_OF.get(value) or value.value.removeprefix(CONCEPTS)
    assert isinstance(value, Literal)
    return value.value.replace("-", "") if value.datatype == XSD.gYearMonth else value.value


def integer(number: int) -> str:
    """A number as a term of N-Triples."""
    return f'"{number}"^^{XSD.integer}'


def double(number: float) -> str:
    """A number as a term of N-Triples, in the shortest letters that stand for just this one."""
    return f'"{repr(float(number)).removesuffix(".0")}"^^{XSD.double}'


def structure(analysis: Analysis) -> NamedNode:
    """The structure of the observations of an analysis, the same in every release."""
    return PROFILE.term(f"structure:{analysis.name}")


def analysis_of(structure: str) -> Analysis | None:
    """The analysis whose structure this is; None for one of another version."""
    return ANALYSES.get(structure.removeprefix(f"{PROFILE}structure:"))


def definition(analysis: Analysis) -> Iterator[str]:
    """The structure of an analysis in lines of N-Triples.

    Each observation has a state (a spread: a median), so that is the measure; bounds are attributes.
    """
    whole = structure(analysis)
    yield f"{whole} {RDF.type} {QB.DataStructureDefinition} .\n"
    is_count = analysis.kind is Kind.COUNT
    components = [(QB.dimension, stratum, dimension(stratum)) for stratum in analysis.strata]
    measure = "state" if is_count else "median"
    components.append((QB.measure, measure, PROFILE.term(measure)))
    others = ("low", "high") if is_count else ("count", *MEASURES)
    components += [(QB.attribute, name, PROFILE.term(name)) for name in others if name != measure]
    for role, name, term in components:
        component = PROFILE.term(f"component:{name}")
        yield f"{whole} {QB.component} {component} .\n"
        yield f"{component} {role} {term} .\n"


def states() -> Iterator[str]:
    """The states of counts, as concepts in lines of N-Triples."""
    for state in State:
        yield f"{PROFILE.term(state)} {RDF.type} {SKOS.Concept} .\n"
        yield f"{PROFILE.term(state)} {SKOS.notation} {Literal(state)} .\n"
        yield f"{PROFILE.term(state)} {RDFS.label} {Literal(state, language='en')} .\n"
