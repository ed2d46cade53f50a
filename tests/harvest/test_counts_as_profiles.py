"""Counts of Beacons and FHIR servers become profiles, and give nobody away who was not given away before."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import count

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.profiles.counts import Count, State
from catalogue.profiles.measured import Dropped, Tally
from catalogue.profiles.release import Guarded, Rule
from catalogue.records import Characterisation, Harvested, record_id
from catalogue.runs import COMPLETE
from catalogue.settings import Settings
from harvesters import beacon_counts
from harvesters.fhir import harvest as harvest_fhir
from harvesters.fhir_counts import of_report
from harvesters.http import Client
from harvesters.kinds import kind
from tests.harvest.asking import asked
from tests.harvest.fhir_server import bundle, lacks, said, serving
from tests.harvest.loopback import Reply, Site, served
from web.demo.nodes.beacon import PATH as BEACON
from web.demo.nodes.beacon import Institute, institute
from web.demo.playing import Heard as Played

COHORT = "nb-cohort-cf"
TODAY = date(2026, 11, 26)

_numbers = count(1)


@pytest.fixture(scope="module")
def network() -> Iterator[Catalogue]:
    opened = open_catalogue(Settings(), in_memory=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def web() -> Iterator[Site]:
    with served() as site:
        yield site


def cohort(size: int, **event: object) -> Mapping[str, object]:
    return {"id": COHORT, "cohortSize": size, "collectionEvents": [{"eventSize": size, **event}]}


def sexes(**numbers: int) -> Mapping[str, object]:
    return {"availability": True, "distribution": {"genders": numbers}}


def tallies(found: Characterisation | None) -> dict[tuple[str, ...], int]:
    assert found is not None
    return {(one.analysis, *one.strata): one.low for one in found.told if isinstance(one, Tally)}


def profiles(items: Iterable[Harvested]) -> list[Characterisation]:
    return [item for item in items if isinstance(item, Characterisation)]


def counted(told: Mapping[str, object]) -> Characterisation | None:
    return beacon_counts.profile(told, "https://x.example/cohorts/c", "v2", TODAY)


def harvested(network: Catalogue, name: str, site: Site, told: Mapping[str, object]) -> Guarded:
    """What is shown of the cohort after a Beacon with it alone was harvested."""
    beacon = Institute({**institute().says, "cohorts": [told]})

    class Pages(dict[str, object]):
        def get(self, path: str, default: object = None) -> object:
            found = beacon.answer(Played("GET", path, {}))
            return Reply(found.content) if found else default

    site.pages = Pages()  # type: ignore[assignment]
    url = f"{site.url}{BEACON}"
    with Client(frozenset({"127.0.0.1"}), 1_000_000, 30, "", delay_s=0) as client:
        run = network.ingest(name, list(kind("beacon").harvest(asked(url, client))))
    assert run.state == COMPLETE, run.message
    record = record_id(name, f"{url}/cohorts/{COHORT}")
    (*_, last) = (None, *network.releases.of(record)[:1])
    return network.releases.guarded(last.id) if last else Guarded(None, Rule(), {})  # type: ignore[arg-type]


def test_a_cohort_shows_a_profile_in_which_no_count_below_ten_is_told(network: Catalogue, web: Site) -> None:
    found = harvested(network, "north", web, cohort(412, eventGenders=sexes(female=405, male=7)))

    assert found.rule == Rule(9, 5)
    assert found.count("persons") == Count.between(411, 415)
    assert found.count("personsBySex", "male") == Count.hidden(9)
    assert found.count("personsBySex", "female").state is not State.EXACT


def test_counts_of_which_nothing_new_may_be_told_make_no_other_release(network: Catalogue, web: Site) -> None:
    record = record_id("south", f"{web.url}{BEACON}/cohorts/{COHORT}")
    for female in (298, 298, 299, 250, 298):
        harvested(network, "south", web, cohort(600, eventGenders=sexes(female=female, male=600 - female)))

    shown = [network.releases.guarded(one.id) for one in reversed(network.releases.of(record))]

    assert [one.count("personsBySex", "female").high for one in shown] == [300, 250, 300]


def test_counts_that_cannot_be_are_told_and_do_not_make_the_run_incomplete(
    network: Catalogue, web: Site
) -> None:
    harvested(network, "east", web, cohort(100, eventGenders=sexes(female=90, male=20)))

    (run, *_) = network.ledger.runs.newest("east")
    (problem,) = network.ledger.runs.rejected(run.id)
    assert "come to more persons" in problem.reason
    assert not {"90", "20", "110"} & {*problem.reason.split()}
    assert problem.raw == b""


@pytest.mark.parametrize("size", [9, 0, None, "many"])
def test_fewer_than_ten_people_have_no_profile(size: object) -> None:
    event = {"eventGenders": sexes(female=5, male=4), "eventSize": size}

    assert counted({"id": "c", "cohortSize": size, "collectionEvents": [event]}) is None


def test_a_number_of_people_alone_is_no_profile() -> None:
    assert counted(cohort(400)) is None


def test_the_last_collection_is_counted_however_its_counts_are_written() -> None:
    flat = {"distribution": {"NCIT:C16576": 30, "NCIT:C20197": 20, "unknown": 3, "intersex": 2}}
    born = {"distribution": {"year": {"1950": 25, "1960": 30}}}
    told = {
        "id": "c",
        "collectionEvents": [
            {"eventDate": "2024-01-01", "eventSize": 55, "eventGenders": flat, "eventAgeRange": born},
            {"eventDate": "2019-01-01", "eventSize": 99, "eventGenders": sexes(female=99)},
        ],
    }

    assert tallies(counted(told)) == {
        ("persons",): 55,
        ("personsBySex", "female"): 30,
        ("personsBySex", "male"): 20,
        ("personsBySex", "other"): 5,
        ("personsByYearOfBirth", "1950"): 25,
        ("personsByYearOfBirth", "1960"): 30,
    }


def test_what_is_counted_by_other_things_is_left_out_and_told() -> None:
    bands = {"distribution": {"ageRange": {"0-17": 40, "18-99": 60}}}
    ethnicities = {"distribution": {"ethnicities": {"European": 90, "African": 10}}}

    found = counted(
        cohort(
            100,
            eventGenders=sexes(female=50),
            eventAgeRange=bands,
            eventEthnicities=ethnicities,
            eventCases=7,
        )
    )

    assert found is not None
    left_out = {one.what: one.rows for one in found.told if isinstance(one, Dropped)}
    assert left_out == {"eventAgeRange": 2, "eventEthnicities": 2, "eventCases": 1}


def hospital(
    site: Site, patients: Mapping[str, int], parameters: Iterable[str] = ("gender", "birthdate")
) -> str:
    """A server with patients, by what they are narrowed to."""
    base = serving(site, "Patient", parameters=parameters)
    metadata = site.pages["/fhir/metadata"]

    class Pages(dict[str, object]):
        def get(self, path: str, default: object = None) -> object:
            if path == "/fhir/metadata":
                return metadata
            among = path.partition("?")[2].partition("_summary")[0].rstrip("&")
            return said({"resourceType": "Bundle", "total": patients.get(among, 0)})

    site.pages = Pages()  # type: ignore[assignment]
    return base


def test_patients_are_counted_by_sex_and_by_year_of_birth_where_that_is_asked_for(
    client: Client, site: Site
) -> None:
    patients = {
        "": 1000,
        "gender=female": 600,
        "gender=male": 396,
        "birthdate=1950": 700,
        "birthdate=1980": 298,
    }
    base = hospital(site, patients)

    (by_sex,) = profiles(harvest_fhir(asked(base, client)))
    (by_year,) = profiles(harvest_fhir(asked(base, client, patients="years")))

    assert by_sex.dataset == f"{base}#data"
    assert by_sex.threshold == 9
    assert tallies(by_sex) == {
        ("persons",): 1000,
        ("personsBySex", "female"): 600,
        ("personsBySex", "male"): 396,
        ("personsBySex", "other"): 4,
    }
    years = {("personsByYearOfBirth", "1950"): 700, ("personsByYearOfBirth", "1980"): 298}
    assert tallies(by_year) == {**tallies(by_sex), **years}


def test_a_server_that_does_not_tell_patients_apart_is_not_believed(client: Client, site: Site) -> None:
    base = hospital(site, {"": 1000, "gender=female": 1000, "gender=male": 1000})

    items = list(harvest_fhir(asked(base, client)))

    assert (profiles(items), lacks(items)) == ([], [])


@pytest.mark.parametrize(
    ("options", "patients", "parameters"),
    [
        ({"patients": "none"}, 1000, ["gender"]),
        ({"numbers": "no"}, 1000, ["gender"]),
        ({}, 1000, []),
        ({}, 9, ["gender"]),
    ],
)
def test_patients_are_not_counted_apart_where_that_is_not_wanted_or_they_are_few(
    client: Client, site: Site, options: dict[str, str], patients: int, parameters: list[str]
) -> None:
    base = hospital(site, {"": patients, "gender=female": 5}, parameters)

    items = list(harvest_fhir(asked(base, client, **options)))

    assert profiles(items) == []
    assert not any("gender" in path for path in site.paths)


def test_a_summary_report_is_counted_by_sex(client: Client, site: Site) -> None:
    def people(number: int) -> list[Mapping[str, object]]:
        return [{"code": {"text": "Initial"}, "count": number}, {"code": {"text": "Cases"}, "count": 2}]

    by_sex = [
        {"value": {"coding": [{"code": code}]}, "population": people(n)}
        for code, n in (("female", 70), ("M", 30))
    ]
    report = {
        "resourceType": "MeasureReport",
        "type": "summary",
        "status": "complete",
        "measure": "https://measures.example/m",
        "group": [
            {
                "population": people(100),
                "stratifier": [
                    {"code": [{"text": "Sex"}], "stratum": by_sex},
                    {"code": [{"text": "Ward"}], "stratum": by_sex},
                ],
            }
        ],
    }
    base = serving(site, "MeasureReport", parameters=["type"])
    path = "/fhir/MeasureReport?type=summary&_elements=status,type,measure,period,reporter,group&_count=100"
    site.pages[path] = bundle(report)

    (found,) = profiles(harvest_fhir(asked(base, client)))

    assert found.dataset == "https://measures.example/m"
    assert tallies(found) == {("persons",): 100, ("personsBySex", "female"): 70, ("personsBySex", "male"): 30}
    assert Dropped("Ward", 2, "What is reported by other than sex is not taken in.") in of_report(report)
