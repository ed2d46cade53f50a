"""What the index holds of a record follows from its description, and from nothing that it does not say."""

import pickle
from collections.abc import Iterator

import pytest

from catalogue.catalogue import Catalogue
from catalogue.documents import projecting
from catalogue.projection import ONGOING
from catalogue.rdf import Document, Format
from catalogue.rdf_ladder import records
from catalogue.records import Record
from catalogue.search import SearchDocument
from tests.core.harvests import Clock, in_memory

PREFIXES = """
@prefix adms: <http://www.w3.org/ns/adms#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix health: <http://healthdataportal.eu/ns/health#> . @prefix time: <http://www.w3.org/2006/time#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix ex: <https://example.org/> .
@prefix csvw: <http://www.w3.org/ns/csvw#> . @prefix at: <http://publications.europa.eu/resource/authority/> .
"""


@pytest.fixture(scope="module")
def timed() -> Iterator[Catalogue]:
    """One catalogue for all: nothing here writes into it."""
    opened = in_memory(Clock())
    yield opened
    opened.close()


def document(catalogue: Catalogue, said: str) -> SearchDocument:
    """What the index holds of a dataset of which this is said."""
    text = f"{PREFIXES} ex:d a dcat:Dataset ; {said} ."
    [record] = records(Document("test", text.encode(), Format.TURTLE, "https://base.example/"))
    assert isinstance(record, Record)
    here = projecting(catalogue, ["id"])
    return here.document("id", record.kind, "src", record.subject, record.triples)


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("health:minTypicalAge 18 ; health:maxTypicalAge 65", 18, 65),
        ('health:minTypicalAge "18"^^xsd:nonNegativeInteger', 18, None),
        ('health:maxTypicalAge "99"', None, 99),
        ("health:minTypicalAge 0 ; health:maxTypicalAge 0", 0, 0),
        ('health:minTypicalAge "adult" ; health:maxTypicalAge "-1"', None, None),
    ],
)
def test_ages_are_what_is_said_and_no_more(
    timed: Catalogue, said: str, low: int | None, high: int | None
) -> None:
    row = document(timed, said).row

    assert (row.age_low, row.age_high) == (low, high)


@pytest.mark.parametrize(
    ("period", "low", "high"),
    [
        ('dcat:startDate "2001-05-06"^^xsd:date ; dcat:endDate "2010-01-01"^^xsd:date', 2001, 2010),
        ('dcat:startDate "2001"^^xsd:gYear ; dcat:endDate "2010-02"^^xsd:gYearMonth', 2001, 2010),
        ('dcat:startDate "2001"', 2001, ONGOING),
        ('dcat:endDate "2010-01-01T00:00:00+02:00"^^xsd:dateTime', None, 2010),
        (
            'time:hasBeginning [ time:inXSDDate "1999-01-01" ] ;'
            ' time:hasEnd [ time:inXSDDateTimeStamp "2003-01-01T00:00:00Z" ]',
            1999,
            2003,
        ),
        ('dcat:startDate "from the start" ; dcat:endDate "31/12/2010"', None, None),
        ('dcat:startDate "0000-00-00" ; dcat:endDate "9999-12-31"', None, None),
    ],
)
def test_years_covered(timed: Catalogue, period: str, low: int | None, high: int | None) -> None:
    found = document(timed, f"dct:temporal [ {period} ]")

    assert (found.numbers.get("year_low"), found.numbers.get("year_high")) == (low, high)
    assert found.row.year_high == (None if high == ONGOING else high)


def test_several_periods_span_from_the_first_to_the_last(timed: Catalogue) -> None:
    found = document(
        timed,
        'dct:temporal [ dcat:startDate "1990" ; dcat:endDate "1995" ],'
        ' [ dcat:startDate "2005" ; dcat:endDate "2007" ]',
    )

    assert (found.row.year_low, found.row.year_high) == (1990, 2007)


def test_one_period_that_goes_on_makes_the_whole_go_on(timed: Catalogue) -> None:
    found = document(
        timed, 'dct:temporal [ dcat:startDate "1990" ; dcat:endDate "1995" ], [ dcat:startDate "2005" ]'
    )

    assert found.numbers["year_high"] == ONGOING
    assert found.row.year_high is None


@pytest.mark.parametrize(
    ("said", "publisher"),
    [
        ('dct:publisher [ a foaf:Agent ; foaf:name "The Agency"@en ]', "The Agency"),
        ('dct:publisher "The Agency"', "The Agency"),
        ('dct:publisher "  The \\n Agency "@en', "The Agency"),
        ("dct:publisher <https://example.org/org/The_Agency>", "The Agency"),
        ('dct:publisher ex:o, ex:p . ex:o foaf:name "First" . ex:p foaf:name "Second"', "First"),
        ("dct:publisher [ a foaf:Agent ]", ""),
        ("dct:title 'x'", ""),
    ],
)
def test_a_publisher_is_shown_by_name_however_it_is_given(
    timed: Catalogue, said: str, publisher: str
) -> None:
    assert document(timed, said).row.publisher in {publisher, publisher and "Second"}


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ("dct:spatial <http://publications.europa.eu/resource/authority/country/FIN>", "country", "FIN"),
        (
            'dct:spatial [ a dct:Location ; foaf:name "Middle-earth" ]',
            "country",
            None,
        ),
        (
            "dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC>",
            "accessRights",
            "PUBLIC",
        ),
        ('dcat:keyword "asthma"@en, "asthma"@fr', "keyword", "asthma"),
        ("dcat:theme <https://odd.example/theme>", "theme", "https://odd.example/theme"),
        (
            "dcat:distribution [ dct:format "
            "<http://publications.europa.eu/resource/authority/file-type/CSV> ]",
            "format",
            "CSV",
        ),
    ],
)
def test_facets_hold_codes(timed: Catalogue, said: str, field: str, code: str | None) -> None:
    found = document(timed, said).facets.get(field)

    assert found == ((code,) if code else None)


def test_old_wikidata_codes_of_coding_systems_are_the_systems_they_mean(timed: Catalogue) -> None:
    found = document(timed, "health:hasCodingSystem <https://www.wikidata.org/entity/P494>").facets[
        "codingSystem"
    ]
    new = document(timed, "health:hasCodingSystem <http://www.wikidata.org/entity/P494>").facets[
        "codingSystem"
    ]

    assert found == new


@pytest.mark.parametrize(
    ("said", "persons"),
    [
        ("0", 0),
        ('"0"', 0),
        ("12345", 12345),
        ('"9" , "x"', 9),
        (f'"{"9" * 300}"', None),
        ("1.5", None),
        ('"ca. 500"', None),
    ],
)
def test_persons_are_a_number_or_not_said(timed: Catalogue, said: str, persons: int | None) -> None:
    found = document(timed, f"health:numberOfUniqueIndividuals {said}")

    assert found.row.persons == persons
    assert found.numbers.get("persons") == persons


@pytest.mark.parametrize(
    ("said", "modified"),
    [
        ('dct:modified "2024-02-29"^^xsd:date', "2024-02-29"),
        ('dct:modified "2024-02-29T23:00:00Z"^^xsd:dateTime', "2024-02-29"),
        ('dct:modified "2024-02"', "2024-02-01"),
        ('dct:modified "2024"^^xsd:gYear', "2024-01-01"),
        ('dct:modified "2023-02-29"', ""),
        ('dct:modified "yesterday" ; dct:issued "2020-01-01"', "2020-01-01"),
        ('dct:modified "0000-00-00"', ""),
        ('dct:modified "2024Z"', "2024-01-01"),
        ('dct:modified "2024-05:00"', "2024-01-01"),
        ('dct:modified "2024-03+01:00"', "2024-03-01"),
    ],
)
def test_the_day_of_the_last_change_is_a_day_or_empty(timed: Catalogue, said: str, modified: str) -> None:
    found = document(timed, said)

    assert found.row.modified == modified
    assert ("modified" in found.numbers) == bool(modified)


def test_a_record_that_says_nothing_is_indexed_all_the_same(timed: Catalogue) -> None:
    found = document(timed, "dcat:landingPage <https://x.example/>")

    assert found.row.title == ()
    assert found.row.persons is None
    assert found.facets["source"] == ("src",)


def test_words_of_publishers_and_columns_can_be_searched(timed: Catalogue) -> None:
    found = document(
        timed,
        'dct:publisher [ foaf:name "The Agency" ] ; dcat:keyword "asthma"@en ; health:hasVariables '
        '[ csvw:table [ csvw:column [ csvw:name "sys_bp" ; csvw:title "Systolic pressure"@en ] ] ]',
    )

    words = {words.text for words, _ in found.texts}
    assert {"The Agency", "asthma", "sys_bp", "Systolic pressure"} <= words
    assert found.row.variables == 1


def test_texts_without_end_are_cut(timed: Catalogue) -> None:
    found = document(timed, f'dct:description "{"x" * 100_000}"')

    assert max(len(words.text) for words, _ in found.texts) <= 20_000


def test_a_document_is_the_same_in_the_process_that_it_is_sent_to(timed: Catalogue) -> None:
    made = document(
        timed,
        'dct:title "Herz"@de ; dcat:keyword "heart" ; dct:modified "2024-05-31" ;'
        ' health:hasVariables [ csvw:table [ csvw:column [ csvw:name "age" ] ] ]',
    )

    assert made.variables
    assert pickle.loads(pickle.dumps(made)) == made
