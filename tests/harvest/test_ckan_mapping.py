"""What a dataset of CKAN says, whether as extras or as fields of its own, arrives in our fields."""

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from catalogue.canonical import canonical
from catalogue.errors import CatalogueError
from catalogue.mapping import Entity, index, read
from harvesters.ckan import harvest
from harvesters.ckan_mapping import iri_of, merged, values
from harvesters.http import Client
from tests.harvest.asking import asked, vocabularies
from tests.harvest.ckan_portal import Package, Portal, package, subjects
from tests.harvest.loopback import Site

BASE = "https://elm.example"
EU = "http://publications.europa.eu/resource/authority"
HEALTH = "https://hdeu-dcat.data.health.europa.eu/resource/authority"

HEALTH_EXTRAS: dict[str, object] = {
    "issued": "2020-05-01",
    "modified": "2025-11-02T10:00:00",
    "language": ["en", "nl"],
    "theme": [f"{EU}/data-theme/HEAL"],
    "frequency": "annual",
    "access_rights": f"{EU}/access-right/NON_PUBLIC",
    "provenance": "Collected in hospitals.",
    "conforms_to": ["OMOP"],
    "version_notes": "Adds 2024.",
    "documentation": ["https://elm.example/handbook"],
    "alternate_identifier": ["10.1234/ELM.5", "reg-7"],
    "number_of_records": "120000",
    "number_of_unique_individuals": "45,000",
    "min_typical_age": "18",
    "max_typical_age": 110,
    "health_category": [f"{HEALTH}/healthcategories/EHRS"],
    "health_theme": ["cancer"],
    "population_coverage": ["Adults with leukaemia"],
    "coding_system": ["ICD-10", "SNOMED CT"],
    "code_values": ["C91", "C92"],
    "applicable_legislation": ["http://data.europa.eu/eli/reg/2025/327/oj"],
    "legal_basis": ["https://w3id.org/dpv/legal/eu/gdpr#A9-2-j"],
    "purpose": ["Research on blood cancer"],
    "personal_data": ["age"],
    "is_referenced_by": ["https://doi.org/10.1000/x"],
    "analytics": ["https://elm.example/report"],
}
NESTED_FIELDS: dict[str, object] = {
    "publisher": [{"name": "Elm Registry", "email": "desk@elm.example", "url": "https://elm.example/us"}],
    "creator": [{"name": "Dr Ash", "uri": "https://orcid.org/0000-0001"}],
    "contact": [{"name": "Desk", "email": "desk@elm.example"}, {"name": "Second"}],
    "hdab": [{"name": "Access Body", "email": "hdab@elm.example"}],
    "spatial_coverage": [{"uri": f"{EU}/country/NLD", "text": "Netherlands"}, {"text": "Utrecht"}],
    "temporal_coverage": [{"start": "2010-01-01", "end": "2024-12-31"}, {"start": "2000"}],
    "retention_period": [{"start": "2020-01-01", "end": "2045-12-31"}],
    "qualified_relation": [{"relation": "https://elm.example/2", "role": "https://elm.example/role"}],
    "qualified_attribution": [{"agent": [{"name": "Oak"}], "role": "https://elm.example/processor"}],
    "quality_annotation": [{"body": "https://elm.example/label"}],
    "provenance_activity": [{"label": "Linkage"}],
}
SPREAD_EXTRAS: dict[str, object] = {
    "publisher_name": "Elm Registry",
    "publisher_email": "desk@elm.example",
    "publisher_url": "https://elm.example/us",
    "publisher_type": "public-health-registry",
    "contact_name": "Desk",
    "contact_email": "desk@elm.example",
    "spatial_uri": f"{EU}/country/NLD",
    "temporal_start": "2010-01-01",
    "temporal_end": "2024-12-31",
}


def read_back(own: Mapping[str, object]) -> Entity:
    """A dataset as the catalogue sees it once it is mapped."""
    subject = iri_of(own, BASE)
    record = asked(BASE, None).record("dataset", subject, values(own, BASE, vocabularies()), BASE)  # type: ignore[arg-type]
    return read(index(record.triples), record.subject, "Dataset")


def as_extras(members: Mapping[str, object]) -> Package:
    """Members as extras, where lists and objects are JSON in a string."""
    extras = [
        {"key": name, "value": one if isinstance(one, str) else json.dumps(one)}
        for name, one in members.items()
    ]
    return package("a", extras=extras)


def said(entity: Entity, name: str) -> list[str]:
    return [term.value for term in entity.terms(name) if not isinstance(term, Entity)]


def nested(entity: Entity, name: str, *fields: str) -> list[tuple[str, ...]]:
    return [tuple(one.text(field) for field in fields) for one in entity.entities(name)]


@pytest.mark.parametrize("shape", [as_extras, lambda members: package("a", **members)])
def test_health_metadata_is_read_from_extras_and_from_fields_alike(shape: object) -> None:
    found = read_back(shape(HEALTH_EXTRAS))  # type: ignore[operator]

    expected = {
        "issued": ["2020-05-01"],
        "modified": ["2025-11-02T10:00:00"],
        "language": [f"{EU}/language/ENG", f"{EU}/language/NLD"],
        "theme": [f"{EU}/data-theme/HEAL"],
        "frequency": [f"{EU}/frequency/ANNUAL"],
        "accessRights": [f"{EU}/access-right/NON_PUBLIC"],
        "standard": [f"{HEALTH}/standard/OMOP-CDM"],
        "versionNotes": ["Adds 2024."],
        "page": ["https://elm.example/handbook"],
        "records": ["120000"],
        "persons": ["45000"],
        "minAge": ["18"],
        "maxAge": ["110"],
        "healthCategory": [f"{HEALTH}/healthcategories/EHRS"],
        "healthTheme": [f"{HEALTH}/health-theme/CANCER_DISEASE"],
        "populationCoverage": ["Adults with leukaemia"],
        "codeValues": ["C91", "C92"],
        "isReferencedBy": ["https://doi.org/10.1000/x"],
    }
    assert {name: said(found, name) for name in expected} == expected
    assert nested(found, "provenance", "label") == [("Collected in hospitals.",)]
    assert nested(found, "otherIdentifier", "notation") == [
        ("https://doi.org/10.1234/elm.5",),
        ("reg-7",),
    ]
    assert nested(found, "purpose", "description") == [("Research on blood cancer",)]
    assert nested(found, "analytics", "accessURL") == [("https://elm.example/report",)]
    assert len(found.terms("codingSystem")) == 2
    assert "#A9-2-j" in said(found, "legalBasis")[0]


@pytest.mark.parametrize("shape", [as_extras, lambda members: package("a", **members)])
def test_people_places_and_periods_are_read_from_objects(shape: object) -> None:
    found = read_back(shape(NESTED_FIELDS))  # type: ignore[operator]

    assert nested(found, "publisher", "name", "mbox", "homepage") == [
        ("Elm Registry", "mailto:desk@elm.example", "https://elm.example/us")
    ]
    assert [one.node for one in found.entities("creator")] == [NamedNode("https://orcid.org/0000-0001")]
    assert nested(found, "contactPoint", "fn", "hasEmail") == [
        ("Desk", "mailto:desk@elm.example"),
        ("Second", ""),
    ]
    assert nested(found, "hdab", "name") == [("Access Body",)]
    assert said(found, "country") == [f"{EU}/country/NLD"]
    assert said(found, "keyword") == ["Utrecht"]
    assert nested(found, "temporal", "startDate", "endDate") == [("2010-01-01", "2024-12-31"), ("2000", "")]
    assert nested(found, "retentionPeriod", "endDate") == [("2045-12-31",)]
    assert nested(found, "qualifiedRelation", "relation") == [("https://elm.example/2",)]
    assert nested(found, "generatedBy", "label") == [("Linkage",)]
    assert nested(found, "qualityAnnotation", "oaBody") == [("https://elm.example/label",)]
    assert found.entities("attribution")[0].entities("agent")[0].text("name") == "Oak"


def test_people_places_and_periods_are_read_from_single_extras() -> None:
    found = read_back(as_extras(SPREAD_EXTRAS))

    assert nested(found, "publisher", "name", "mbox", "homepage", "type") == [
        (
            "Elm Registry",
            "mailto:desk@elm.example",
            "https://elm.example/us",
            f"{HEALTH}/publisher-type/public-health-registry",
        )
    ]
    assert nested(found, "contactPoint", "fn", "hasEmail") == [("Desk", "mailto:desk@elm.example")]
    assert said(found, "country") == [f"{EU}/country/NLD"]
    assert nested(found, "temporal", "startDate", "endDate") == [("2010-01-01", "2024-12-31")]


def test_the_organisation_publishes_what_names_no_publisher() -> None:
    organisation = {"id": "o-1", "name": "elm", "title": "Hospital of Elm"}

    found = read_back(package("a", organization=organisation))

    publisher = found.entities("publisher")[0]
    assert (publisher.node, publisher.text("name")) == (
        NamedNode(f"{BASE}/organization/o-1"),
        "Hospital of Elm",
    )


def test_who_maintains_a_dataset_is_asked_before_its_author() -> None:
    found = read_back(
        package(
            "a", maintainer="Mo", maintainer_email="mo@elm.example", author="Au", author_email="x@elm.example"
        )
    )

    assert nested(found, "contactPoint", "fn", "hasEmail") == [("Mo", "mailto:mo@elm.example")]
    assert nested(found, "creator", "name") == [("Au",)]


@pytest.mark.parametrize(
    "own",
    [
        {"title_translated": {"en": "Elm", "pt_BR": "Olmo", "fr": ""}, "title": "Elm"},
        {"title": {"en": "Elm", "pt-BR": "Olmo"}},
        {"title": '{"en": "Elm", "pt-BR": "Olmo"}'},
        {"extras": [{"key": "title_translated", "value": '{"en": "Elm", "pt_BR": "Olmo"}'}]},
    ],
)
def test_titles_in_several_languages_are_all_kept(own: dict[str, object]) -> None:
    found = read_back(package("a", **own))

    assert {*found.terms("title")} == {Literal("Elm", language="en"), Literal("Olmo", language="pt-br")}


def test_tags_groups_and_translated_keywords_are_keywords_and_a_known_group_a_theme() -> None:
    found = read_back(
        package(
            "a",
            tags=[{"name": "heart", "display_name": "Heart"}, "lung"],
            groups=[{"name": "health", "title": "Health"}, {"name": "north"}],
            keywords={"en": ["kidney"]},
        )
    )

    assert sorted(said(found, "keyword")) == ["Heart", "kidney", "lung", "north"]
    assert said(found, "theme") == [f"{EU}/data-theme/HEAL"]


def test_a_known_group_is_a_theme_besides_those_that_are_named() -> None:
    found = read_back(package("a", theme=[f"{EU}/data-theme/GOVE"], groups=["health"]))

    assert sorted(said(found, "theme")) == [f"{EU}/data-theme/GOVE", f"{EU}/data-theme/HEAL"]


def test_years_in_extras_of_their_own_are_read_beside_words_in_place_of_periods() -> None:
    own = {"temporal_coverage": "since 2010", "temporal_start": "2010", "temporal_end": "2020"}

    found = read_back(as_extras(own))

    assert nested(found, "temporal", "startDate", "endDate") == [("2010", "2020")]


def test_values_that_are_objects_with_names_are_read_by_their_names() -> None:
    """The shape in which a search with facets tells concepts."""
    found = read_back(
        package(
            "a",
            language=[{"name": f"{EU}/language/ENG", "display_name": "English"}],
            type={"name": "dataset"},
        )
    )

    assert said(found, "language") == [f"{EU}/language/ENG"]


def test_lists_may_stand_in_one_string_with_commas() -> None:
    assert len(said(read_back(as_extras({"language": "en, nl"})), "language")) == 2


def test_extras_may_be_an_object() -> None:
    assert said(read_back(package("a", extras={"frequency": "annual"})), "frequency") == [
        f"{EU}/frequency/ANNUAL"
    ]


def test_a_field_at_the_top_comes_before_an_extra_of_its_name() -> None:
    own = package(
        "a", version="2", notes="", extras=[{"key": "version", "value": "1"}, {"key": "notes", "value": "N"}]
    )

    assert merged(own)["version"] == "2"
    assert merged(own)["notes"] == "N"


def test_resources_are_distributions_with_the_licence_of_the_dataset() -> None:
    own = package(
        "a",
        license_id="cc-by-4.0",
        resources=[
            {
                "id": "r-1",
                "name": "Counts",
                "url": "https://elm.example/counts file.csv",
                "url_type": "upload",
                "format": "csv",
                "mimetype": "text/csv",
                "size": 1024.0,
                "hash": "ab12",
                "created": "2024-01-01T10:00:00.123",
            },
            {"id": "r-2", "url": "www.elm.example"},
            {"id": "r-3", "name": None},
            "words",
        ],
    )

    counts, other = read_back(own).entities("distribution")

    assert {name: said(counts, name) for name in counts.values if counts.terms(name)} == {
        "title": ["Counts"],
        "accessURL": ["https://elm.example/counts%20file.csv"],
        "downloadURL": ["https://elm.example/counts%20file.csv"],
        "format": [f"{EU}/file-type/CSV"],
        "mediaType": ["http://www.iana.org/assignments/media-types/text/csv"],
        "byteSize": ["1024"],
        "issued": ["2024-01-01T10:00:00.123"],
        "license": [f"{EU}/licence/CC_BY_4_0"],
    }
    assert said(other, "accessURL") == ["www.elm.example"]


def test_a_resource_whose_id_changes_with_every_load_changes_nothing() -> None:
    def digest(id: str) -> str:
        own = package("a", resources=[{"id": id, "url": "https://elm.example/x", "cache_last_updated": id}])
        said = values(own, BASE, vocabularies())
        return canonical(asked(BASE, None).record("dataset", BASE, said, BASE).triples)[1]  # type: ignore[arg-type]

    assert digest("r-1") == digest("r-2")


@pytest.mark.parametrize(
    ("own", "licence"),
    [
        ({"license_id": "notspecified", "license_title": "License not specified"}, []),
        ({"license_id": "house", "license_title": "House licence"}, ["House licence"]),
        (
            {"license_id": "house", "license_url": "https://elm.example/licence"},
            ["https://elm.example/licence"],
        ),
        ({"license_id": "", "license_title": ""}, []),
    ],
)
def test_a_licence_is_told_as_well_as_it_is_known(own: dict[str, object], licence: list[str]) -> None:
    found = read_back(package("a", resources=[{"url": "https://elm.example/x"}], **own))

    distribution = found.entities("distribution")[0]
    told = said(distribution, "license") + [one.text("label") for one in distribution.entities("license")]
    assert [one for one in told if not one.startswith("_:")] == licence


def test_shapes_and_coordinates_make_no_place() -> None:
    shape = '{"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}'

    found = read_back(as_extras({"spatial": shape, "spatial_text": "Netherlands"}))

    assert said(found, "country") == [f"{EU}/country/NLD"]


@pytest.mark.parametrize("told", ["2015", "2015-07", "0000-00-00", "05/07/2015", "soon"])
def test_dates_of_every_shape_are_kept(told: str) -> None:
    assert said(read_back(package("a", issued=told)), "issued") == [told]


def test_control_characters_are_left_out() -> None:
    assert said(read_back(package("a", title="A\u0000\u000bB")), "title") == ["AB"]


def test_series_are_named_by_iri_or_by_id() -> None:
    id = "e1b3eff9-13eb-48b0-b180-7ecb76b84454"

    found = read_back(package("a", in_series=[id, "https://elm.example/s", "some-name", " "]))

    assert said(found, "inSeries") == [f"{BASE}/dataset/{id}", "https://elm.example/s"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
OTHER_PLACES = """extras resources tags groups organization url keywords in_series license_id license_url
author sample"""
PLACES = sorted(
    {*HEALTH_EXTRAS, *NESTED_FIELDS, *SPREAD_EXTRAS, *package("a"), *OTHER_PLACES.split()} - {"name"}
)
MEMBERS = "name uri email start text url key value agent size label body relation".split()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(PLACES), ANYTHING, max_size=8))
def test_whatever_stands_in_a_field_nothing_but_our_errors_is_raised(odd: dict[str, object]) -> None:
    with contextlib.suppress(CatalogueError):
        read_back(package("a", **{**NESTED_FIELDS, **odd}))


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([*NESTED_FIELDS, "resources", "extras", "tags"]),
    st.lists(st.dictionaries(st.sampled_from(MEMBERS), ANYTHING, max_size=4), max_size=2),
)
def test_whatever_stands_in_an_object_nothing_but_our_errors_is_raised(place: str, odd: object) -> None:
    with contextlib.suppress(CatalogueError):
        read_back(package("a", **{place: odd}))


@pytest.mark.real_data
def test_answers_of_real_portals_are_read(client: Client, site: Site, shared_data: Path) -> None:
    folder = shared_data / "real" / "GenomicDataInfrastructure__gdi-userportal-dataset-discovery-service"
    found: dict[str, Package] = {}
    for file in folder.rglob("*package*.json"):
        result = json.loads(file.read_text())["response"].get("jsonBody", {}).get("result") or {}
        every = result.get("results", [result] if isinstance(result, dict) else [])
        found.update({one["id"]: one for one in every if isinstance(one, dict) and "id" in one})
    Portal([*found.values()]).on(site)  # type: ignore[list-item]
    site.pages.packages = [{"metadata_modified": "2026", **one} for one in found.values()]  # type: ignore[attr-defined]

    items = list(harvest(asked(site.url, client)))

    assert len(found) >= 3
    assert len(subjects(items)) == len(found)
