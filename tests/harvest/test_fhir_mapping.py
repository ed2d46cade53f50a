"""Which resources describe data, and what of them a record says."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.errors import CatalogueError
from catalogue.records import Harvested, Record
from harvesters.fhir import harvest
from harvesters.fhir_bounds import LISTED
from harvesters.fhir_elements import Context
from harvesters.fhir_mapping import MAPPERS, citation, group, library, measure, study
from harvesters.http import Client
from tests.harvest.asking import asked, vocabularies
from tests.harvest.fhir_server import (
    bundle,
    ids,
    listing,
    record,
    said,
    serving,
    values,
)
from tests.harvest.fhir_server import (
    library as a_library,
)
from tests.harvest.junk import Spot, junk, spots, with_junk
from tests.harvest.loopback import Site
from web.demo.nodes.fhir import resources

CONTEXT = Context("https://fhir.example/r4", vocabularies())
STUDY = {"resourceType": "ResearchStudy", "id": "s", "status": "active", "title": "S"}
F4F = "http://hl7.org/fhir/uv/fhir-for-fair/StructureDefinition/"


def concept(text: str = "", code: str = "", system: str = "http://snomed.info/sct") -> dict[str, object]:
    coding = {"coding": [{"system": system, "code": code}]} if code else {}
    return {**({"text": text} if text else {}), **coding}


@pytest.mark.parametrize("code", ["logic-library", "model-definition", "module-definition"])
def test_a_library_of_logic_or_models_is_no_data(code: str) -> None:
    assert library(a_library("a", type=concept(code=code)), CONTEXT) is None


def test_a_library_without_a_type_is_taken_for_data() -> None:
    assert library(a_library("a"), CONTEXT) is not None


def test_a_data_set_is_described_with_its_numbers_places_and_files() -> None:
    found = library(
        a_library(
            "a",
            description="What it holds",
            purpose="What for",
            topic=[concept("Oncology"), concept("Cancer")],
            jurisdiction=[concept(code="FI", system="urn:iso:std:iso:3166")],
            useContext=[
                {"code": {"code": "number-of-patients"}, "valueQuantity": {"value": 120}},
                {
                    "code": {"code": "age"},
                    "valueRange": {
                        "low": {"value": 18, "unit": "years"},
                        "high": {"value": 3, "unit": "months"},
                    },
                },
            ],
            content=[{"url": "https://data.example/f.csv", "contentType": "text/csv", "size": 5}],
            extension=[
                {"url": F4F + "license", "valueCodeableConcept": concept(code="CC-BY-4.0")},
                {"url": F4F + "persistentUrl", "valueUrl": "https://pid.example/1"},
                {"url": "https://elsewhere.example/unknown", "valueString": "ignored"},
            ],
            copyright="The hospital",
        ),
        CONTEXT,
    )

    assert found is not None
    assert found["description"] == "What it holds\n\nWhat for"
    assert found["keyword"] == ["Oncology", "Cancer"]
    assert str(found["healthTheme"]).endswith("CANCER_DISEASE']")
    assert str(found["country"]).endswith("/FIN']")
    assert (found["persons"], found["minAge"], found.get("maxAge")) == (120, 18, None)
    assert found["identifier"] == ["https://pid.example/1"]
    assert "licence/CC_BY_4_0" in str(found["distribution"])
    assert "'byteSize': 5" in str(found["distribution"])
    assert "ignored" not in str(found)


@pytest.mark.parametrize("number", [0, 1, 5, 9, -3, "7", None, True])
def test_fewer_than_ten_people_are_no_number(number: object) -> None:
    quantity = {"code": {"code": "number-of-patients"}, "valueQuantity": {"value": number}}

    for found in (
        library(a_library("a", useContext=[quantity]), CONTEXT),
        study({**STUDY, "recruitment": {"actualNumber": number}}, CONTEXT),
        group({"resourceType": "Group", "id": "g", "actual": False, "quantity": number}, CONTEXT),
    ):
        assert found is not None
        assert found.get("persons") is None


def test_a_study_is_read_in_the_spelling_of_r4_and_of_r5() -> None:
    common = {**STUDY, "condition": [concept("Heart failure", "84114007")], "period": {"start": "2019-09"}}
    r4 = {
        **common,
        "sponsor": {"display": "Sponsor"},
        "principalInvestigator": {"display": "Dr A"},
        "location": [concept(code="DE", system="urn:iso:std:iso:3166")],
        "focus": [concept("Telemedicine")],
    }
    r5 = {
        **common,
        "associatedParty": [
            {"role": concept(code="lead-sponsor"), "party": {"display": "Sponsor"}},
            {"role": concept(code="primary-investigator"), "name": "Dr A"},
        ],
        "region": [concept(code="DE", system="urn:iso:std:iso:3166")],
        "focus": [{"concept": concept("Telemedicine")}],
        "recruitment": {"targetNumber": 500, "actualNumber": 450},
    }

    first, second = study(r4, CONTEXT), study(r5, CONTEXT)

    assert first is not None and second is not None
    for name in ("publisher", "creator", "country", "keyword", "codeValues", "temporal"):
        assert first[name] == second[name]
    assert (first["codeValues"], second["persons"]) == (["84114007"], 450)
    assert "Planned number of participants: 500." in str(second["description"])


@pytest.mark.parametrize(
    ("more", "category"),
    [
        ({"phase": concept("Phase 3")}, ["EHCT"]),
        ({"phase": concept(code="n-a")}, None),
        ({"studyDesign": [concept("Cohort study")]}, ["RQSH"]),
        ({"category": [concept("Interventional")]}, ["EHCT"]),
    ],
)
def test_the_health_category_follows_from_the_design(more: Mapping[str, object], category: object) -> None:
    found = study({**STUDY, **more}, CONTEXT)

    assert found is not None
    assert found.get("healthCategory") == category


def test_only_citations_of_datasets_are_records() -> None:
    article = {
        "resourceType": "Citation",
        "id": "c",
        "title": "An article",
        "citedArtifact": {"title": [{"text": "T"}]},
    }
    dataset = {**article, "citedArtifact": {"classification": [{"classifier": [concept("Dataset")]}]}}

    assert citation(article, CONTEXT) is None
    assert citation(dataset, CONTEXT) is not None
    assert (
        citation({**article, "meta": {"profile": ["https://x.example/DatasetCitation"]}}, CONTEXT) is not None
    )


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ({"value": "10.1234/ab"}, "https://doi.org/10.1234/ab"),
        ({"value": "doi:10.1234/ab"}, "https://doi.org/10.1234/ab"),
        ({"value": "http://dx.doi.org/10.1234/ab"}, "https://doi.org/10.1234/ab"),
        ({"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"}, "urn:oid:1.2.3"),
        ({"system": "https://register.example", "value": "R-1"}, "R-1"),
    ],
)
def test_an_identifier_is_kept_in_one_spelling(identifier: Mapping[str, str], expected: str) -> None:
    found = study({**STUDY, "identifier": [identifier]}, CONTEXT)

    assert found is not None
    assert found["identifier"] == [expected]


def test_a_population_is_told_by_its_characteristics() -> None:
    found = group(
        {
            "resourceType": "Group",
            "id": "g",
            "membership": "conceptual",
            "quantity": 250,
            "characteristic": [
                {"code": concept("Age"), "valueRange": {"low": {"value": 18, "unit": "years"}}},
                {"code": concept("Sex"), "valueCodeableConcept": concept("female")},
                {"code": concept("Pregnant"), "valueBoolean": True, "exclude": True},
                {"code": concept("BMI"), "valueQuantity": {"comparator": ">", "value": 30, "unit": "kg/m2"}},
            ],
        },
        CONTEXT,
    )

    assert found is not None
    assert (
        found["populationCoverage"] == "Age: from 18 years; Sex: female; Pregnant: not yes; BMI: > 30 kg/m2"
    )
    assert (found["persons"], found["minAge"]) == (250, 18)


def test_words_are_in_the_language_of_the_resource(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    site.pages[listing()] = bundle(
        a_library("a", language="fi", title="Rekisteri"), a_library("b", language="not one", title="Register")
    )

    items = list(harvest(asked(base, client)))

    titles = [
        str(t.object)
        for end in ("/a", "/b")
        for t in record(items, end).triples
        if "title" in str(t.predicate)
    ]
    assert titles == ['"Rekisteri"@fi', '"Register"']


def test_a_bad_link_is_mended_or_left_out_and_costs_no_record(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    site.pages[listing()] = bundle(
        a_library(
            "a",
            url="http://[bad",
            content=[
                {"url": "http://[bad"},
                {"url": "https://data.example/a b{c}.csv"},
                {"url": "javascript:x"},
            ],
            relatedArtifact=[{"type": "documentation", "url": "https://data.example/100%"}],
        )
    )

    found = record(list(harvest(asked(base, client))), "/a")

    assert values(found, "accessURL") == ["https://data.example/a%20b%7Bc%7D.csv"]
    assert values(found, "page") == ["https://data.example/100%25"]


def test_variables_come_with_the_dataset_that_they_name(client: Client, site: Site) -> None:
    base = serving(site, "Library", "EvidenceVariable")
    variable = {"resourceType": "EvidenceVariable", "status": "active"}
    site.pages[listing("EvidenceVariable")] = bundle(
        {
            **variable,
            "id": "1",
            "name": "b",
            "relatedArtifact": [{"type": "part-of", "resourceReference": {"reference": "Library/x"}}],
        },
        {
            **variable,
            "id": "2",
            "name": "a",
            "relatedArtifact": [{"type": "part-of", "resource": "https://canon.example/x|2"}],
        },
        {**variable, "id": "3", "name": "of nobody"},
    )
    site.pages[listing()] = bundle(a_library("x", url="https://canon.example/x"), a_library("y"))

    items = list(harvest(asked(base, client)))

    assert values(record(items, "/x"), "name") == ["b", "a"] or values(record(items, "/x"), "name") == [
        "a",
        "b",
    ]
    assert values(record(items, "/y"), "name") == []


JUNK = junk("coding", "code", "value", "text", "url", "reference", "display", "name", "x")
SPOTS = [(number, path) for number, one in enumerate(resources()) for path in spots(one)]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(spot=st.sampled_from(SPOTS), odd=JUNK)
def test_any_value_anywhere_in_a_resource_makes_a_record_or_a_rejection(
    spot: tuple[int, Spot], odd: object
) -> None:
    changed = with_junk(resources()[spot[0]], spot[1], odd)
    assert isinstance(changed, dict)
    type = str(changed.get("resourceType"))
    if type in MAPPERS:
        found = MAPPERS[type][1](changed, CONTEXT)
        kind = MAPPERS[type][0]
    else:
        found, kind = (measure(changed, CONTEXT), "dataset") if type == "Measure" else (None, "")

    if found is not None:
        asked("http://x.example", None).record(kind, "https://x.example/1", found, "o")  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(odd=JUNK, data=st.data())
def test_any_answer_of_a_server_makes_items_or_a_catalogue_error(
    client: Client, site: Site, odd: object, data: st.DataObject
) -> None:
    statement = {
        "resourceType": "CapabilityStatement",
        "rest": [
            {
                "resource": [
                    {"type": type, "searchParam": [{"name": "type"}, {"name": "actual"}]}
                    for type in [*LISTED, "Patient"]
                ]
            }
        ],
        "software": {"name": "x"},
        "implementation": {"url": "http://inner.example"},
        "contact": [{"telecom": [{"system": "email", "value": "a@b.example"}]}],
    }
    page = {
        "resourceType": "Bundle",
        "total": 1,
        "link": [{"relation": "next", "url": "?a=1"}],
        "entry": [{"resource": a_library("a")}],
    }
    where = data.draw(
        st.sampled_from([(0, path) for path in spots(statement)] + [(1, path) for path in spots(page)])
    )
    first, second = (
        with_junk(one, where[1], odd) if number == where[0] else one
        for number, one in enumerate((statement, page))
    )

    class Everything(dict[str, object]):
        def get(self, path: str, default: object = None) -> object:
            return said(first) if path.endswith("metadata") else said(second)

    site.pages = Everything()  # type: ignore[assignment]

    try:
        for item in harvest(asked(site.url, client), max_pages=3):
            assert isinstance(item, get_args(Harvested))
    except CatalogueError:
        pass


@pytest.mark.real_data
def test_the_real_descriptions_of_data_are_records(client: Client, site: Site, shared_data: Path) -> None:
    files = sorted((shared_data / "real" / "HL7__fhir-for-fair").glob("*.json"))
    found = [json.loads(file.read_text("utf-8")) for file in files]
    base = serving(site, "Library", "ResearchStudy", version="4.3.0")
    for type in ("Library", "ResearchStudy"):
        site.pages[listing(type)] = bundle(*(one for one in found if one["resourceType"] == type))

    items = list(harvest(asked(base, client)))

    assert len(ids(items)) == len(files) == 5
    foetal = record(items, "/ninfea-1")
    assert "https://doi.org/10.13026/c4n5-3b04" in values(foetal, "identifier")
    assert "Fetal electrocardiogram" in values(foetal, "keyword")
    assert values(foetal, "byteSize") == ["792900000"]
    assert len(values(foetal, "isReferencedBy")) == 3
    assert values(record(items, "/f4h-lib-1"), "numberOfUniqueIndividuals") == ["11486"]
    assert values(record(items, "/f4h-rs-2"), "numberOfUniqueIndividuals") == ["4944"]
    assert not [
        one
        for item in items
        if isinstance(item, Record)
        for one in item.triples
        if "DocumentManifest" in str(one)
    ]


def test_very_many_values_take_no_longer_than_their_number_asks() -> None:
    identifiers = [{"value": f"10.5555/{number}"} for number in range(10_000)]
    cited = {"classification": [{"classifier": [{"text": "dataset"}]}], "identifier": identifiers}
    begun = time.process_time()

    found = citation({"resourceType": "Citation", "id": "c", "citedArtifact": cited}, CONTEXT)

    assert found is not None
    assert time.process_time() - begun < 4


def test_the_mapping_of_a_record_is_quick() -> None:
    one = next(one for one in resources() if one["id"] == "memory-clinics")
    order = asked("http://x.example", None)  # type: ignore[arg-type]
    begun = time.process_time()

    for _ in range(200):
        found = library(one, CONTEXT)
        assert found is not None
        order.record("dataset", "https://x.example/1", found, "o")

    assert time.process_time() - begun < 0.4
