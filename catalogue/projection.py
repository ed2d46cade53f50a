"""From the description of a record to what the index holds of it, by the field table."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache, lru_cache
from typing import Final

from pyoxigraph import Literal, NamedNode

from catalogue.check import missing
from catalogue.fields import FACETS, TABLES, Field, Kind, Profile
from catalogue.identities import identities
from catalogue.mapping import Entity, Graph, Term, Value, integer, label, year
from catalogue.search import Row, SearchDocument, Words
from catalogue.variables_reading import declared
from ontologies.vocabularies import Vocabularies

SEARCHED: Final = ("dataset", "series", "service")
"""The kinds of record that are indexed: a catalogue describes a publisher's list, not a data source."""

ONGOING: Final = 9999
"""The last year of a period that has a beginning and no end."""

_OF_DISTRIBUTIONS: Final = {f.name for f in FACETS} - {f.name for f in TABLES["Dataset"]}
_DATE: Final = re.compile(r"([12]\d{3})(?=[-/Z]|\Z)(?:-(\d\d)(?:-(\d\d))?)?(?![\d:])", re.ASCII)
_VOCABULARIES: Final = {f.name: f.vocabulary for f in FACETS if f.kind is Kind.CONCEPT}
_CACHED: Final = 1 << 12
"""Labels of codes that are kept: the records of a source share few codes."""

_CONCEPT_WEIGHT: Final = 1.0
_MAX_WORDS: Final = 20_000
"""Characters of one text that are searched; no more than that is read of one field."""


def project(
    id: str,
    kind: str,
    source: str,
    entity: Entity,
    graph: Graph,
    vocabularies: Vocabularies,
    profile: Profile,
) -> SearchDocument:
    """What the index holds of one record, held against this profile.

    `graph` is the description that `entity` was read from.
    """
    facets = _facets(entity, graph, vocabularies)
    numbers = _numbers(entity)
    variables = declared(graph, entity.node)
    modified = _day(entity, "modified") or _day(entity, "issued")
    if modified:
        numbers["modified"] = modified.toordinal()
    row = Row(
        id=id,
        iri=entity.node.value,
        kind=kind,
        title=_words(entity, "title") or _words(entity, "alternative"),
        description=_words(entity, "description"),
        publisher=next(iter(facets.get("publisher", ())), ""),
        source=source,
        keywords=facets.get("keyword", ()),
        codes=facets,
        persons=numbers.get("persons"),
        records=numbers.get("records"),
        age_low=numbers.get("age_low"),
        age_high=numbers.get("age_high"),
        year_low=numbers.get("year_low"),
        year_high=None if numbers.get("year_high") == ONGOING else numbers.get("year_high"),
        modified=modified.isoformat() if modified else "",
        variables=len(variables),
        contact=bool(entity.all("contactPoint")),
        quality_label=bool(entity.all("qualityAnnotation")),
        profile=profile,
        missing=missing(entity, graph, vocabularies, profile),
    )
    texts = (*_texts(entity), *_labels(facets, vocabularies))
    known_by = identities(entity, graph) if kind in SEARCHED else ()
    return SearchDocument(row, texts, {**facets, "source": (source,)}, numbers, known_by, variables)


def name_of(value: Value, graph: Graph, language: str = "en") -> str:
    """What to call a value: its own label, the text of a literal, else the readable end of its IRI."""
    if isinstance(value, Entity):
        return label(graph, value.node, language) or _tail(value.node)
    if isinstance(value, Literal):
        return value.value.strip()
    return label(graph, value, language) or _tail(value)


def _tail(node: Term) -> str:
    if not isinstance(node, NamedNode):
        return ""
    tail = node.value.rstrip("/#").replace("#", "/").rpartition("/")[2]
    return tail.replace("_", " ") or node.value


def _facets(entity: Entity, graph: Graph, vocabularies: Vocabularies) -> dict[str, tuple[str, ...]]:
    """The facet values of a record; the fields of its distributions count as its own."""
    facets: dict[str, tuple[str, ...]] = {}
    distributions = entity.entities("distribution")
    for field in FACETS:
        values: Iterable[Value] = entity.all(field.name)
        if field.name in _OF_DISTRIBUTIONS:
            values = [value for node in distributions for value in node.all(field.name)]
        codes = [code for value in values if (code := _code(field, value, graph, vocabularies))]
        if codes:
            facets[field.name] = tuple(dict.fromkeys(codes))
    return facets


def _code(field: Field, value: Value, graph: Graph, vocabularies: Vocabularies) -> str:
    if field.kind is not Kind.CONCEPT:
        return " ".join(name_of(value, graph).split())[:200]
    text = value.node.value if isinstance(value, Entity) else value.value
    concept = vocabularies.concept(field.vocabulary, text)
    if concept is None and not isinstance(value, NamedNode | Entity):
        concept = vocabularies.concept(field.vocabulary, name_of(value, graph))
    if concept is not None:
        return concept.code
    if field.known_only:
        return ""
    return text if isinstance(value, NamedNode) else name_of(value, graph)[:200]


def _words(entity: Entity, name: str) -> tuple[Words, ...]:
    return tuple(
        [
            Words(text[:_MAX_WORDS], term.language or "")
            for term in entity.all(name)
            if isinstance(term, Literal) and (text := term.value.strip())
        ]
    )


def _texts(entity: Entity, floor: float = 0.0) -> Iterator[tuple[Words, float]]:
    """The words of all weighted fields; those of a weighted node carry at least its weight."""
    rows = _searched(entity.table)
    for name, values in entity.values.items():
        row = rows.get(name)
        if row is None:
            continue
        for value in values:
            if isinstance(value, Entity):
                yield from _texts(value, row.weight)
            elif row.weight and isinstance(value, Literal):
                text = value.value.strip()[:_MAX_WORDS]
                if text:
                    yield Words(text, value.language or ""), max(row.weight, floor)


@cache
def _searched(table: str) -> dict[str, Field]:
    """The fields of a table whose words, or whose nodes' words, are searched."""
    return {
        field.name: field
        for field in TABLES[table]
        if (field.kind in (Kind.TEXT, Kind.LITERAL) and field.weight) or field.kind is Kind.NODE
    }


def _labels(facets: dict[str, tuple[str, ...]], vocabularies: Vocabularies) -> Iterator[tuple[Words, float]]:
    """The English labels of the codes, so that “Finland” and “claims” find what is coded."""
    for name, codes in facets.items():
        if vocabulary := _VOCABULARIES.get(name):
            yield from [_label(vocabularies, vocabulary, code) for code in codes]


@lru_cache(_CACHED)
def _label(vocabularies: Vocabularies, vocabulary: str, code: str) -> tuple[Words, float]:
    return Words(vocabularies.label(vocabulary, code), "en"), _CONCEPT_WEIGHT


def _numbers(entity: Entity) -> dict[str, int]:
    """The numbers and spans of `search.RANGES` that the record states."""
    stated: dict[str, int | None] = {
        "persons": _integer(entity, "persons"),
        "records": _integer(entity, "records"),
        "age_low": _integer(entity, "minAge"),
        "age_high": _integer(entity, "maxAge"),
    }
    starts, ends = _years(entity)
    stated["year_low"] = min(starts) if starts else None
    stated["year_high"] = max(ends) if ends else ONGOING if starts else None
    return {name: number for name, number in stated.items() if number is not None}


def _years(entity: Entity) -> tuple[list[int], list[int]]:
    starts: list[int] = []
    ends: list[int] = []
    for period in entity.entities("temporal"):
        start = _first_year(period, "startDate", "beginning")
        end = _first_year(period, "endDate", "end")
        if start is not None:
            starts.append(start)
        if end is not None or start is not None:
            ends.append(ONGOING if end is None else end)
    return starts, ends


def _first_year(period: Entity, name: str, instant: str) -> int | None:
    dates = [*period.all(name)]
    for node in period.entities(instant):
        dates += [*node.all("inXSDDate"), *node.all("inXSDDateTime")]
    return next((found for value in dates if (found := year(value)) is not None), None)


def _integer(entity: Entity, name: str) -> int | None:
    return next((n for value in entity.all(name) if (n := integer(value)) is not None), None)


def _day(entity: Entity, name: str) -> date | None:
    """The date of a field, missing parts taken as the first; None when it has none."""
    for term in entity.all(name):
        if isinstance(term, Literal) and (found := _DATE.match(term.value.strip())):
            try:
                return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
            except ValueError:
                continue
    return None
