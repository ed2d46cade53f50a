"""What is read of each property of schema.org, in all the shapes that publishers give it."""

import itertools
import time
from typing import cast

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from catalogue.drafting import drafted
from catalogue.errors import CatalogueError
from harvesters.croissant_mapping import croissant_values
from harvesters.linked_json import Json, joined, things
from harvesters.schema_org_choice import chosen, own_iri
from harvesters.schema_org_coverage import located
from harvesters.schema_org_mapping import catalogue_values, dataset_values
from harvesters.schema_org_people import contacts
from ontologies.namespaces import CSVW, DCAT, DCT, FOAF, HEALTHDCATAP, PROV, RDFS, SCHEMA, SKOS, VCARD
from tests.harvest.asking import vocabularies
from tests.harvest.sites import EU, PAGE, anywhere, mapped, said


@pytest.mark.parametrize(
    "written",
    [
        "doi:10.1234/x.y",
        "DOI: 10.1234/x.y",
        "https://doi.org/10.1234/x.y",
        "http://dx.doi.org/10.1234/x.y",
        "10.1234/x.y",
    ],
)
@pytest.mark.parametrize(
    "wrap",
    [
        lambda doi: doi,
        lambda doi: {"@type": "PropertyValue", "propertyID": "DOI", "value": doi},
        lambda doi: {
            "@type": "PropertyValue",
            "propertyID": "https://registry.identifiers.org/registry/doi",
            "value": doi,
        },
        lambda doi: ["local-17", {"@value": doi}],
        lambda doi: {"@id": doi},
    ],
)
def test_a_doi_is_one_however_it_is_spelled(written: str, wrap: object) -> None:
    record = mapped(identifier=wrap(written))  # type: ignore[operator]

    assert said(record, DCT.identifier) == ["https://doi.org/10.1234/x.y"]


def test_other_identifiers_are_kept_beside_the_first() -> None:
    record = mapped(
        **{"@id": "https://data.example/id/1"},
        identifier=["17", "doi:10.1/x", "doi:10.1234/x"],
        sameAs="https://b.example/2",
    )

    assert said(record, DCT.identifier) == ["https://doi.org/10.1234/x"]
    assert anywhere(record, SKOS.notation) == [
        "17",
        "doi:10.1/x",
        "https://b.example/2",
        "https://data.example/id/1",
    ]


@pytest.mark.parametrize(
    "given_",
    [
        "hip, fracture ,old age",
        "hip; fracture; old age",
        ["hip", "fracture", "old age", "Hip"],
        [
            {"@type": "DefinedTerm", "name": "hip", "termCode": "1"},
            {"name": "fracture"},
            {"@value": "old age"},
        ],
    ],
)
def test_keywords_come_one_by_one(given_: object) -> None:
    assert said(mapped(keywords=given_), DCAT.keyword) == ["fracture", "hip", "old age"]


@pytest.mark.parametrize("role", ["creator", "author", "publisher", "provider"])
@pytest.mark.parametrize(
    ("given_", "name"),
    [
        ("Ada Example", "Ada Example"),
        ({"@type": "Person", "name": "Ada Example"}, "Ada Example"),
        ({"@type": "Person", "givenName": "Ada", "familyName": "Example"}, "Ada Example"),
        ({"@type": "Organization", "legalName": "Example Ltd"}, "Example Ltd"),
        ([{"@list": ["Ada Example"]}], "Ada Example"),
    ],
)
def test_agents_are_named_in_many_ways(role: str, given_: object, name: str) -> None:
    assert name in anywhere(mapped(**{role: given_}), FOAF.term("name"))


def test_a_role_stands_before_whom_it_is_of() -> None:
    record = mapped(
        creator={"@type": "Role", "roleName": "lead", "creator": {"@type": "Person", "name": "Ada"}}
    )

    assert anywhere(record, FOAF.term("name")) == ["Ada"]


@pytest.mark.parametrize(
    ("agent", "iri"),
    [
        (
            {"name": "A", "@id": "https://orcid.org/0000-0002-1825-0097"},
            "https://orcid.org/0000-0002-1825-0097",
        ),
        ({"name": "A", "identifier": "0000-0002-1825-0097"}, "https://orcid.org/0000-0002-1825-0097"),
        (
            {"name": "A", "sameAs": "http://orcid.org/0000-0002-1825-009x/"},
            "https://orcid.org/0000-0002-1825-009X",
        ),
        (
            {"name": "A", "identifier": {"propertyID": "ROR", "value": "https://ror.org/03yrm5c26"}},
            "https://ror.org/03yrm5c26",
        ),
        ({"name": "A", "@id": "https://a.example/#me"}, "https://a.example/#me"),
    ],
)
def test_agents_are_called_by_their_orcid_or_ror(agent: dict[str, object], iri: str) -> None:
    assert said(mapped(creator=agent), DCT.creator) == [iri]


def test_an_agent_within_the_page_stays_unnamed() -> None:
    assert said(mapped(creator={"name": "A", "@id": "#me"}), DCT.creator) != ["#me"]


def test_contacts_are_those_of_the_publisher() -> None:
    point = {
        "@type": "ContactPoint",
        "email": "mailto:desk@data.example",
        "telephone": "+49 30 1",
        "url": "https://data.example/ask",
    }
    record = mapped(publisher={"name": "P", "contactPoint": point})

    assert anywhere(record, VCARD.hasEmail) == ["mailto:desk@data.example"]
    assert anywhere(record, VCARD.hasTelephone) == ["tel:+49301"]
    assert anywhere(record, VCARD.hasURL) == ["https://data.example/ask"]


def test_very_many_contacts_take_no_longer_than_their_number_asks() -> None:
    points = [{"email": f"desk{number}@data.example"} for number in range(10_000)]
    begun = time.process_time()

    assert len(contacts(cast(Json, points))) == len(points)

    assert time.process_time() - begun < 2


def test_an_address_of_mail_without_end_is_none() -> None:
    assert (
        anywhere(mapped(publisher={"name": "P", "email": "x@" + "." * 200_000 + "@"}), VCARD.hasEmail) == []
    )


def test_funders_are_other_roles() -> None:
    record = mapped(
        funder={"name": "F"}, funding={"@type": "Grant", "funder": {"name": "G"}}, contributor="H"
    )

    assert anywhere(record, FOAF.term("name")) == ["F", "G", "H"]
    assert len(said(record, PROV.qualifiedAttribution)) == 3


@pytest.mark.parametrize(
    ("given_", "start", "end"),
    [
        ("2010-01-01/2015-12-31", ["2010-01-01"], ["2015-12-31"]),
        ("2010/..", ["2010"], []),
        ("../2010", [], ["2010"]),
        ("2010", ["2010"], ["2010"]),
        ("2010-2015", ["2010"], ["2015"]),
        ({"startDate": "2010-05", "endDate": None}, ["2010-05"], []),
        ("2012-11-14T09:01:00+0100/2013", ["2012-11-14T09:01:00+0100"], ["2013"]),
        (["2001/2002", "2004/2005"], ["2001", "2004"], ["2002", "2005"]),
        ("in the nineties", ["in the nineties"], ["in the nineties"]),
    ],
)
def test_periods_are_written_in_many_ways(given_: object, start: list[str], end: list[str]) -> None:
    record = mapped(temporalCoverage=given_)

    assert (anywhere(record, DCAT.startDate), anywhere(record, DCAT.endDate)) == (start, end)


@pytest.mark.parametrize(
    ("given_", "places"),
    [
        ("Norway", [f"{EU}country/NOR"]),
        ("NO", [f"{EU}country/NOR"]),
        ({"@type": "Place", "name": "Norway"}, [f"{EU}country/NOR"]),
        ("Tromsø, Norway", ["Tromsø, Norway", f"{EU}country/NOR"]),
        (
            {"@type": "Place", "name": "Tromsø", "address": {"addressCountry": "NO"}},
            ["Tromsø", f"{EU}country/NOR"],
        ),
        ([{"@type": "Country", "name": "Norway"}, "Sweden"], [f"{EU}country/NOR", f"{EU}country/SWE"]),
        ({"@id": f"{EU}country/NOR", "name": "Kongeriket"}, [f"{EU}country/NOR"]),
    ],
)
def test_places_are_countries_where_they_can_be(given_: object, places: list[str]) -> None:
    assert said(mapped(spatialCoverage=given_), DCT.spatial) == sorted(places)


def test_a_box_is_a_place_with_a_shape() -> None:
    place = {"@type": "Place", "name": "Lofoten", "geo": {"@type": "GeoShape", "box": "67.7 12.6 68.6 15.2"}}

    record = mapped(spatialCoverage=place)

    assert anywhere(record, DCAT.bbox) == ["POLYGON((12.6 67.7, 15.2 67.7, 15.2 68.6, 12.6 68.6, 12.6 67.7))"]
    assert anywhere(record, SKOS.prefLabel) == ["Lofoten"]


def test_a_point_is_a_place_with_a_centre() -> None:
    record = mapped(
        spatialCoverage={"geo": {"@type": "GeoCoordinates", "latitude": 68.1, "longitude": "13.4"}}
    )

    assert anywhere(record, DCAT.centroid) == ["POINT(13.4 68.1)"]


@pytest.mark.parametrize("box", ["67.7 12.6 68.6", "a b c d", "1,2,3,4,5", "", "67.7 12.6 68.6 1e400"])
def test_a_box_that_is_none_is_left_out(box: str) -> None:
    assert anywhere(mapped(spatialCoverage={"name": "L", "geo": {"box": box}}), DCAT.bbox) == []


def test_variables_are_columns() -> None:
    record = mapped(
        variableMeasured=[
            "age",
            {
                "@type": "PropertyValue",
                "name": "sbp",
                "alternateName": "Systolic pressure",
                "unitText": "mmHg",
                "description": "Sitting.",
                "propertyID": "http://loinc.org/rdf/8480-6",
            },
            {"@type": "StatisticalVariable", "name": "deaths"},
        ]
    )

    assert anywhere(record, CSVW.term("name")) == ["age", "deaths", "sbp"]
    assert "Systolic pressure" in anywhere(record, CSVW.term("title"))
    assert anywhere(record, DCT.description) == ["Sitting."]
    assert anywhere(record, SCHEMA.unitText) == ["mmHg"]
    assert anywhere(record, CSVW.propertyUrl) == ["http://loinc.org/rdf/8480-6"]


@pytest.mark.parametrize(
    ("size", "persons", "records"),
    [
        ("4,300 participants", ["4300"], []),
        ("12 500 unique patients", ["12500"], []),
        ({"@type": "QuantitativeValue", "value": 88, "unitText": "records"}, [], ["88"]),
        (["10 patients", "90 visits"], ["10"], ["90"]),
        ({"value": 88.0, "unitText": "women"}, ["88"], []),
        ("4.3 million participants", [], []),
        ("12 GB", [], []),
        (17, [], []),
    ],
)
def test_a_size_is_one_of_persons_or_records(size: object, persons: list[str], records: list[str]) -> None:
    record = mapped(size=size)

    assert said(record, HEALTHDCATAP.numberOfUniqueIndividuals) == persons
    assert said(record, HEALTHDCATAP.numberOfRecords) == records


def test_diseases_are_keywords_codes_and_themes() -> None:
    code = {"@type": "MedicalCode", "codeValue": "C61", "codingSystem": "ICD-10"}
    record = mapped(
        about=[{"@type": "MedicalCondition", "name": "Prostate cancer", "code": code}, "Cancer"],
        audience={
            "@type": "PeopleAudience",
            "healthCondition": {"@type": "MedicalCondition", "name": "Gout"},
        },
        isPartOf={"@type": "Project", "name": "PIONEER"},
    )

    assert said(record, DCAT.keyword) == ["Cancer", "Gout", "Prostate cancer"]
    assert said(record, HEALTHDCATAP.hasCodeValues) == ["C61"]
    assert said(record, HEALTHDCATAP.hasCodingSystem)[0].endswith("coding-system/ICD-10")
    assert len(said(record, HEALTHDCATAP.healthTheme)) == 1
    assert len(said(record, DCT.isPartOf)) == 1


@pytest.mark.parametrize(
    ("citation", "found"),
    [
        ("Example A. A title. doi:10.1234/abc.", "https://doi.org/10.1234/abc"),
        (
            {"@type": "ScholarlyArticle", "name": "A title", "identifier": "10.1234/abc"},
            "https://doi.org/10.1234/abc",
        ),
        ({"@type": "ScholarlyArticle", "url": "https://j.example/1"}, "https://j.example/1"),
        ("See https://j.example/1.", "https://j.example/1"),
        ("Example A. A title. 1999.", "Example A. A title. 1999."),
    ],
)
def test_citations_are_addresses_where_they_can_be(citation: object, found: str) -> None:
    assert said(mapped(citation=citation), DCT.isReferencedBy) == [found]


def test_words_have_the_language_that_they_are_in() -> None:
    context = {"@vocab": "https://schema.org/", "@language": "de"}
    record = mapped(
        **{"@context": context},
        description=[{"@value": "Hips", "@language": "en"}, "Hüften"],
        alternateName={"fr": "Hanches"},
    )

    words = [triple.object for triple in record.triples if isinstance(triple.object, Literal)]
    assert {(one.language, one.value) for one in words if one.language} == {
        ("de", "A"),
        ("de", "Hüften"),
        ("en", "Hips"),
        ("fr", "Hanches"),
    }


def test_dates_languages_and_versions_are_read() -> None:
    record = mapped(
        datePublished="2020-03-04T05:06:07+0000", dateModified=2021, version=1.0,
        inLanguage=["en", {"@type": "Language", "name": "German", "alternateName": "de"}],
        measurementTechnique="Interview", description="A &amp; B\x00",
    )  # fmt: skip

    assert said(record, DCT.issued) == ["2020-03-04T05:06:07Z"]
    assert said(record, DCT.modified) == ["2021"]
    assert said(record, DCAT.version) == ["1.0"]
    assert said(record, DCT.language) == [f"{EU}language/DEU", f"{EU}language/ENG"]
    assert said(record, DCT.description) == ["A & B"]
    assert "Interview" in anywhere(record, RDFS.label)


_PROPERTIES = """
@id @type name alternateName description identifier url sameAs keywords creator author publisher
provider funder license conditionsOfAccess isAccessibleForFree usageInfo temporalCoverage
spatialCoverage variableMeasured measurementTechnique distribution datePublished dateModified
version inLanguage includedInDataCatalog isPartOf hasPart citation isBasedOn size about audience
funding contactPoint maintainer encoding conformsTo recordSet field citeAs isLiveDataset
dataCollection personalSensitiveInformation dataUseCases dataCollectionTimeframe contentUrl
contentSize encodingFormat sha256 containedIn includes subField dataType equivalentProperty geo
box latitude address code value unitText propertyID email telephone startDate endDate @value
@language @list @graph mainEntity
""".split()
_WORDS = st.sampled_from(
    [
        *(
            "",
            "Dataset",
            "DataCatalog",
            "FileSet",
            "10.1234/x",
            "https://x.example/a b",
            "http://[",
            "http:[",
            "a:[",
        ),
        *(
            "2010/..",
            "1 2 3 4",
            "#a",
            "_:b",
            "12 GB",
            "true",
            "a,b;c",
            "\x00",
            "mailto:a@b.example",
            "http://x/%z",
        ),
    ]
)
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | _WORDS
)
_JSON = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(_PROPERTIES) | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(_PROPERTIES), _JSON, max_size=10))
def test_any_json_in_place_of_any_value_is_read_or_told(properties: dict[str, object]) -> None:
    try:
        found = things(
            orjson.dumps({"@type": "Dataset", "name": "A", **properties}, option=orjson.OPT_NON_STR_KEYS)
        )
        joined(found)
        choice = chosen(found, PAGE)
        for thing in itertools.chain(found, choice.others):
            for values in (dataset_values, croissant_values):
                drafted(vocabularies(), "dataset", PAGE, values(thing, PAGE, vocabularies()))
            drafted(vocabularies(), "catalogue", PAGE, catalogue_values(thing, PAGE, vocabularies()))
            list(located(NamedNode(PAGE), thing))
            own_iri(thing, PAGE)
    except (CatalogueError, orjson.JSONEncodeError):
        pass
