"""One question has one answer: in the published graphs, in the tables, in the API, on the page, in the file.

The sources are made up, so that it is known how many persons really fit: the bounds hold that number.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from catalogue.bootstrap import open_catalogue
from catalogue.profiles.concepts_bounds import Parts
from catalogue.profiles.concepts_import import import_vocabulary
from catalogue.profiles.counts import Count, State
from catalogue.profiles.disclosure import guard
from catalogue.profiles.feasibility import Answer, Bounds, ConceptSet, Question, Strata, answered
from catalogue.profiles.measured import Told
from catalogue.profiles.publishing import publish
from catalogue.profiles.question_url import format_question, parse_question
from catalogue.profiles.release import Rule
from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import record
from tests.profiles.concept_worlds import write
from tests.profiles.disclosure_population import (
    CONCEPTS,
    GROUPS,
    Person,
    above,
    counted,
    persons,
    tallies,
)
from tests.site.site import BASE, Site
from web.feasibility_views import VERDICTS, bounds_words
from web.telling import telling

SOURCES: Final = (
    # seed, persons, disclosure rule, analyses that the node does not provide
    (1, 30, Rule(3, 1), ()),
    (2, 400, Rule(5, 5), ("personsByDomains",)),
    (3, 900, Rule(10, 20), ("personsWithDescendants", "recordsWithDescendants", "personsByAge")),
    (4, 250, Rule(5, 5), ("personsByAgeAndSex", "personsByVisit", "personsByFollowUp")),
)
ALL: Final = sorted(map(int, {*GROUPS, *(one for one, domain in CONCEPTS.items() if domain != "visit")}))
PREFIXES: Final = """
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX healthdcatap: <http://healthdataportal.eu/ns/health#>
PREFIX athena: <https://athena.ohdsi.org/search-terms/terms/>
PREFIX profile: <urn:fairfinder:profile:>
"""
DIMENSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "persons": (),
    "personsByDomains": ("profile:domains",),
    "personsByAge": ("sdmx-dimension:age",),
    "personsBySex": ("sdmx-dimension:sex",),
    "personsByAgeAndSex": ("sdmx-dimension:age", "sdmx-dimension:sex"),
    "personsObservedInMonth": ("profile:month",),
    "personsByFollowUp": ("profile:months",),
    "personsByVisit": ("profile:concept",),
}
SEXES: Final = {"sex-F": "female", "sex-M": "male"}


class World:
    """The application, the persons of each record, and what anybody may ask of its graphs."""

    def __init__(self, site: Site, people: Mapping[str, list[Person]], graphs: "Graphs") -> None:
        self.site = site
        self.people = people
        self.graphs = graphs


class Graphs:
    """What a client asks by SPARQL of all graphs that are published."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.ask = cache(self._ask)

    def _ask(self, query: str) -> list[tuple[str, ...]]:
        found = self._store.query(PREFIXES + query, use_default_graph_as_union=True)
        assert isinstance(found, QuerySolutions)
        return [tuple(_word(value) for value in row) for row in found]

    def release(self, subject: str) -> str:
        [(release,)] = self.ask(f"SELECT ?r WHERE {{ <{subject}> healthdcatap:analytics ?r }}")
        return release

    def concept(self, release: str, concept: int, count: str) -> list[Count]:
        """The counts of one concept in each of its domains; `count` is how their terms begin."""
        found = self.ask(
            f"SELECT ?s ?l ?h WHERE {{ GRAPH <{release}/concepts> {{ ?c profile:concept athena:{concept} ;"
            f" profile:{count}State ?s OPTIONAL {{ ?c profile:{count}Low ?l }}"
            f" OPTIONAL {{ ?c profile:{count}High ?h }} }} }}"
        )
        return [_count(*row) for row in found]


@dataclass(frozen=True)
class FromGraphs:
    """The evidence of one source as SPARQL gives it."""

    graphs: Graphs
    release: str

    def cells(self, analysis: str) -> Mapping[Strata, Count]:
        terms = DIMENSIONS[analysis]
        places = " ".join(f"?o {term} ?d{number} ." for number, term in enumerate(terms))
        names = " ".join(f"?d{number}" for number in range(len(terms)))
        found = self.graphs.ask(
            f"SELECT ?s ?l ?h {names} WHERE {{ GRAPH <{self.release}> {{ {places}"
            f" ?o qb:dataSet/qb:structure <urn:fairfinder:profile:structure:{analysis}> ; profile:state ?s"
            f" OPTIONAL {{ ?o profile:low ?l }} OPTIONAL {{ ?o profile:high ?h }} }} }}"
        )
        return {tuple(strata): _count(state, low, high) for state, low, high, *strata in found}

    def having(self, asked: ConceptSet) -> Count:
        wanted = {*asked.concepts}
        if asked.descendants:
            wanted = {one for one in wanted if not _strictly_above(one) & wanted}
        counts = [count for one in sorted(wanted) if (count := self._one(one, asked.descendants)) is not None]
        return counts[0] if len(counts) == 1 else Parts.of(counts).union(self._whole)

    def _one(self, concept: int, descendants: bool) -> Count | None:
        """One concept, or None where nothing is told of its persons nor of its records."""
        below = [one for one in ALL if concept in _strictly_above(one)] if descendants else []
        parts = [c for one in (concept, *below) for c in self.graphs.concept(self.release, one, "persons")]
        told = self.graphs.concept(self.release, concept, "allPersons") if descendants else []
        if not parts and not told:
            return None
        return Parts.of(parts).union(self._whole, told[0] if told else Count.absent())

    def in_domain(self, domain: str) -> Count:
        found = self.graphs.ask(
            f"SELECT ?c WHERE {{ GRAPH <{self.release}/concepts> {{ ?c profile:domain '{domain}' }} }}"
        )
        return Count.hidden() if found else Count.absent()

    @property
    def _whole(self) -> Count:
        return self.cells("persons")[()]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Sources of different size under different rules, of which some leave analyses out."""
    settings = Settings(base_url=BASE)
    catalogue = open_catalogue(settings, in_memory=True)
    folder = tmp_path_factory.mktemp("vocabulary")
    names = [(one, f"Concept {one}", "Condition", "OURS", "Disorder", "S", f"C{one}") for one in ALL]
    pairs = [(up, one, 1) for one in ALL for up in _strictly_above(one)]
    write(folder, names, pairs, ())
    import_vocabulary(catalogue.ledger.database, catalogue.ledger.leases, folder, folder, catalogue.now)
    described = [record(f'ex:s{n} a dcat:Dataset ; dct:title "Source {n}" .') for n, *_ in SOURCES]
    catalogue.ingest("north", described)
    ids = {entry.title: entry.id for entry in catalogue.ledger.page(limit=10)}
    people = {}
    for seed, number, rule, without in SOURCES:
        random = Random(seed)
        some = persons(random, number)
        told = {name: cells for name, cells in counted(some).items() if name not in without}
        people[ids[f"Source {seed}"]] = some
        publish(catalogue, ids[f"Source {seed}"], guard([Told("Achilles", "1.7.2"), *tallies(told)], rule))
    store = Store()
    for name, triples in catalogue.store.read(catalogue.store.graphs()).items():
        store.bulk_extend(Quad(*triple, name) for triple in triples)
    yield World(Site(app_of(catalogue, settings), catalogue), people, Graphs(store))
    catalogue.close()


_DOMAINS: Final = st.lists(st.sampled_from(["condition", "drug", "measurement", "death", "note"]), max_size=2)
_YEARS: Final = st.sampled_from([(None, None)] * 3 + [(2020, 2020), (None, 2019), (2020, None), (2021, None)])
_AGES: Final = st.tuples(st.none() | st.integers(0, 60), st.none() | st.integers(60, 100))
QUESTIONS: Final = st.builds(
    Question,
    concept_sets=st.lists(
        st.builds(
            ConceptSet,
            st.lists(st.sampled_from([*ALL, 99]), min_size=1, max_size=3, unique=True).map(tuple),
            descendants=st.booleans(),
        ),
        max_size=3,
    ).map(tuple),
    required=_DOMAINS.map(tuple),
    desired=_DOMAINS.map(tuple),
    ages=st.just((None, None)) | _AGES,
    sex=st.sampled_from(["", "", "female", "male"]),
    years=_YEARS,
    follow_up=st.none() | st.integers(1, 8),
    visits=st.lists(st.sampled_from([51, 52]), unique=True, max_size=2).map(tuple),
    minimum=st.integers(1, 300),
)


@settings(max_examples=20, deadline=None)
@given(QUESTIONS)
def test_a_question_has_the_same_answer_everywhere_and_it_holds_the_truth(
    world: World, question: Question
) -> None:
    asked = format_question(question)
    question = parse_question(parse_qsl(asked))

    by_api = world.site.get(f"/api/v1/feasibility?{asked}").json()["sources"]
    on_page = world.site.page(f"/feasibility?{asked}").all("article")
    in_file = world.site.get(f"/feasibility.csv?{asked}").text.removeprefix("\ufeff")

    lines = list(csv.reader(io.StringIO(in_file)))[1:]
    assert len(by_api) == len(on_page) == len(lines) == len(SOURCES)
    for row, article, line in zip(by_api, on_page, lines, strict=True):
        expected = _by_sparql(world, row["dataset"], question)
        assert _told(row) == _seen(expected)
        persons = [telling(expected.persons, str).text]
        bounds = [f"{bounds_words(expected.bounds, str)} persons"]
        assert article.one("b").text == VERDICTS[expected.verdict]
        assert [one.text for one in article.all("span", cls="figure")] == bounds
        assert [one.text for one in article.all("span", cls="told")][:1] == persons
        assert line[0] == row["dataset"]
        assert line[4:8] == [*_ends(expected.bounds), *_ends(expected.persons)]
        truth = sum(_fits(person, question) for person in world.people[row["dataset"]])
        _holds(expected.bounds, truth)


def test_every_concept_is_told_alike_by_graphs_tables_and_api_and_holds_the_truth(world: World) -> None:
    for concept in ALL:
        holders = world.site.get(f"/api/v1/concepts/{concept}").json()["holders"]
        by_api = {one["dataset"]: one for one in holders}
        for id, people in world.people.items():
            source = _source(world, id)
            for below, name in ((False, "persons"), (True, "persons_with_descendants")):
                by_graphs = source.having(ConceptSet((concept,), descendants=below))
                by_tables = world.site.catalogue.concept_counts.coverage(concept, descendants=below)
                assert (by_tables[id].persons if id in by_tables else Count.absent()) == by_graphs
                if id in by_api:
                    told = by_api[id][name]
                    assert Count(State(told["state"]), told["low"], told["high"]) == by_graphs
                truth = sum(_has(person, ConceptSet((concept,), descendants=below)) for person in people)
                if by_graphs.state is not State.ABSENT:
                    _holds(Bounds(by_graphs.low or 0, by_graphs.high), truth)


def _by_sparql(world: World, id: str, question: Question) -> Answer:
    return answered(question, _source(world, id))


def _source(world: World, id: str) -> FromGraphs:
    subject = world.site.catalogue.ledger.entry(id).subject
    return FromGraphs(world.graphs, world.graphs.release(subject))


def _seen(answer: Answer) -> tuple[object, ...]:
    return (
        answer.verdict.value,
        (answer.persons.state.value, answer.persons.low, answer.persons.high),
        _pair(answer.bounds),
        [(one.kind, _pair(one.bounds)) for one in answer.factors],
        {domain: _pair(bounds) for domain, bounds in answer.desired},
    )


def _told(row: Mapping[str, object]) -> tuple[object, ...]:
    """The same of a row of the API."""
    persons, factors, desired = row["persons"], row["factors"], row["desired"]
    assert isinstance(persons, dict) and isinstance(factors, list) and isinstance(desired, dict)
    return (
        row["verdict"],
        (persons["state"], persons["low"], persons["high"]),
        _sent(row["bounds"]),
        [(one["kind"], _sent(one["bounds"])) for one in factors],
        {domain: _sent(bounds) for domain, bounds in desired.items()},
    )


def _pair(bounds: Bounds | None) -> tuple[int, int | None] | None:
    return (bounds.low, bounds.high) if bounds else None


def _sent(bounds: object) -> tuple[int, int | None] | None:
    return (bounds["low"], bounds["high"]) if isinstance(bounds, dict) else None


def _ends(told: Bounds | Count | None) -> list[str]:
    ends = (told.low, told.high) if told else (None, None)
    return ["" if end is None else str(end) for end in ends]


def _holds(bounds: Bounds | None, truth: int) -> None:
    assert bounds is None or (bounds.low <= truth and (bounds.high is None or truth <= bounds.high))


def _fits(person: Person, question: Question) -> bool:
    domains = {CONCEPTS[entry.concept] for entry in person.entries}
    first, last = person.periods[0]
    visits = {int(entry.concept) for entry in person.entries}
    return (
        all(_has(person, one) for one in question.concept_sets)
        and {*question.required} <= domains
        and _lies(person.age, question.ages)
        and question.sex in ("", person.sex)
        and _lies(2020, question.years)
        and (question.follow_up is None or last - first >= question.follow_up)
        and (not question.visits or bool(visits & {*question.visits}))
    )


def _has(person: Person, asked: ConceptSet) -> bool:
    own = {entry.concept for entry in person.entries}
    held = {int(up) for concept in own for up in (above(concept) if asked.descendants else (concept,))}
    return not held.isdisjoint(asked.concepts)


def _lies(value: int, span: tuple[int | None, int | None]) -> bool:
    return (span[0] is None or value >= span[0]) and (span[1] is None or value <= span[1])


@cache
def _strictly_above(concept: int) -> frozenset[int]:
    return frozenset(int(one) for one in above(str(concept))) - {concept}


def _word(value: object) -> str:
    """A term in the words that the profile is told in."""
    if isinstance(value, NamedNode):
        last = value.value.rpartition("/")[2].rpartition(":")[2].rpartition("#")[2]
        return value.value if value.value.startswith(BASE) else SEXES.get(last, last)
    assert value is None or isinstance(value, Literal)
    if value is None:
        return ""
    return value.value.replace("-", "") if value.datatype.value.endswith("gYearMonth") else value.value


def _count(state: str, low: str, high: str) -> Count:
    return Count(State(state), int(low) if low else None, int(high) if high else None)
