"""What the vocabularies promise: complete lists, and one meaning for every way to write a value."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ontologies.vocabularies import Concept, Vocabularies, load

SKOS = "http://www.w3.org/2004/02/skos/core#"
FOLDER = Path(__file__).parents[2] / "ontologies" / "skos"
NAL = "http://publications.europa.eu/resource/authority/"
VOCABULARIES = load()
NAMES = VOCABULARIES.names()


@pytest.fixture(scope="module")
def vocabularies() -> Vocabularies:
    return VOCABULARIES


def test_every_file_in_the_folder_is_a_vocabulary(vocabularies: Vocabularies) -> None:
    files = sorted(file.stem for file in FOLDER.glob("*.ttl"))

    assert sorted(vocabularies.names()) == files


@pytest.mark.parametrize("name", NAMES)
def test_every_concept_has_an_iri_a_code_and_an_english_label(vocabularies: Vocabularies, name: str) -> None:
    for concept in vocabularies.concepts(name):
        assert concept.iri.startswith(("http://", "https://"))
        assert concept.code
        assert concept.labels["en"].strip() == concept.labels["en"] != ""


@pytest.mark.parametrize("name", NAMES)
def test_codes_and_iris_are_unique_within_a_vocabulary(vocabularies: Vocabularies, name: str) -> None:
    concepts = vocabularies.concepts(name)

    assert concepts
    assert len({concept.code for concept in concepts}) == len(concepts)
    assert len({concept.iri for concept in concepts}) == len(concepts)


@pytest.mark.parametrize("name", NAMES)
def test_every_concept_is_found_by_iri_code_and_english_label(vocabularies: Vocabularies, name: str) -> None:
    for concept in vocabularies.concepts(name):
        assert vocabularies.concept(name, concept.iri) is concept
        assert vocabularies.concept(name, concept.code) is concept
        assert vocabularies.concept(name, concept.code.lower()) is concept
        assert vocabularies.concept(name, concept.label()) is concept


@pytest.mark.parametrize("name", NAMES)
def test_no_two_concepts_claim_the_same_identity_or_english_name(name: str) -> None:
    claims: dict[str, set[str]] = {}
    for quad in parse((FOLDER / f"{name}.ttl").read_bytes(), RdfFormat.TURTLE):
        assert isinstance(quad.object, Literal | NamedNode)
        assert isinstance(quad.subject, NamedNode)
        kind = quad.predicate.value.removeprefix(SKOS)
        claimed = kind in {"exactMatch", "notation", "hiddenLabel", "altLabel"}
        if claimed or (kind == "prefLabel" and str(quad.object).endswith("@en")):
            claims.setdefault(quad.object.value.casefold(), set()).add(quad.subject.value)

    assert {claim: who for claim, who in claims.items() if len(who) > 1} == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_file_states_its_scheme_once_and_every_concept_is_in_it(name: str) -> None:
    quads = list(parse((FOLDER / f"{name}.ttl").read_bytes(), RdfFormat.TURTLE))
    schemes = {q.subject for q in quads if q.object == NamedNode(SKOS + "ConceptScheme")}
    members = {q.object for q in quads if q.predicate.value == SKOS + "inScheme"}

    assert len(schemes) == 1
    assert members == schemes


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("access-right", 3),
        ("coding-system", 32),
        ("duo", 25),
        ("frequency", 41),
        ("health-activity", 34),
        ("health-category", 17),
        ("health-theme", 20),
        ("programme", 6),
    ],
)
def test_closed_lists_are_complete(vocabularies: Vocabularies, name: str, size: int) -> None:
    assert len(vocabularies.concepts(name)) == size


@pytest.mark.parametrize("language", ["de", "en", "fr"])
@pytest.mark.parametrize("name", ["access-right", "data-theme", "health-category", "health-theme"])
def test_what_every_record_shows_is_labelled_in_three_languages(
    vocabularies: Vocabularies, name: str, language: str
) -> None:
    assert all(language in concept.labels for concept in vocabularies.concepts(name))


@pytest.mark.parametrize("name", ["access-right", "duo", "health-category", "legal-basis"])
def test_terms_of_art_are_explained(vocabularies: Vocabularies, name: str) -> None:
    assert all(concept.definitions["en"] for concept in vocabularies.concepts(name))


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        (
            "access-right",
            "https://publications.europa.eu/resource/authority/access-right/PUBLIC",
            0,
        ),
        ("access-right", "public", "PUBLIC"),
        ("access-right", " Non-public ", "NON_PUBLIC"),
        ("access-right", "non_public", "NON_PUBLIC"),
        ("access-right", f"{NAL}access-right/RESTRICTED/", "RESTRICTED"),
        ("coding-system", "http://www.wikidata.org/entity/Q45127", "ICD-10"),
        ("coding-system", "https://www.wikidata.org/wiki/Q1753883", "SNOMED-CT"),
        ("coding-system", "https://www.wikidata.org/wiki/Property:P563", "ICD-O"),
        ("coding-system", "http://www.wikidata.org/entity/Q192093", "ATC"),
        ("coding-system", "http://www.wikidata.org/entity/Q199897", "MESH"),
        ("coding-system", "http://snomed.info/sct", "SNOMED-CT"),
        ("coding-system", "https://loinc.org/", "LOINC"),
        ("country", "DE", "DEU"),
        ("country", "deu", "DEU"),
        ("country", "Germany", "DEU"),
        ("country", "Deutschland", "DEU"),
        ("country", "EL", "GRC"),
        ("country", "Czech Republic", "CZE"),
        ("country", "Turkey", "TUR"),
        ("country", "UK", "GBR"),
        ("country", "https://www.geonames.org/390903", "GRC"),
        ("country", "http://sws.geonames.org/2750405/", "NLD"),
        ("distribution-status", "http://purl.org/adms/status/UnderDevelopment", "DEVELOP"),
        ("duo", "DUO:0000042", "DUO:0000042"),
        ("duo", "GRU", "DUO:0000042"),
        ("duo", "http://purl.obolibrary.org/obo/DUO_00000044", "DUO:0000044"),
        ("file-type", "csv", "CSV"),
        ("file-type", "text/turtle", "RDF_TURTLE"),
        ("frequency", "annual", "ANNUAL"),
        ("frequency", "Monthly", "MONTHLY"),
        ("frequency", "http://purl.org/cld/freq/annual", "ANNUAL"),
        ("frequency", "http://purl.org/cld/freq/threeTimesAWeek", "WEEKLY_3"),
        ("frequency", "R/P1Y", "ANNUAL"),
        (
            "health-category",
            "http://healthdataportal.eu/resource/authority/healthcategories/EHRS",
            0,
        ),
        (
            "health-theme",
            "http://13.81.34.152:1101/resource/authority/health-theme/CANCER_DISEASE",
            0,
        ),
        (
            "health-theme",
            "https://hdeu-dcat.acceptance.data.health.europa.eu"
            "/resource/authority/health-theme/MENTAL_HEALTH/",
            0,
        ),
        ("language", "de", "DEU"),
        ("language", "en-GB", "ENG"),
        ("language", "ger", "DEU"),
        ("language", "http://id.loc.gov/vocabulary/iso639-1/nl", "NLD"),
        ("language", "http://lexvo.org/id/iso639-3/fra", "FRA"),
        ("legal-basis", "eu-gdpr:A9-2-j", "A9-2-j"),
        ("licence", "https://creativecommons.org/licenses/by/4.0/", "CC_BY_4_0"),
        ("licence", "http://creativecommons.org/publicdomain/zero/1.0/deed.en", "CC0"),
        ("licence", "https://spdx.org/licenses/CC-BY-SA-4.0", "CC_BYSA_4_0"),
        ("licence", "ODbL", "ODC_BL"),
        ("licence", "https://creativecommons.org/licenses/by/3.0/de/deed.de", "CC_BY_3_0"),
        ("licence", "http://creativecommons.org/licenses/by-nc/", "CC_BYNC"),
        ("licence", f"{NAL}licence/CC_BY_NC_4_0", "CC_BYNC_4_0"),
        ("licence", "http://dcat-ap.de/def/licenses/cc-by/4.0", "CC_BY_4_0"),
        ("media-type", "https://www.iana.org/assignments/media-types/text/csv", "text/csv"),
        ("personal-data", "https://w3id.org/dpv/pd#Health", "Health"),
        ("personal-data", "https://w3id.org/dpv/dpv-pd#Death", "Death"),
        ("planned-availability", "http://data.europa.eu/r5r/availability/stable", "STABLE"),
        ("programme", "https://www.ehden.eu", "EHDEN"),
        ("publisher-type", "NON_GOV_ORG", "non-gov-org"),
        ("publisher-type", "Public-Health_Institute", "public-health-institute"),
        ("standard", "OMOP", "OMOP-CDM"),
        ("standard", "http://hl7.org/fhir/", "FHIR"),
    ],
)
def test_a_value_is_understood_however_it_is_written(
    vocabularies: Vocabularies, name: str, value: str, code: str | int
) -> None:
    expected = code or value.rstrip("/").rpartition("/")[2]

    found = vocabularies.concept(name, value)

    assert found is not None
    assert found.code == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("access-right", "open access"),
        ("access-right", ""),
        ("country", "de-be"),
        ("country", "https://www.geonames.org/1"),
        ("health-theme", "https://example.org/health-theme/CANCER_DISEASE"),
        ("health-theme", "https://hdeu-dcat.data.health.europa.example/CANCER_DISEASE"),
        ("language", "x" * 100_000),
    ],
)
def test_an_unknown_value_is_not_guessed(vocabularies: Vocabularies, name: str, value: str) -> None:
    assert vocabularies.concept(name, value) is None


@given(st.sampled_from(NAMES), st.text())
def test_any_text_is_looked_up_and_labelled_without_failing(name: str, value: str) -> None:
    found = VOCABULARIES.concept(name, value)
    label = VOCABULARIES.label(name, value)

    assert found is None or label == found.label()
    assert bool(label) == bool(value) or found is not None


def test_an_unknown_vocabulary_is_an_error(vocabularies: Vocabularies) -> None:
    with pytest.raises(KeyError):
        vocabularies.concept("no-such-vocabulary", "PUBLIC")


def test_a_label_comes_in_the_language_asked_for_else_in_english(
    vocabularies: Vocabularies,
) -> None:
    value = f"{NAL}country/DEU"

    assert vocabularies.label("country", value, "fr") == "Allemagne"
    assert vocabularies.label("country", value, "de-AT") == "Deutschland"
    assert vocabularies.label("country", value, "xx") == "Germany"


def test_a_concept_without_english_shows_another_label_and_without_any_its_code() -> None:
    german = Concept("https://example.org/a", "A", {"de": "Wort"}, {})
    bare = Concept("https://example.org/a", "A", {}, {})

    assert german.label("fr") == "Wort"
    assert bare.label("fr") == "A"


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("https://example.org/themes/open_data-sets", "open data sets"),
        ("https://w3id.org/dpv#HealthRecord", "Health Record"),
        ("https://example.org/", "example.org"),
        ("https://example.org/caf%C3%A9/", "café"),
        ("Something_else", "Something_else"),
        ("", ""),
    ],
)
def test_an_unknown_value_is_shown_readably(vocabularies: Vocabularies, value: str, label: str) -> None:
    assert vocabularies.label("data-theme", value) == label


@pytest.mark.real_data
def test_every_concept_of_the_published_health_lists_is_known(
    vocabularies: Vocabularies, shared_data: Path
) -> None:
    lists = {"healthcategories": "health-category"}
    turtle = (shared_data / "vocab" / "healthdcat-ap-r8-nals.ttl").read_bytes()
    iris = [
        quad.subject.value
        for quad in parse(turtle, RdfFormat.TURTLE)
        if quad.object == NamedNode(SKOS + "Concept") and isinstance(quad.subject, NamedNode)
    ]

    missing = []
    for iri in iris:
        name = iri.split("/")[-2]
        found = vocabularies.concept(lists.get(name, name), iri)
        if found is None or found.iri != iri:
            missing.append(iri)

    assert len(iris) == 134
    assert missing == []


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["frequencies", "data-theme", "continents"])
def test_every_concept_of_the_older_european_lists_is_known(
    vocabularies: Vocabularies, shared_data: Path, name: str
) -> None:
    lists = {"frequencies": "frequency", "continents": "continent"}
    file = shared_data / "vocab" / "eu-nal-semic-2021" / f"{name}-skos-ap-act.rdf"
    iris = {
        quad.subject.value
        for quad in parse(file.read_bytes(), RdfFormat.RDF_XML)
        if quad.object == NamedNode(SKOS + "Concept") and isinstance(quad.subject, NamedNode)
    }

    missing = [iri for iri in iris if vocabularies.concept(lists.get(name, name), iri) is None]

    assert iris
    assert missing == []
