"""What a steward is told about a record."""

from collections.abc import Callable
from typing import Final

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from catalogue.check import Finding, Problem, Report, check, missing
from catalogue.fields import Profile
from catalogue.mapping import index, read
from ontologies.namespaces import PREFIXES
from ontologies.vocabularies import Vocabularies

Told = Callable[..., Report]

AUTHORITY: Final = "http://publications.europa.eu/resource/authority"
NAL: Final = "https://hdeu-dcat.data.health.europa.eu/resource/authority"
HEADER: Final = "".join(f"@prefix {prefix}: <{iri}> ." for prefix, iri in PREFIXES.items())
DATASET: Final = 'a dcat:Dataset ; dct:title "Heart"@en ; dct:description "A registry."@en ;'
OPEN: Final = f"""
    {DATASET} dct:identifier "h1" ; dct:accessRights <{AUTHORITY}/access-right/PUBLIC> ;
    dcat:theme <{AUTHORITY}/data-theme/HEAL> ; healthdcatap:hasStructuredData false ;
    dcatap:applicableLegislation <http://data.europa.eu/eli/reg/2025/327/oj> ;
    healthdcatap:healthCategory <{NAL}/healthcategories/EHRS> ;
    healthdcatap:hdab [ a foaf:Agent ; foaf:name "Body" ; cv:contactPoint [ cv:email "a@b.example" ] ] ;
    dcat:distribution [ a dcat:Distribution ; dcat:accessURL <http://example.org/get> ; dct:title "Door" ;
        dcatap:applicableLegislation <http://data.europa.eu/eli/reg/2025/327/oj> ] ;
"""
"""What the public level asks for."""


@pytest.fixture
def told(vocabularies: Vocabularies) -> Told:
    """Check `<http://example.org/d>` with these statements and others beside it."""

    def report(statements: str, beside: str = "", table: str = "Dataset") -> Report:
        turtle = f"{HEADER}\n<http://example.org/d> {statements.strip().rstrip(';')} .\n{beside}"
        graph = index(quad.triple for quad in parse(turtle, RdfFormat.TURTLE))
        entity = read(graph, NamedNode("http://example.org/d"), table)
        return check(entity, graph, vocabularies)

    return report


def violations(report: Report) -> list[tuple[Problem, str]]:
    return [(f.problem, f.field) for f in report.findings if f.violation]


def finding(report: Report, name: str) -> Finding:
    return next(f for f in report.findings if f.field == name)


@pytest.mark.parametrize(
    ("right", "profile"),
    [
        (f"<{AUTHORITY}/access-right/PUBLIC>", Profile.PUBLIC),
        (f"<{AUTHORITY}/access-right/RESTRICTED>", Profile.RESTRICTED),
        (f"<{AUTHORITY}/access-right/NON_PUBLIC>", Profile.NON_PUBLIC),
        (f"<{AUTHORITY.replace('http:', 'https:')}/access-right/NON_PUBLIC>", Profile.NON_PUBLIC),
        (f"<{AUTHORITY}/access-right/PUBLIC>, <{AUTHORITY}/access-right/NON_PUBLIC>", Profile.NON_PUBLIC),
        ("<http://example.org/ask-us>", Profile.DCAT_AP),
    ],
)
def test_the_access_right_selects_the_profile(told: Told, right: str, profile: Profile) -> None:
    assert told(f"{DATASET} dct:accessRights {right}").profile is profile


@pytest.mark.parametrize(
    ("kind", "table"),
    [("DatasetSeries", "Dataset"), ("DataService", "DataService"), ("Catalog", "Catalog")],
)
def test_other_records_than_datasets_are_held_against_dcat_ap(told: Told, kind: str, table: str) -> None:
    right = f"dct:accessRights <{AUTHORITY}/access-right/NON_PUBLIC>"

    assert told(f"a dcat:{kind} ; {right}", table=table).profile is Profile.DCAT_AP


def test_a_complete_public_record_is_valid(told: Told) -> None:
    report = told(OPEN)

    assert violations(report) == []
    assert report.valid
    assert report.missing == 0


def test_a_non_public_record_needs_four_fields_more(told: Told) -> None:
    report = told(OPEN.replace("access-right/PUBLIC", "access-right/NON_PUBLIC"))

    assert {name for _, name in violations(report)} == {"keyword", "type", "provenance", "contactPoint"}
    assert report.missing == 4


@pytest.mark.parametrize(
    "statements",
    [
        OPEN.replace("access-right/PUBLIC", "access-right/NON_PUBLIC"),
        OPEN.replace("foaf:name", "foaf:nick").replace("data-theme/HEAL", "data-theme/SOCI"),
        OPEN.replace("Data false", "Data true") + "dcat:contactPoint [ a vcard:Kind ] ;",
        f"{OPEN} dct:publisher <urn:body> ; dcat:distribution <urn:file>, _:file ; dct:creator <urn:one> ;",
        OPEN.replace("dcat:Dataset", "dcat:DatasetSeries").replace("dct:title", "dct:alternative"),
    ],
)
def test_what_is_missing_can_be_counted_without_the_rest(statements: str, vocabularies: Vocabularies) -> None:
    turtle = f"{HEADER}\n<http://example.org/d> {statements.strip().rstrip(';')} ."
    graph = index(parse(turtle, RdfFormat.TURTLE))
    entity = read(graph, NamedNode("http://example.org/d"), "Dataset")

    report = check(entity, graph, vocabularies)

    assert report.missing > 0
    assert missing(entity, graph, vocabularies, report.profile) == report.missing


def test_a_missing_field_is_told_in_a_sentence_with_what_belongs_there(told: Told) -> None:
    report = told("a dcat:Dataset ; dct:title 'Heart'")

    assert finding(report, "description").message == (
        "“Description” is missing. What belongs here: "
        "What the source holds, for whom and why, in plain words."
    )


def test_a_finding_below_the_record_says_where_it_stands(told: Told) -> None:
    report = told(OPEN.replace("dcat:accessURL <http://example.org/get> ;", ""))

    assert finding(report, "accessURL").message.endswith("Where: “Ways to get it”, Door.")
    assert finding(report, "accessURL").on == "Door"


def test_a_finding_can_be_said_in_another_language(told: Told) -> None:
    german = {
        "“{label}” is missing.": "„{label}“ fehlt.",
        "Description": "Beschreibung",
        "{message} What belongs here: {help}": "{message} Gemeint ist: {help}",
        "What the source holds, for whom and why, in plain words.": "Was die Quelle enthält.",
    }

    report = told("a dcat:Dataset ; dct:title 'Heart'")

    said = finding(report, "description").said(lambda text: german.get(text, text))
    assert said == "„Beschreibung“ fehlt. Gemeint ist: Was die Quelle enthält."


def test_a_recommended_field_is_no_violation(told: Told) -> None:
    report = told(DATASET)

    assert report.valid
    assert finding(report, "keyword").problem is Problem.ADVISED


def test_provided_counts_the_mandatory_and_recommended_fields_of_the_record(told: Told) -> None:
    report = told(f"{DATASET} dcat:keyword 'heart', 'valve' ; dct:alternative 'HEA'")

    assert (report.provided, report.expected) == (3, 9)


def test_a_series_is_not_asked_for_its_members_fields(told: Told) -> None:
    report = told("a dcat:DatasetSeries ; dct:title 'Heart' ; dct:description 'All years.'")

    assert {f.field for f in report.findings} == {"contactPoint", "publisher"}


def test_a_second_access_body_is_too_many(told: Told) -> None:
    second = "healthdcatap:hdab [ foaf:name 'Other' ; cv:contactPoint [ cv:email 'c@d.example' ] ]"

    assert violations(told(OPEN + second)) == [(Problem.REPEATED, "hdab")]


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("dct:title <http://example.org/title>", "title"),
        ("dcat:landingPage 'example.org'", "landingPage"),
        ("dct:issued '2023-02-29'^^xsd:date", "issued"),
        ("dct:issued '1 May 2023'", "issued"),
        ("dct:temporal '2010 to 2020'", "temporal"),
        ("healthdcatap:numberOfRecords 5", "records"),
        ("healthdcatap:numberOfRecords '-5'^^xsd:nonNegativeInteger", "records"),
        ("dcat:temporalResolution 'monthly'^^xsd:duration", "temporalResolution"),
        ("dcat:spatialResolutionInMeters '10 m'^^xsd:decimal", "spatialResolution"),
        ("dct:language 'ENG'", "language"),
        ("healthdcatap:retentionPeriod [ dcat:startDate 'soon' ]", "startDate"),
    ],
)
def test_a_value_of_the_wrong_kind_is_a_violation(told: Told, statement: str, name: str) -> None:
    assert violations(told(OPEN + statement)) == [(Problem.RANGE, name)]


def test_what_was_given_is_quoted_with_its_type(told: Told) -> None:
    report = told(OPEN + "healthdcatap:numberOfRecords 5")

    assert finding(report, "records").message == (
        "“Records” must be a whole number, zero or more, of the type xsd:nonNegativeInteger. "
        "Given: “5” (integer)."
    )


def test_a_code_outside_a_closed_list_is_a_violation(told: Told) -> None:
    report = told(f"{OPEN} dct:accrualPeriodicity <{AUTHORITY}/frequency/YEARLY_OR_SO>")

    assert violations(report) == [(Problem.UNKNOWN, "frequency")]


def test_a_code_outside_a_preferred_list_is_a_warning(told: Told) -> None:
    report = told(OPEN + "dct:spatial <http://example.org/atlantis>")

    assert report.valid
    assert finding(report, "country").problem is Problem.UNKNOWN


def test_a_code_of_a_list_known_in_part_is_never_called_wrong(told: Told) -> None:
    report = told(f"{OPEN} dct:language <{AUTHORITY}/language/TLH>")

    assert report.valid
    assert "not among those known here" in finding(report, "language").message


def test_a_code_under_a_former_address_is_understood_and_its_official_one_named(
    told: Told,
) -> None:
    former = "https://hdeu-dcat.acceptance.data.health.europa.eu/resource/authority"

    report = told(OPEN.replace(f"{NAL}/healthcategories", f"{former}/healthcategories"))

    assert report.valid
    assert f"{NAL}/healthcategories/EHRS" in finding(report, "healthCategory").message


def test_dcat_ap_knows_no_list_of_data_standards(told: Told) -> None:
    report = told(DATASET + "dct:conformsTo <http://www.opengis.net/def/crs/EPSG/0/4326>")

    assert "standard" not in {f.field for f in report.findings}


def test_one_theme_must_be_health(told: Told) -> None:
    report = told(OPEN.replace("data-theme/HEAL", "data-theme/SOCI"))

    assert violations(report) == [(Problem.MISSING, "theme")]


def test_structured_data_need_their_variables(told: Told) -> None:
    report = told(OPEN.replace("hasStructuredData false", "hasStructuredData true"))

    assert violations(report) == [(Problem.MISSING, "variables")]


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("[ vcard:hasEmail <mailto:a@b.example> ]", []),
        ("[ vcard:hasURL <http://example.org/ask> ]", []),
        ("[ vcard:fn 'Desk' ]", [(Problem.MISSING, "hasEmail")]),
        ("[ vcard:hasEmail 'a@b.example' ]", [(Problem.RANGE, "hasEmail")]),
    ],
)
def test_a_contact_can_be_reached(told: Told, contact: str, expected: list[tuple[Problem, str]]) -> None:
    assert violations(told(f"{OPEN} dcat:contactPoint {contact}")) == expected


def test_a_publisher_needs_one_contact_and_a_creator_none(told: Told) -> None:
    report = told(OPEN + "dct:publisher [ foaf:name 'Clinic' ] ; dct:creator [ foaf:name 'Ann' ]")

    assert violations(report) == [(Problem.MISSING, "agentContact")]
    assert finding(report, "agentContact").place == "Publisher"


def test_a_publisher_has_one_note_and_other_agents_may_have_more(told: Told) -> None:
    agent = "[ foaf:name 'Clinic' ; cv:contactPoint [ cv:email 'a@b.example' ] ; dct:description 'a', 'b' ]"

    report = told(f"{OPEN} dct:publisher {agent} ; geodcatap:custodian {agent}")

    assert violations(report) == [(Problem.REPEATED, "description")]


def test_an_access_body_that_is_only_named_lacks_its_fields(told: Told) -> None:
    body = OPEN[OPEN.index("[ a foaf:Agent") : OPEN.index("dcat:distribution")]

    report = told(OPEN.replace(body, "<http://example.org/body> ; "))

    assert {name for _, name in violations(report)} == {"name", "agentContact"}
    assert finding(report, "name").on == "http://example.org/body"


def test_a_creator_may_be_only_named(told: Told) -> None:
    assert told(OPEN + "dct:creator <https://orcid.org/0000-0000-0000-0000>").valid


def test_samples_and_analytics_are_checked_like_distributions(told: Told) -> None:
    report = told(OPEN + "adms:sample [ dct:title 'S' ] ; healthdcatap:analytics [ dct:title 'A' ]")

    missing = [(f.field, f.on) for f in report.findings if f.violation]
    assert missing == [(name, on) for on in "SA" for name in ("accessURL", "applicableLegislation")]


def test_every_table_and_column_of_a_data_dictionary_is_checked(told: Told) -> None:
    report = told(
        OPEN
        + """healthdcatap:hasVariables [ dct:title "V" ; csvw:table [ dct:title "T" ;
            csvw:column [ csvw:name "age" ; csvw:title "Age" ; csvw:datatype "integer" ] ] ] """
    )

    assert violations(report) == [(Problem.MISSING, "description")]
    assert finding(report, "description").node == "Column"


def test_the_same_node_in_two_roles_is_told_for_each(told: Told) -> None:
    roles = "dct:publisher <http://example.org/c> ; geodcatap:custodian <http://example.org/c>"

    report = told(f"{OPEN} {roles}", beside="<http://example.org/c> foaf:name 'Clinic' .")

    assert [f.place for f in report.findings if f.field == "agentContact"] == ["Publisher", "Data holder"]
