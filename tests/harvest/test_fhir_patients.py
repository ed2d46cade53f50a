"""No option, link, reference or redirect makes the FHIR harvester ask for what is about a single patient."""

import json
import logging
import re

import pytest

from catalogue.errors import CatalogueError, Invalid, Refused
from catalogue.records import Record, Rejected
from harvesters.fhir import KIND, harvest
from harvesters.fhir_bounds import COUNTED, LISTED, PATIENT_LEVEL, READ, Bounds, base_of
from harvesters.http import Client
from tests.harvest.asking import asked
from tests.harvest.fhir_server import (
    BASE,
    bundle,
    ids,
    lacks,
    library,
    listing,
    record,
    said,
    serving,
    values,
)
from tests.harvest.loopback import Asked, Reply, Site

COUNT = re.compile(
    r"/fhir/(Patient\?(gender=(fe)?male&|birthdate=\d{4}&)|\w+\?)_summary=count(&_total=accurate)?"
)
SUBJECT = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Vertrouwelijk"}]}


def asked_for_patients(site: Site) -> list[str]:
    """What was asked that is about patients and no mere number."""
    about = [path for path in site.paths if PATIENT_LEVEL & set(re.split(r"[/?&=,]", path)) or "$" in path]
    return [path for path in about if not COUNT.fullmatch(path)]


def everything(site: Site) -> str:
    known = ["actual", "type", "gender", "birthdate"]
    return serving(site, *LISTED, "Organization", *sorted(PATIENT_LEVEL), parameters=known)


def test_the_types_that_are_read_and_those_of_patients_have_nothing_in_common() -> None:
    assert not set(READ) & PATIENT_LEVEL
    assert set(COUNTED) <= PATIENT_LEVEL
    assert {"Patient", "Observation", "Condition", "Encounter", "List", "DocumentManifest"} <= PATIENT_LEVEL


@pytest.mark.parametrize("numbers", ["yes", "no"])
def test_a_server_with_every_type_is_asked_for_none_of_patients(
    client: Client, site: Site, numbers: str
) -> None:
    base = everything(site)
    for type in LISTED:
        site.pages[listing(type)] = bundle(total=0)

    list(harvest(asked(base, client, numbers=numbers, count="100")))

    assert asked_for_patients(site) == []
    assert bool([path for path in site.paths if COUNT.fullmatch(path)]) == (numbers == "yes")
    assert set(KIND.options) == {"count", "numbers", "patients"}


@pytest.mark.parametrize(
    "link",
    [
        "{base}/Patient?_count=100",
        "{base}/Library/../Patient",
        "{base}/Library/%2e%2e/Patient",
        "{base}/Patient/_search?x=1",
        "{base}/Patient/$everything",
        "{base}/$export",
        "{base}/Library/$everything",
        "{base}?_type=Patient",
        "{base}?name=x",
        "{base}?_getpages=1&_type=Patient",
        "{base}/Library?_revinclude=Patient:general-practitioner",
        "{base}/Library?_include:iterate=*",
        "{base}/Library?_has:Observation:x=1",
        "{base}/_history",
        "{base}/Library/1/_history",
        "{base}/Observation",
        "{base}/Group?_count=100",
        "Patient",
        "../Patient",
        "/Patient",
        "//[bad",
    ],
)
def test_a_next_link_to_anything_but_a_page_of_the_type_is_not_followed(
    client: Client, site: Site, link: str
) -> None:
    base = serving(site, "Library", "Patient")
    site.pages[listing()] = bundle(library("a"), then=link.format(base=base))

    items = list(harvest(asked(base, client, numbers="no")))

    assert ids(items) == ["a"]
    assert len(lacks(items)) == 1
    assert site.paths == [f"{BASE}/metadata", listing()]


def test_a_next_page_of_groups_without_the_restriction_is_not_followed(client: Client, site: Site) -> None:
    base = serving(site, "Group", parameters=["actual"])
    definition = {"resourceType": "Group", "id": "g", "actual": False, "type": "person", "name": "Adults"}
    first = bundle(definition, then=f"{base}/Group?_count=100&page=2")
    site.pages[_groups("actual=false")] = first

    items = list(harvest(asked(base, client)))

    assert ids(items) == ["g"]
    assert "no page of Group" in lacks(items)[0]
    assert len(site.paths) == 2


def test_references_to_patients_and_their_records_are_neither_followed_nor_kept_as_links(
    client: Client, site: Site
) -> None:
    base = serving(site, "Library", "ResearchStudy", "Organization", "Patient", "List")
    site.pages[listing()] = bundle(
        library(
            "a",
            content=[{"url": f"{base}/Patient?_format=ndjson"}, {"url": f"{base}/$export"}],
            relatedArtifact=[
                {"type": "composed-of", "resource": "DocumentManifest/m"},
                {"type": "composed-of", "url": f"{base}/List/l"},
            ],
        )
    )
    site.pages[listing("ResearchStudy")] = bundle(
        {
            "resourceType": "ResearchStudy",
            "id": "s",
            "status": "completed",
            "title": "Study",
            "sponsor": {"reference": "Patient/p1", "display": "Sponsor"},
            "principalInvestigator": {"reference": "Practitioner/d1", "display": "Dr A"},
            "enrollment": [{"reference": "Group/patients"}],
            "site": [{"reference": "Organization/../Patient/p1", "display": "Ward"}],
        }
    )

    items = list(harvest(asked(base, client, numbers="no")))

    assert asked_for_patients(site) == []
    assert values(record(items, "/s"), "name") == ["Sponsor", "Dr A"]
    kept = [str(triple) for triple in record(items, "/a").triples]
    assert not [one for one in kept if "Patient" in one or "$export" in one or "List/l" in one]


@pytest.mark.parametrize(
    "reference",
    [
        "Organization/..",
        "Organization/../Patient/1",
        "Organization/1?x",
        "Organization/",
        "Organization/$all",
    ],
)
def test_an_organisation_is_asked_for_by_its_id_alone(client: Client, site: Site, reference: str) -> None:
    base = serving(site, "ResearchStudy", "Organization")
    study = {"resourceType": "ResearchStudy", "id": "s", "status": "active", "title": "S"}
    sponsored = {**study, "sponsor": {"reference": reference, "display": "Sponsor"}}
    site.pages[listing("ResearchStudy")] = bundle(sponsored, total=1)

    list(harvest(asked(base, client)))

    assert site.paths == [f"{BASE}/metadata", listing("ResearchStudy")]


@pytest.mark.parametrize(
    "path", ["/fhir/Patient", "/fhir/Patient/metadata", "/fhir/$export", "/fhir/Group/$x"]
)
def test_the_address_of_patients_data_is_refused_before_anything_is_asked(
    client: Client, site: Site, path: str
) -> None:
    with pytest.raises(Invalid, match="address of data about single patients"):
        list(harvest(asked(site.url + path, client)))

    assert site.paths == []


def test_what_a_server_sends_unasked_is_dropped_and_neither_kept_nor_logged(
    client: Client, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    base = serving(site, "Library", "Patient")
    site.pages[listing()] = bundle(SUBJECT, library("a"), SUBJECT)

    items = list(harvest(asked(base, client, numbers="no")))

    assert ids(items) == ["a"]
    assert "2 entries of another type than Library were dropped unread" in caplog.text
    assert "Vertrouwelijk" not in caplog.text + str(items)


def test_numbers_are_told_for_the_data_as_a_whole(client: Client, site: Site) -> None:
    base = serving(site, "Patient", "Condition", "Observation", "AuditEvent")
    for type, number in (("Patient", 1204), ("Condition", 5030), ("Observation", 9)):
        site.pages[f"{BASE}/{type}?_summary=count"] = said({"resourceType": "Bundle", "total": number})

    items = list(harvest(asked(base, client)))

    data = record(items, "#data")
    assert values(data, "numberOfUniqueIndividuals") == ["1204"]
    assert values(data, "numberOfRecords") == ["5030"]
    assert "Observation" not in values(data, "description")[0]
    assert f"{BASE}/AuditEvent?_summary=count" not in site.paths


def test_a_total_is_asked_for_again_where_it_is_optional(client: Client, site: Site) -> None:
    base = serving(site, "Patient")
    site.pages[f"{BASE}/Patient?_summary=count"] = said({"resourceType": "Bundle"})
    exact = f"{BASE}/Patient?_summary=count&_total=accurate"
    site.pages[exact] = said({"resourceType": "Bundle", "total": 77})

    items = list(harvest(asked(base, client)))

    assert values(record(items, "#data"), "numberOfUniqueIndividuals") == ["77"]


@pytest.mark.parametrize("number", [0, 1, 5, 9])
def test_fewer_than_ten_patients_are_no_number_and_nothing_is_told_of_them(
    client: Client, site: Site, number: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "harvesters")
    base = serving(site, "Patient", "Condition")
    site.pages[f"{BASE}/Patient?_summary=count"] = said({"resourceType": "Bundle", "total": number})

    items = list(harvest(asked(base, client)))

    assert site.paths == [f"{BASE}/metadata", f"{BASE}/Patient?_summary=count"]
    assert not [item for item in items if "#data" in str(item) and "servesDataset" not in str(item)]
    assert not re.search(rf"(?<![\d.:/]){number}(?![\d.:/])", caplog.text.split("patients", 1)[-1])


@pytest.mark.parametrize(("status", "partial"), [(500, 1), (503, 1), (404, 0), (403, 0), (405, 0)])
def test_without_the_number_of_patients_no_other_number_is_told(
    client: Client, site: Site, status: int, partial: int
) -> None:
    base = serving(site, "Patient", "Condition")
    site.pages[f"{BASE}/Patient?_summary=count"] = Reply(status=status)
    site.pages[f"{BASE}/Condition?_summary=count"] = said({"resourceType": "Bundle", "total": 12})

    items = list(harvest(asked(base, client)))

    assert f"{BASE}/Condition?_summary=count" not in site.paths
    assert f"{base}#data" not in [item.subject.value for item in items if isinstance(item, Record)]
    assert len(lacks(items)) == partial


@pytest.mark.parametrize(
    "answer",
    [
        bundle(SUBJECT, total=900),
        said({"resourceType": "Bundle", "total": 900, "x": "y" * 9_000}),
        Reply(b'{"resourceType":"Bundle","entry" : [{"resource": {broken', headers={}),
    ],
)
def test_a_server_that_sends_patients_instead_of_a_number_is_asked_for_no_other(
    client: Client, site: Site, answer: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    base = serving(site, "Patient", "Condition", "Observation")
    site.pages[f"{BASE}/Patient?_summary=count"] = answer

    items = list(harvest(asked(base, client)))

    assert site.paths == [f"{BASE}/metadata", f"{BASE}/Patient?_summary=count"]
    assert "does not understand _summary=count" in caplog.text
    assert "Vertrouwelijk" not in caplog.text + str(items)


@pytest.mark.parametrize("answer", [b"", b"{", b"[]", b'{"total": 50}', b"<Bundle/>", b'{"total": "x"}'])
def test_an_unreadable_number_is_no_number(client: Client, site: Site, answer: bytes) -> None:
    base = serving(site, "Patient")
    site.pages[f"{BASE}/Patient?_summary=count"] = Reply(answer)

    assert "numberOfUniqueIndividuals" not in str(list(harvest(asked(base, client))))


@pytest.mark.parametrize(
    ("parameter", "query"), [("actual", "actual=false"), ("membership", "membership=definitional,conceptual")]
)
def test_groups_are_asked_for_by_definition_and_without_members(
    client: Client, site: Site, parameter: str, query: str
) -> None:
    base = serving(site, "Group", parameters=[parameter])

    list(harvest(asked(base, client)))

    assert site.paths[1] == _groups(query)
    assert "member," not in site.paths[1]


def test_groups_are_not_asked_for_where_patients_cannot_be_left_out(client: Client, site: Site) -> None:
    base = serving(site, "Group", "MeasureReport", "Library")
    site.pages[listing()] = bundle(total=0)

    list(harvest(asked(base, client)))

    assert site.paths == [f"{BASE}/metadata", listing()]


def test_an_actual_group_ends_the_list_of_groups_and_is_not_kept(client: Client, site: Site) -> None:
    base = serving(site, "Group", parameters=["actual"])
    actual = {
        "resourceType": "Group",
        "id": "x",
        "actual": True,
        "member": [{"entity": {"display": "Vertrouwelijk"}}],
    }
    query = "actual=false"
    site.pages[_groups(query)] = bundle(actual, then=f"{base}/Group?{query}&page=2")

    items = list(harvest(asked(base, client)))

    assert ids(items) == []
    assert lacks(items) == [
        "The server does not leave patients out of Group, so no further page was asked for."
    ]
    assert "Vertrouwelijk" not in str(items)


def test_a_group_without_an_id_is_rejected_without_its_content(client: Client, site: Site) -> None:
    base = serving(site, "Group", parameters=["actual"])
    site.pages[_groups("actual=false")] = bundle({"resourceType": "Group", "actual": False, "name": "Names"})

    items = list(harvest(asked(base, client)))

    assert [item.raw for item in items if isinstance(item, Rejected)] == [b""]


@pytest.mark.parametrize(
    ("parameters", "query"),
    [
        (["type"], "type=summary"),
        (["patient"], "patient:missing=true"),
        (["subject"], "subject:missing=true"),
    ],
)
def test_reports_are_asked_for_as_summaries_and_any_other_is_left_alone(
    client: Client, site: Site, parameters: list[str], query: str
) -> None:
    base = serving(site, "MeasureReport", parameters=parameters)
    report = {"resourceType": "MeasureReport", "measure": "https://measures.example/m", "status": "complete"}
    path = f"{BASE}/MeasureReport?{query}&_elements=status,type,measure,period,reporter,group&_count=100"
    site.pages[path] = bundle(
        {**report, "id": "1", "type": "individual", "subject": {"display": "Vertrouwelijk"}},
        {**report, "id": "2", "type": "summary"},
    )

    items = list(harvest(asked(base, client)))

    assert site.paths[1] == path
    assert values(record(items, "/m"), "description") == ["One aggregate report on this measure."]
    assert len(lacks(items)) == 1
    assert "Vertrouwelijk" not in str(items)


def test_of_a_report_no_number_is_kept_but_that_of_the_people_in_it(client: Client, site: Site) -> None:
    base = serving(site, "MeasureReport", parameters=["type"])
    population = [
        {"code": {"text": "Initial population"}, "count": 1000},
        {"code": {"text": "Denominator"}, "count": 995},
        {"code": {"text": "Exclusion"}, "count": 5, "subjectResults": {"reference": "List/secret"}},
    ]
    report = {
        "resourceType": "MeasureReport",
        "id": "1",
        "type": "summary",
        "status": "complete",
        "measure": "https://measures.example/m",
        "group": [{"population": population, "stratifier": [{"stratum": [{"population": [{"count": 3}]}]}]}],
    }
    path = f"{BASE}/MeasureReport?type=summary&_elements=status,type,measure,period,reporter,group&_count=100"
    site.pages[path] = bundle(report)

    found = record(list(harvest(asked(base, client))), "/m")

    assert values(found, "numberOfUniqueIndividuals") == ["1000"]
    assert not re.search(r"995|\b5\b|\b3\b|secret", " ".join(values(found, "description")))


def test_history_is_never_asked_of_what_can_be_about_patients() -> None:
    bounds = Bounds(base_of("https://fhir.example/r4/"))

    for type in ("Patient", "Group", "MeasureReport", "Observation", "Organization"):
        with pytest.raises(CatalogueError):
            bounds.history(type, {})
        with pytest.raises(CatalogueError):
            bounds.listing(type, {"_count": "1"})
    with pytest.raises(CatalogueError):
        bounds.count("AuditEvent")


@pytest.mark.parametrize(
    ("type", "among"),
    [
        ("Condition", "gender=female"),
        ("Patient", "gender=female&name=x"),
        ("Patient", "name=x"),
        ("Patient", "birthdate=1950-01-01"),
        ("Patient", "_has:Condition:patient:code=x"),
    ],
)
def test_patients_are_counted_by_sex_or_year_of_birth_and_by_nothing_else(type: str, among: str) -> None:
    with pytest.raises(Refused):
        Bounds(base_of("https://fhir.example/r4/")).count(type, among=among)


@pytest.mark.parametrize("there", ["/Library/elsewhere", "/Patient/1", "/Patient/1/$everything"])
def test_a_redirect_to_anything_else_is_never_followed(client: Client, site: Site, there: str) -> None:
    base = serving(site, "Library")
    site.pages[listing()] = Reply(status=302, headers={"Location": base + there})

    items = list(harvest(asked(base, client)))

    assert ids(items) == []
    assert "is not to be asked" in lacks(items)[0]
    assert not any("elsewhere" in path or "Patient/" in path for path in site.paths)


def test_the_server_itself_is_not_looked_for_among_patients(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    site.pages[f"{BASE}/metadata"] = Reply(status=302, headers={"Location": f"{base}/Patient/1/metadata"})

    with pytest.raises(Refused, match="not to be asked"):
        list(harvest(asked(base, client)))

    assert site.paths == [f"{BASE}/metadata"]


def _groups(query: str) -> str:
    elements = (
        "identifier,status,name,title,description,purpose,type,actual,membership,quantity,managingEntity,"
        "characteristic,url,version,date,publisher,contact,useContext,jurisdiction,language"
    )
    return f"{BASE}/Group?{query}&_elements={elements}&_count=100"


def test_a_resource_that_claims_another_type_inside_is_none_of_ours(client: Client, site: Site) -> None:
    base = serving(site, "Library")
    hidden = json.loads(json.dumps({**SUBJECT, "resourceType": ["Library"]}))
    site.pages[listing()] = bundle(hidden, library("a"))

    items = list(harvest(asked(base, client)))

    assert ids(items) == ["a"]
    assert "Vertrouwelijk" not in str(items)


def test_requests_carry_the_version_of_the_server(client: Client, site: Site) -> None:
    base = serving(site, "Library", version="4.3.0")
    site.pages[listing()] = lambda heard: _accepting(heard)

    assert ids(harvest(asked(base, client))) == ["a"]


def _accepting(heard: Asked) -> Reply:
    assert heard.headers["accept"].startswith("application/fhir+json; fhirVersion=4.3,")
    return bundle(library("a"))
