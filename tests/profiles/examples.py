"""A release as the guard makes one, small but with something of everything, and any other one."""

from dataclasses import replace
from datetime import date
from typing import Final

from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from catalogue.catalogue import Catalogue
from catalogue.profiles.analyses import ANALYSES, DOMAINS, SEXES, Kind
from catalogue.profiles.counts import Count
from catalogue.profiles.measured import Quality, Spread, Told
from catalogue.profiles.release import Guarded, GuardedVariable, Rule, Withheld
from catalogue.records import Record, record_id
from ontologies.namespaces import DCAT, DCT, RDF

SUBJECT: Final = NamedNode("https://north.example/dataset/one")
RECORD: Final = record_id("north", SUBJECT.value)

TOLD: Final = Told("Achilles", "1.7.2", "North", date(2026, 3, 1), date(2026, 2, 1), "5.4", "v5.0 2026")

NORTH: Final = Guarded(
    TOLD,
    Rule(),
    {
        "persons": {(): Count.between(1196, 1200)},
        "personsBySex": {("female",): Count.between(696, 700), ("other",): Count.hidden(5)},
        "personsByAge": {("0",): Count.exact(0), ("90+",): Count.hidden()},
        "personsByYearOfBirth": {("1934-",): Count.between(6, 10), ("1980",): Count.between(11, 15)},
        "recordsInMonth": {("condition", "200801"): Count.between(11, 15)},
        "personsByDomains": {("",): Count.between(6, 10), ("condition+drug",): Count.between(16, 20)},
        "personsByConcept": {
            ("condition", "201826"): Count.between(96, 100),
            ("condition", "0"): Count.hidden(5),
            ("observation", "201826"): Count.between(6, 10),
        },
        "recordsByConcept": {("condition", "201826"): Count.between(396, 400)},
        "personsWithDescendants": {
            ("201826",): Count.between(101, 105),
            ("201820",): Count.between(106, 110),
        },
        "recordsWithDescendants": {("201826",): Count.between(496, 500)},
        "personsByConceptAndMonth": {
            ("201826", "200801"): Count.between(6, 10),
            ("201826", "200802"): Count.hidden(5),
        },
        "recordsWithValue": {("3004249",): Count.between(6, 10)},
    },
    (
        Spread("ageAtFirstObservation", (), 1200, None, 18.5, 30.0, 44.0, 61.0, 75.25, None, 45.1, 19.75),
        Spread("measurementValues", ("3004249", "8876"), None, None, 101.0, None, 120.0, None, 1e-9, None),
    ),
    (Quality("Plausibility", "Temporal", 40, 2, 1), Quality("Completeness", "", 10, 0)),
    (GuardedVariable("visit", "ward", "Ward", "string", 0.25, {"A\n\"x\"": Count.between(6, 10)}),),
    (Withheld("Persons by sex", 1, "It is 1 to 5."),),
)  # fmt: skip


def described(catalogue: Catalogue, *, title: str = "One", source: str = "north") -> None:
    """Let the catalogue hold the record that the release is about."""
    triples = (
        Triple(SUBJECT, RDF.type, DCAT.Dataset),
        Triple(SUBJECT, DCT.term("title"), Literal(title, language="en")),
    )
    catalogue.ingest(source, [Record(SUBJECT, "dataset", triples, "file:one")])


def of_persons(number: int, **told: object) -> Guarded:
    """A release that tells how many persons there are, and of one concept."""
    cells = {
        "persons": {(): Count.exact(number)},
        "personsByConcept": {("condition", "201826"): Count.exact(number)},
    }
    return Guarded(replace(TOLD, **told), Rule(), cells)  # type: ignore[arg-type]


_numbers = st.integers(0, 10**9)
_counts = st.one_of(
    _numbers.map(Count.exact),
    st.tuples(_numbers, _numbers).map(lambda pair: Count.between(min(pair), max(pair))),
    st.integers(3, 100).map(Count.hidden),
    st.just(Count.hidden()),
)
_words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)
_concepts = st.integers(0, 10**12).map(str)
_strata = {
    "sex": st.sampled_from(SEXES),
    "year": st.integers(1900, 2030).map(str) | st.just("1934-"),
    "age": st.integers(0, 89).map(str) | st.just("90+"),
    "months": st.integers(0, 900).map(str),
    "periods": st.integers(1, 20).map(str),
    "month": st.tuples(st.integers(1900, 2030), st.integers(1, 12)).map(lambda at: f"{at[0]}{at[1]:02}"),
    "domain": st.sampled_from(DOMAINS),
    "domains": st.lists(st.sampled_from(DOMAINS), unique=True).map("+".join),
    "concept": _concepts,
    "unit": _concepts | _words,
}
_float = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def releases(draw: st.DrawFn) -> Guarded:
    """Any release that a guard could make, as the tables give it back: ordered, and nothing empty."""
    cells, spreads = {}, []
    for analysis in draw(st.lists(st.sampled_from(list(ANALYSES.values())), unique=True, max_size=8)):
        places = st.tuples(*(_strata[name] for name in analysis.strata))
        if analysis.kind is Kind.COUNT:
            cells[analysis.name] = draw(st.dictionaries(places, _counts, min_size=1, max_size=4))
        else:
            for place in draw(st.sets(places, min_size=1, max_size=3)):
                numbers = draw(st.tuples(*[_float] * 9))
                spreads.append(Spread(analysis.name, place, draw(st.none() | _numbers), *numbers))
    spreads.sort(key=lambda one: (one.analysis, one.strata))
    return Guarded(TOLD, Rule(7, 10), cells, tuple(spreads), NORTH.quality, NORTH.variables, NORTH.report)
