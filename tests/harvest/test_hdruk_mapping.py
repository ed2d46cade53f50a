"""What a dataset of Health Data Research UK says arrives in our fields, in every version of the schema."""

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from catalogue.errors import CatalogueError, Unreadable
from catalogue.mapping import Entity, index, read
from harvesters.hdruk_forms import page_of
from harvesters.hdruk_mapping import values
from tests.harvest.asking import asked, vocabularies
from tests.harvest.hdruk_datasets import dataset

EU = "http://publications.europa.eu/resource/authority"
HEALTH = "https://hdeu-dcat.data.health.europa.eu/resource/authority"
HERE = "https://rowan.example/datasets/a"

VERSION_2: dict[str, object] = {
    "issued": "2020-08-05T00:00:00.000Z",
    "modified": "28/01/2026",
    "summary": {
        "title": "Rowan heart failure cohort",
        "abstract": "People with heart failure.",
        "publisher": {
            "name": "Rowan Trust",
            "contactPoint": ["desk@rowan.example"],
            "identifier": "https://ror.org/0rowan0",
        },
        "contactPoint": "data@rowan.example",
        "keywords": "Heart failure, Cardiology,,Other",
        "alternateIdentifiers": ["RW-1"],
        "doiName": "10.9999/rowan.1",
    },
    "documentation": {
        "description": "Records of people treated for heart failure.",
        "associatedMedia": "https://rowan.example/a.pdf,https://rowan.example/b.pdf",
    },
    "coverage": {
        "spatial": "England,Wales",
        "typicalAgeRange": "18-110",
        "followup": "1 - 10 YEARS",
        "pathway": "Hospital care from first admission on.",
    },
    "provenance": {
        "origin": {"purpose": "CARE,STUDY", "source": ["EPR"], "collectionSituation": "IN-PATIENTS"},
        "temporal": {
            "accrualPeriodicity": "BIANNUAL",
            "startDate": "12/01/2010",
            "endDate": "CONTINUOUS",
            "timeLag": "1-2 WEEKS",
        },
    },
    "accessibility": {
        "usage": {
            "dataUseLimitation": "GENERAL RESEARCH USE",
            "dataUseRequirements": ["ETHICS APPROVAL REQUIRED"],
            "resourceCreator": "Rowan team",
            "isReferencedBy": ["10.9999/paper.1"],
        },
        "access": {
            "accessRights": "https://rowan.example/terms",
            "accessService": "In the secure environment of Rowan, see https://rowan.example/sde.",
            "accessRequestCost": "On request",
            "deliveryLeadTime": "1-2 MONTHS",
            "jurisdiction": "GB-ENG",
            "dataController": "Rowan NHS Trust",
        },
        "formatAndStandards": {
            "vocabularyEncodingScheme": "SNOMED CT,ICD10,OPCS4,LOCAL",
            "conformsTo": "OMOP,OTHER",
            "language": "en",
            "format": "CSV,SQL",
        },
    },
    "enrichmentAndLinkage": {
        "derivation": ["https://rowan.example/datasets/z", "Not Available"],
        "qualifiedRelation": ["https://rowan.example/datasets/y"],
        "tools": ["https://rowan.example/tool"],
    },
    "observations": [
        {"observedNode": "PERSONS", "measuredValue": "9,500", "observationDate": "2023-01-01"},
        {"observedNode": "PERSONS", "measuredValue": 9800, "observationDate": "2025-01-01"},
        {"observedNode": "EVENTS", "measuredValue": 120000, "observationDate": "2025-01-01"},
    ],
    "structuralMetadata": [
        {
            "name": "admissions",
            "description": "One row for each stay",
            "elements": [
                {
                    "name": "admitted",
                    "description": "Day of admission",
                    "dataType": "date",
                    "values": [{"name": "1", "description": "Planned", "frequency": 3}, {"name": "2"}],
                }
            ],
        }
    ],
}
VERSION_4: dict[str, object] = {
    "summary": {
        "title": "Rowan scans",
        "dataCustodian": {"name": "Rowan Trust"},
        "populationSize": 4000,
        "datasetAliases": ["RS"],
        "keywords": ["Imaging"],
        "contactPoint": "https://rowan.example/contact",
    },
    "coverage": {
        "spatial": "Scotland",
        "typicalAgeRangeMin": 0,
        "typicalAgeRangeMax": 0,
        "followUp": "UNKNOWN",
    },
    "provenance": {
        "origin": {"datasetType": [{"name": "Imaging types", "subTypes": ["Magnetic Resonance (MRI)"]}]},
        "temporal": {"publishingFrequency": "Static", "startDate": "2024-10-24T00:00:00.000Z"},
    },
    "accessibility": {"access": {"accessServiceCategory": "TRE/SDE", "accessRights": "In Progress"}},
    "enrichmentAndLinkage": {
        "derivedFrom": [{"pid": None, "title": "Z", "url": "https://rowan.example/datasets/z"}],
        "publicationUsingDataset": ["10.9999/paper.2"],
    },
    "structuralMetadata": {
        "tables": [{"name": "scans", "columns": [{"name": "modality", "dataType": "text"}]}],
        "syntheticDataWebLink": ["https://rowan.example/synthetic"],
    },
}
AT_THE_GATEWAY: dict[str, object] = {
    "required": {"gatewayPid": "5124", "issued": "2021-01-01", "modified": "2026-01-01", "version": "3.0.0"},
    "summary": {
        "title": "Rowan",
        "shortTitle": "R",
        "description": "Words.",
        "keywords": "Heart;,;Lung",
        "publisher": {"publisherName": "Rowan Trust"},
    },
    "accessibility": {
        "formatAndStandards": {
            "vocabularyEncodingSchemes": "SNOMED CT;,;ICD10",
            "languages": "en",
            "formats": "CSV;,;JSON",
        }
    },
    "linkage": {
        "datasetLinkage": {"isDerivedFrom": "https://rowan.example/z"},
        "syntheticDataWebLink": "https://rowan.example/s",
    },
}


def read_back(own: Mapping[str, object]) -> Entity:
    record = asked(HERE, None).record("dataset", HERE, values(own, vocabularies()), HERE)  # type: ignore[arg-type]
    return read(index(record.triples), record.subject, "Dataset")


def said(entity: Entity, name: str) -> list[str]:
    return [term.value for term in entity.terms(name) if not isinstance(term, Entity)]


def nested(entity: Entity, name: str, *fields: str) -> list[tuple[str, ...]]:
    return [tuple(one.text(field) for field in fields) for one in entity.entities(name)]


def test_version_2_is_read() -> None:
    found = read_back({"identifier": "a", "version": "2.1.0", **VERSION_2})

    expected = {
        "title": ["Rowan heart failure cohort"],
        "description": ["People with heart failure.", "Records of people treated for heart failure."],
        "keyword": ["Heart failure", "Cardiology", "England", "Wales"],
        "theme": [f"{EU}/data-theme/HEAL"],
        "identifier": ["a"],
        "persons": ["9800"],
        "records": ["120000"],
        "minAge": ["18"],
        "maxAge": ["110"],
        "populationCoverage": ["Hospital care from first admission on.", "Follow-up: 1 - 10 YEARS"],
        "country": [f"{EU}/country/GBR"],
        "standard": [f"{HEALTH}/standard/OMOP-CDM"],
        "language": [f"{EU}/language/ENG"],
        "structured": ["true"],
        "frequency": [f"{EU}/frequency/ANNUAL_2"],
        "issued": ["2020-08-05"],
        "modified": ["2026-01-28"],
        "version": ["2.1.0"],
        "page": ["https://rowan.example/a.pdf", "https://rowan.example/b.pdf", "https://rowan.example/terms"],
        "isReferencedBy": ["https://doi.org/10.9999/paper.1"],
        "source": ["https://rowan.example/datasets/z"],
        "relation": ["https://rowan.example/datasets/y", "https://rowan.example/tool"],
    }
    assert {name: said(found, name) for name in expected} == expected
    assert len(said(found, "codingSystem")) == 3
    assert nested(found, "otherIdentifier", "notation") == [("https://doi.org/10.9999/rowan.1",), ("RW-1",)]
    assert nested(found, "temporal", "startDate", "endDate") == [("2010-01-12", "")]
    assert nested(found, "purpose", "description") == [("CARE",), ("STUDY",)]
    assert nested(found, "provenance", "label") == [
        ("Source: EPR. Setting: IN-PATIENTS. Time lag: 1-2 WEEKS.",)
    ]


def test_the_people_of_a_dataset_are_read() -> None:
    found = read_back(VERSION_2)

    publisher = found.entities("publisher")[0]
    assert (publisher.node, publisher.text("name")) == (NamedNode("https://ror.org/0rowan0"), "Rowan Trust")
    assert nested(found, "contactPoint", "fn", "hasEmail") == [("Rowan Trust", "mailto:data@rowan.example")]
    assert nested(found, "creator", "name") == [("Rowan team",)]
    assert nested(found, "custodian", "name") == [("Rowan NHS Trust",)]


def test_the_way_to_the_data_is_told_once_in_each_format() -> None:
    csv, sql = read_back(VERSION_2).entities("distribution")

    assert [csv.text("format"), sql.text("format")] == [f"{EU}/file-type/CSV", f"{EU}/file-type/SQL"]
    assert said(csv, "accessURL") == ["https://rowan.example/sde"]
    assert said(csv, "description") == [
        "In the secure environment of Rowan, see https://rowan.example/sde.",
        "Cost: On request",
        "Time until access: 1-2 MONTHS",
    ]
    assert said(csv.entities("rights")[0], "label") == ["GENERAL RESEARCH USE", "ETHICS APPROVAL REQUIRED"]


def test_tables_and_columns_are_variables() -> None:
    group = read_back(VERSION_2).entities("variables")[0]

    table = group.entities("table")[0]
    assert table.text("title") == "admissions"
    assert nested(table, "column", "columnName", "columnDatatype", "description") == [
        ("admitted", "date", "Day of admission")
    ]
    codes = table.entities("column")[0].entities("codeList")[0]
    assert sorted(nested(codes, "code", "notation", "prefLabel")) == [("1", "Planned"), ("2", "")]


def test_version_4_is_read() -> None:
    found = read_back(VERSION_4)

    expected = {
        "alternative": ["RS"],
        "keyword": ["Imaging", "Imaging types", "Magnetic Resonance (MRI)", "Scotland"],
        "persons": ["4000"],
        "minAge": [],
        "populationCoverage": [],
        "country": [f"{EU}/country/GBR"],
        "accessRights": [f"{EU}/access-right/NON_PUBLIC"],
        "frequency": [f"{EU}/frequency/NEVER"],
        "source": ["https://rowan.example/datasets/z"],
        "isReferencedBy": ["https://doi.org/10.9999/paper.2"],
        "distribution": [],
    }
    assert {name: said(found, name) for name in expected} == expected
    assert nested(found, "contactPoint", "hasURL") == [("https://rowan.example/contact",)]
    assert nested(found, "sample", "accessURL") == [("https://rowan.example/synthetic",)]
    assert nested(found, "temporal", "startDate") == [("2024-10-24",)]
    assert found.entities("variables")[0].entities("table")[0].text("title") == "scans"


def test_the_model_of_the_gateway_is_read() -> None:
    found = read_back(AT_THE_GATEWAY)

    expected = {
        "identifier": ["5124"],
        "alternative": ["R"],
        "description": ["Words."],
        "keyword": ["Heart", "Lung"],
        "issued": ["2021-01-01"],
        "version": ["3.0.0"],
        "language": [f"{EU}/language/ENG"],
        "source": ["https://rowan.example/z"],
    }
    assert {name: said(found, name) for name in expected} == expected
    assert nested(found, "publisher", "name") == [("Rowan Trust",)]
    assert len(found.terms("codingSystem")) == len(found.entities("distribution")) == 2
    assert nested(found, "sample", "accessURL") == [("https://rowan.example/s",)]


@pytest.mark.parametrize(
    ("told", "places"),
    [
        ("https://www.geonames.org/countries/GB/united-kingdom.html", [f"{EU}/country/GBR"]),
        (["United Kingdom,England,West Midlands"], [f"{EU}/country/GBR"]),
        (["Wales", "Bangor"], [f"{EU}/country/GBR"]),
        (["GB-SCT"], [f"{EU}/country/GBR"]),
        ("Ireland", [f"{EU}/country/IRL"]),
        ("NOT APPLICABLE", []),
        (None, []),
    ],
)
def test_places_are_read_however_they_are_written(told: object, places: list[str]) -> None:
    assert said(read_back(dataset("a", coverage={"spatial": told})), "country") == places


@pytest.mark.parametrize("told", [0, None, "unknown", -3, {}, [5], "000", "9" * 5000])
def test_a_size_that_counts_nobody_is_not_given(told: object) -> None:
    own = dataset("a")

    found = read_back({**own, "summary": {"title": "A", "populationSize": told}})

    assert said(found, "persons") == []


def test_what_its_custodian_left_open_is_not_given() -> None:
    empty = {
        "summary": {"title": "A", "abstract": None, "keywords": ["", None, "Other"]},
        "accessibility": None,
    }

    found = read_back({**empty, "coverage": [], "provenance": {"temporal": "x", "origin": []}})

    assert {*found.values} == {"title", "theme"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _paths(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Where in a dataset something stands."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [path, *(found for name, one in members for found in _paths(one, (*path, name)))]


def _with(value: object, path: tuple[object, ...], other: object) -> object:
    """The same with something else at one place."""
    if not path:
        return other
    if isinstance(value, dict):
        return {name: _with(one, path[1:], other) if name == path[0] else one for name, one in value.items()}
    assert isinstance(value, list)
    return [_with(one, path[1:], other) if index == path[0] else one for index, one in enumerate(value)]


WHOLE = {**AT_THE_GATEWAY, **VERSION_4, **VERSION_2}


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([path for path in _paths(WHOLE) if path]), ANYTHING)
def test_whatever_stands_in_place_of_a_value_nothing_but_our_errors_is_raised(
    path: tuple[object, ...], other: object
) -> None:
    odd = _with(WHOLE, path, other)
    assert isinstance(odd, dict)

    with contextlib.suppress(CatalogueError):
        page_of({"data": [odd]}, httpx.URL(HERE), "")
        read_back(odd)


@pytest.mark.real_data
def test_real_files_of_every_version_are_read(shared_data: Path) -> None:
    files = [*shared_data.glob("real/HDRUK__*/**/*.json")]
    found: dict[str, Entity] = {}
    for file in files:
        try:
            page = page_of(json.loads(file.read_text()), httpx.URL(HERE), "")
        except Unreadable:
            assert "SchemaOrg" in str(file)
            continue
        found.update((str(file), read_back(entry.dataset or {})) for entry in page.entries)

    assert len(found) > 25
    assert all(entity.text("title") for entity in found.values())
    assert sum(bool(entity.entities("variables")) for entity in found.values()) >= 8
