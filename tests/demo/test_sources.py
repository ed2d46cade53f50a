"""The demonstration records make a catalogue that a researcher could use, the same at every start."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode

from catalogue import mapping
from catalogue.check import check
from catalogue.fields import TABLES, Kind
from catalogue.mapping import Entity
from ontologies.namespaces import PREFIXES
from ontologies.vocabularies import Vocabularies
from web.demo.build import Described, Publication, publications

PROGRAMMES = ("ROADMAP", "HARMONY", "BIGDATA-HEART", "PIONEER", "EHDEN")
KNOWN_PLACES = (
    *PREFIXES.values(),
    "http://loinc.org/",
    "http://data.europa.eu/eli/",
    "http://inspire.ec.europa.eu/metadata-codelist/",
)
REFERENCE_DATE = "2026-11-01"


def _everything(published: tuple[Publication, ...]) -> Iterator[Described]:
    for node in published:
        yield node.catalogue
        yield from node.resources


def _within(entity: Entity) -> Iterator[Entity]:
    yield entity
    for values in entity.values.values():
        for value in values:
            if isinstance(value, Entity):
                yield from _within(value)


def _codes(one: Described, name: str, vocabularies: Vocabularies) -> list[str]:
    vocabulary = next(row.vocabulary for row in TABLES["Dataset"] if row.name == name)
    found = (vocabularies.concept(vocabulary, term.value) for term in one.entity.terms(name))
    return [concept.code for concept in found if concept]


def _words(one: Described, name: str) -> list[Literal]:
    return [term for term in one.entity.terms(name) if isinstance(term, Literal)]


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.;])\s+(?=[^\s\d])", text)


def test_two_builds_give_the_same_triples(
    published: tuple[Publication, ...], vocabularies: Vocabularies
) -> None:
    again = publications(vocabularies)

    assert [one.triples() for one in _everything(again)] == [one.triples() for one in _everything(published)]


def test_the_network_has_about_sixty_datasets_on_six_nodes_and_series_and_a_service(
    published: tuple[Publication, ...], datasets: list[Described]
) -> None:
    kinds = Counter(one.kind for one in _everything(published))

    assert 55 <= len(datasets) <= 65
    assert kinds["catalogue"] == 6
    assert kinds["series"] >= 3
    assert kinds["service"] >= 1


def test_every_value_survives_the_way_through_the_graph(published: tuple[Publication, ...]) -> None:
    for one in _everything(published):
        graph = mapping.index(one.triples())

        assert mapping.read(graph, one.entity.node, one.entity.table) == one.entity


def test_twenty_countries_and_every_kind_of_access_are_present(
    datasets: list[Described], vocabularies: Vocabularies
) -> None:
    countries = {code for one in datasets for code in _codes(one, "country", vocabularies)}
    access = Counter(code for one in datasets for code in _codes(one, "accessRights", vocabularies))

    assert len(countries) >= 20
    assert set(access) == {"PUBLIC", "RESTRICTED", "NON_PUBLIC"}
    assert access["PUBLIC"] < access["RESTRICTED"] < access["NON_PUBLIC"]


def test_every_programme_has_at_least_five_datasets_and_some_datasets_are_in_none_or_in_two(
    datasets: list[Described], vocabularies: Vocabularies
) -> None:
    memberships = [_codes(one, "programme", vocabularies) for one in datasets]
    counted = Counter(code for codes in memberships for code in codes)

    assert all(counted[programme] >= 5 for programme in PROGRAMMES)
    assert any(not codes for codes in memberships)
    assert any(len(codes) > 1 for codes in memberships)


def test_titles_and_descriptions_are_in_english_and_at_least_one_other_language(
    published: tuple[Publication, ...],
) -> None:
    for one in _everything(published):
        for name in ("title", "description"):
            spoken = [words.language for words in _words(one, name)]

            assert "en" in spoken, one.entity.node
            assert len(set(spoken)) == len(spoken) >= 2, one.entity.node


def test_every_dataset_is_described_in_two_to_five_sentences_that_no_other_source_repeats(
    datasets: list[Described],
) -> None:
    seen: Counter[str] = Counter()
    for one in datasets:
        for words in _words(one, "description"):
            sentences = _sentences(words.value)
            seen.update(sentences)
            assert words.language != "en" or 2 <= len(sentences) <= 5, one.entity.node

    assert [sentence for sentence, times in seen.items() if times > 1] == []


def test_every_concept_is_known_unless_the_record_is_wrong_on_purpose(
    published: tuple[Publication, ...], vocabularies: Vocabularies
) -> None:
    unknown = [
        (one.entity.node.value, row.name, term.value)
        for one in _everything(published)
        if not one.flaws
        for entity in _within(one.entity)
        for row in TABLES[entity.table]
        if row.kind is Kind.CONCEPT and row.vocabulary in vocabularies.names()
        for term in entity.terms(row.name)
        if not _is_current(vocabularies, row.vocabulary, term.value)
    ]

    assert unknown == []


def _is_current(vocabularies: Vocabularies, vocabulary: str, iri: str) -> bool:
    concept = vocabularies.concept(vocabulary, iri)
    return concept is not None and concept.iri == iri


def test_former_addresses_of_a_code_list_stand_in_some_records(datasets: list[Described]) -> None:
    former = [one for one in datasets if any("former address" in flaw for flaw in one.flaws)]

    assert len(former) >= 2


def test_only_hosts_that_belong_to_nobody_are_named(
    published: tuple[Publication, ...], vocabularies: Vocabularies
) -> None:
    concepts = {concept.iri for name in vocabularies.names() for concept in vocabularies.concepts(name)}
    strange = set()
    for one in _everything(published):
        for triple in one.triples():
            for term in (triple.subject, triple.object):
                if isinstance(term, NamedNode) and not (term.value in concepts or _is_ours(term)):
                    strange.add(term.value)
                if isinstance(term, Literal) and "@" in term.value:
                    assert term.value.endswith(".example")

    assert {iri for iri in strange if "/resource/authority/" not in iri} == set()


def _is_ours(iri: NamedNode) -> bool:
    if iri.value.startswith(KNOWN_PLACES):
        return True
    if iri.value.startswith("mailto:"):
        return iri.value.endswith(".example")
    return (urlsplit(iri.value).hostname or "").endswith(".example")


def test_a_record_without_a_flaw_on_purpose_lacks_nothing_mandatory(
    datasets: list[Described], vocabularies: Vocabularies
) -> None:
    valid = 0
    for one in datasets:
        report = check(one.entity, mapping.index(one.triples()), vocabularies)
        valid += report.valid
        assert report.valid or one.flaws, (one.entity.node, report.findings)

    assert 0.6 <= valid / len(datasets) <= 0.75


def test_a_third_of_the_sources_has_a_data_dictionary_of_five_to_thirty_columns(
    datasets: list[Described],
) -> None:
    columns = [sum(entity.table == "Column" for entity in _within(one.entity)) for one in datasets]

    assert sum(5 <= count <= 30 for count in columns) >= len(datasets) / 3


def test_sizes_and_years_span_what_real_sources_span(datasets: list[Described]) -> None:
    persons = [n for one in datasets for n in map(mapping.integer, one.entity.all("persons")) if n]
    starts = [
        mapping.year(start)
        for one in datasets
        for period in one.entity.entities("temporal")
        for start in period.all("startDate")
    ]

    assert (min(persons), max(persons)) == (180, 60_000_000)
    assert min(year for year in starts if year) == 1953


def test_nothing_was_published_after_the_reference_date(datasets: list[Described]) -> None:
    for one in datasets:
        issued, modified = one.entity.text("issued"), one.entity.text("modified")

        assert issued <= (modified or REFERENCE_DATE) <= REFERENCE_DATE, one.entity.node


def test_one_dataset_is_described_by_two_nodes_in_their_own_words(
    datasets: list[Described],
) -> None:
    counted = Counter(one.entity.node for one in datasets)
    twice = [node for node, times in counted.items() if times > 1]

    assert len(twice) == 1
    first, second = (one for one in datasets if one.entity.node == twice[0])
    assert not set(first.entity.all("title")) & set(second.entity.all("title"))
