"""Plain values become the triples that the field table asks for, and what does not fit stays as words."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from catalogue.adapters.exact_literals import Fate, in_oxigraph
from catalogue.drafting import Given, drafted, is_iri, lines, named
from catalogue.errors import Invalid
from catalogue.fields import DATASET, Kind
from catalogue.mapping import Entity, index, read
from ontologies.namespaces import DCAT, RDF, XSD
from ontologies.vocabularies import Vocabularies, load

SUBJECT = "https://node.example/dataset/1"
FINLAND = "http://publications.europa.eu/resource/authority/country/FIN"


loaded = cache(load)


@pytest.fixture
def vocabularies() -> Vocabularies:
    return loaded()


def entity(vocabularies: Vocabularies, values: Mapping[str, Given], kind: str = "dataset") -> Entity:
    triples = drafted(vocabularies, kind, SUBJECT, values)
    return read(index(triples), NamedNode(SUBJECT), "Dataset")


def test_words_come_by_language_or_in_none(vocabularies: Vocabularies) -> None:
    found = entity(
        vocabularies, {"title": {"en": "Registry", "fi": ["Rekisteri", ""]}, "keyword": ["a", "b"]}
    )

    assert set(found.terms("title")) == {
        Literal("Registry", language="en"),
        Literal("Rekisteri", language="fi"),
    }
    assert set(found.terms("keyword")) == {Literal("a"), Literal("b")}


def test_a_language_that_is_none_leaves_the_words(vocabularies: Vocabularies) -> None:
    assert entity(vocabularies, {"title": {"français!": "Registre"}}).terms("title") == (Literal("Registre"),)


@pytest.mark.parametrize("written", [FINLAND, "FIN", "Finland", "finland"])
def test_a_code_is_known_however_it_is_written(vocabularies: Vocabularies, written: str) -> None:
    assert entity(vocabularies, {"country": written}).terms("country") == (NamedNode(FINLAND),)


def test_a_word_that_is_no_code_is_kept(vocabularies: Vocabularies) -> None:
    assert entity(vocabularies, {"country": "Atlantis"}).terms("country") == (Literal("Atlantis"),)


@pytest.mark.parametrize(
    ("given", "datatype"),
    [
        ("2015", XSD.gYear),
        ("2015-07", XSD.gYearMonth),
        ("2015-07-01", XSD.date),
        (date(2015, 7, 1), XSD.date),
        (datetime(2015, 7, 1, tzinfo=UTC), XSD.dateTime),
        ("01/07/2015", XSD.string),
    ],
)
def test_a_date_has_the_type_of_its_form(
    vocabularies: Vocabularies, given: str | date, datatype: NamedNode
) -> None:
    (found,) = entity(vocabularies, {"issued": given}).terms("issued")

    assert isinstance(found, Literal)
    assert found.datatype == datatype


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026-01-05T08:00:00.654000", "2026-01-05T08:00:00.654"),
        ("2026-01-05T08:00:44.120000Z", "2026-01-05T08:00:44.12Z"),
        ("2026-01-05T08:10:00.000000", "2026-01-05T08:10:00"),
        ("2026-01-05T08:10:20.0+00:00", "2026-01-05T08:10:20Z"),
        ("2026-01-05T08:10:20-00:00", "2026-01-05T08:10:20Z"),
        ("2026-01-05T08:10:20+10:00", "2026-01-05T08:10:20+10:00"),
        (datetime(2026, 1, 5, 8, 0, 0, 120000, UTC), "2026-01-05T08:00:00.12Z"),
    ],
)
def test_a_moment_has_no_needless_zeros(vocabularies: Vocabularies, given: str | datetime, kept: str) -> None:
    found = entity(vocabularies, {"modified": given})

    assert found.terms("modified") == (Literal(kept, datatype=XSD.dateTime),)


@given(
    some.datetimes(),
    some.sampled_from(["", ".0", ".5", ".120000", ".654000", ".000000000", ".1234567890"]),
    some.sampled_from(["", "Z", "+00:00", "-00:00", "+02:00", "-05:30"]),
)
def test_a_moment_comes_back_from_the_store_as_it_was_drafted(
    moment: datetime, fraction: str, zone: str
) -> None:
    written = moment.isoformat(timespec="seconds") + fraction + zone

    (found,) = entity(loaded(), {"modified": written}).terms("modified")

    assert isinstance(found, Literal)
    assert found.datatype == XSD.dateTime
    assert in_oxigraph(found) is Fate.KEPT


def test_a_number_that_is_none_is_kept_as_words(vocabularies: Vocabularies) -> None:
    found = entity(vocabularies, {"persons": "about 1,000", "records": 12.0})

    assert found.terms("persons") == (Literal("about 1,000"),)
    assert found.terms("records") == (Literal("12", datatype=XSD.nonNegativeInteger),)


def test_nodes_are_given_by_their_fields_or_by_one_word(vocabularies: Vocabularies) -> None:
    found = entity(
        vocabularies,
        {
            "publisher": "Institute",
            "contactPoint": "desk@node.example",
            "temporal": "2001/2020",
            "distribution": [{"accessURL": "https://node.example/1", "title": "File", "license": "CC BY"}],
            "hdab": {"@id": "https://body.example/"},
        },
    )

    assert found.entities("publisher")[0].text("name") == "Institute"
    assert found.entities("contactPoint")[0].text("hasEmail") == "mailto:desk@node.example"
    assert found.entities("temporal")[0].text("startDate") == "2001"
    assert found.entities("temporal")[0].text("endDate") == "2020"
    assert found.entities("distribution")[0].entities("license")[0].text("label") == "CC BY"
    assert found.terms("hdab") == (NamedNode("https://body.example/"),)


def test_what_is_not_given_makes_no_triple(vocabularies: Vocabularies) -> None:
    given: Mapping[str, Given] = {
        "title": None,
        "keyword": [],
        "publisher": "",
        "temporal": "",
        "persons": None,
        "landingPage": "",
        "identifier": " ",
        "issued": "\n",
        "language": [" ", None],
        "distribution": [{}, {"title": ""}, None],
    }

    assert drafted(vocabularies, "dataset", SUBJECT, given) == (
        Triple(NamedNode(SUBJECT), RDF.type, DCAT.Dataset),
    )


NASTY = [
    "http://[x",
    "http://a/[b]",
    "http://a/%zz",
    "http://a:port/",
    "http://:x",
    "https://node.example/a b",
    "https://node.example/{id}",
    "https://node.example/a\\b",
    "https://node.example/\ud800",
    "https://node.example/\ufffe",
    "https://node.example/\x7f",
    "urn:",
    "http:",
    "mailto:",
    "mailto:desk@[node].example",
    "desk@node.example\ud800",
    "desk@[x].example",
    "tel:+31 20",
    "+31 (0)20 %zz",
    "doi:10.1/<x>",
    "javascript:alert(1)",
    "file:///C|/x",
    "\ud800",
    "\x00",
    "²",
    "٢٠٢٠",
    "-",
    ":",
    "::",
    "1e999",
]
"""What stands where an IRI, a date or a number should, in the metadata of the world."""

TAGS = [
    "",
    "de-x",
    "x",
    "de-",
    "-",
    "de_DE",
    "fran\u00e7ais",
    "abcdefghi",
    "e\ud800",
    "en-GB",
    "i-default",
    "a-b-c-d",
]
FIELDS = {field.name: field for field in DATASET}


WORDS = some.one_of(some.sampled_from(NASTY), some.text())
SPOKEN = some.one_of(WORDS, some.lists(WORDS, max_size=3), some.dictionaries(some.sampled_from(TAGS), WORDS))
NODES = some.one_of(WORDS, some.lists(WORDS, max_size=3), some.fixed_dictionaries({"@id": WORDS}))
ANY = {name: NODES if field.kind is Kind.NODE else SPOKEN for name, field in FIELDS.items()}


@pytest.mark.parametrize("words", NASTY)
def test_what_cannot_be_an_iri_stays_words(vocabularies: Vocabularies, words: str) -> None:
    for field in DATASET:
        for triple in drafted(vocabularies, "dataset", SUBJECT, {field.name: words}):
            assert [*parse(f"{triple} .".encode(), RdfFormat.N_TRIPLES)]


@pytest.mark.parametrize("words", ["http://[x", "http://a/[b]", "http://a/%zz", "https://node.example/a b"])
def test_a_broken_address_stays_the_words_that_it_is(vocabularies: Vocabularies, words: str) -> None:
    found = entity(
        vocabularies, {"landingPage": words, "theme": words, "publisher": {"@id": words, "name": "I"}}
    )

    assert found.terms("landingPage") == found.terms("theme") == (Literal(words),)
    assert found.entities("publisher")[0].text("name") == "I"


@pytest.mark.parametrize("tag", TAGS)
def test_words_in_any_language_tag_are_kept(vocabularies: Vocabularies, tag: str) -> None:
    (found,) = entity(vocabularies, {"title": {tag: "Registre"}}).terms("title")

    assert found.value == "Registre"


@pytest.mark.parametrize("subject", [*NASTY, ""])
def test_a_subject_makes_a_record_or_is_refused(vocabularies: Vocabularies, subject: str) -> None:
    assert is_iri(subject) == (named(subject) is not None)

    try:
        drafted(vocabularies, "dataset", subject, {})
    except Invalid as error:
        assert "not an IRI" in str(error)
    else:
        assert is_iri(subject)


# On a machine where it never ran before, hypothesis takes seconds to list the characters that there are.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    some.sets(some.sampled_from(sorted(ANY)), max_size=6).flatmap(
        lambda names: some.fixed_dictionaries({name: ANY[name] for name in names})
    )
)
def test_whatever_is_given_makes_triples_that_can_be_stored(values: dict[str, Given]) -> None:
    written = lines(loaded(), "dataset", SUBJECT, values)

    triples = [*written]

    assert len(written) == len(triples) == len(set(triples))
    assert written.text.encode() == serialize(triples, format=RdfFormat.N_TRIPLES)


def test_a_series_is_a_dataset_too(vocabularies: Vocabularies) -> None:
    classes = {t.object for t in drafted(vocabularies, "series", SUBJECT, {}) if t.predicate == RDF.type}

    assert classes == {DCAT.Dataset, DCAT.DatasetSeries}


def test_a_subject_that_is_no_iri_is_refused(vocabularies: Vocabularies) -> None:
    with pytest.raises(Invalid, match="not an IRI"):
        drafted(vocabularies, "dataset", "no iri", {})


def test_a_field_that_does_not_exist_is_a_fault_of_ours(vocabularies: Vocabularies) -> None:
    with pytest.raises(KeyError):
        drafted(vocabularies, "dataset", SUBJECT, {"colour": "red"})


@given(
    some.dictionaries(
        some.sampled_from([f.name for f in DATASET]),
        some.one_of(some.text(), some.integers(), some.booleans(), some.lists(some.text(), max_size=3)),
        max_size=8,
    )
)
def test_any_words_make_triples_that_can_be_stored(values: dict[str, Given]) -> None:
    for triple in drafted(loaded(), "dataset", SUBJECT, values):
        assert str(triple)
        assert triple.predicate.value.startswith("http")


def test_every_kind_of_node_can_be_called_by_a_word(vocabularies: Vocabularies) -> None:
    nodes = [f.name for f in DATASET if f.kind is Kind.NODE]

    found = entity(vocabularies, dict.fromkeys(nodes, "words"))

    assert all(found.all(name) for name in nodes)
