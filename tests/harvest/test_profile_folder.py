"""Profiles in folders, on the web and here: each new state is published once, and nothing else is changed."""

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

import orjson
import pytest
from pyoxigraph import Literal, NamedNode, Triple

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.ingest import Beginning
from catalogue.profiles import publishing
from catalogue.profiles.counts import Count
from catalogue.profiles.measured import Spread
from catalogue.profiles.release import Rule
from catalogue.profiles.releases import Release, Standing
from catalogue.profiles.rules import Rules
from catalogue.records import Characterisation, Harvested, Record, record_id
from catalogue.runs import COMPLETE, PARTIAL, Run
from catalogue.settings import Settings
from catalogue.sources import Source
from harvesters.http import Client, Fetched
from harvesters.kind import Asked
from harvesters.kinds import kind
from harvesters.profile_listings import OF_ARES, Listing, listed
from harvesters.profile_site import harvest as harvest_site
from ontologies.namespaces import DCAT, DCT, RDF
from tests.harvest.asking import asked, vocabularies
from tests.harvest.loopback import Asked as Heard
from tests.harvest.loopback import Reply, Site, served

SEXES = ("personsBySex,female,,1231", "personsBySex,male,,3")

_numbers = count(1)


@pytest.fixture(scope="module")
def network() -> Iterator[Catalogue]:
    """A catalogue for all tests: each has a dataset, and a source of profiles, of its own."""
    opened = open_catalogue(Settings(), in_memory=True)
    yield opened
    opened.close()


@pytest.fixture
def dataset(network: Catalogue) -> str:
    """The IRI of a dataset that another source describes."""
    subject = NamedNode(f"https://north.example/dataset/{next(_numbers)}")
    triples = (
        Triple(subject, RDF.type, DCAT.Dataset),
        Triple(subject, DCT.term("title"), Literal("One", language="en")),
    )
    network.ingest("north", [Record(subject, "dataset", triples, "file:one")], whole=False)
    return subject.value


@pytest.fixture(scope="module")
def web() -> Iterator[Site]:
    with served() as site:
        yield site


def table(persons: int, released: str = "2026-02-01", *rows: str) -> bytes:
    lines = ("analysis,stratum_1,stratum_2,count", f"about,released,{released},", f"persons,,,{persons}")
    return "\n".join([*lines, *rows, ""]).encode()


def page(*links: str) -> Reply:
    body = "".join(f'<a href="{link}">{link}</a>' for link in links)
    return Reply(f"<html><body>{body}</body></html>".encode(), headers={"Content-Type": "text/html"})


def tagged(body: bytes, tag: str) -> Callable[[Heard], Reply]:
    """A file that is sent only to who has another version."""

    def reply(heard: Heard) -> Reply:
        if heard.headers.get("if-none-match") == tag:
            return Reply(b"", 304, {"ETag": tag})
        return Reply(body, headers={"ETag": tag})

    return reply


def source(network: Catalogue, url: str, dataset: str, of_kind: str = "profiles") -> str:
    """A source of profiles, by its name."""
    name = f"counts-{next(_numbers)}"
    network.ledger.sources.add(Source(name, of_kind, url, network.now(), {"dataset": dataset}))
    return name


def harvested(network: Catalogue, name: str) -> Run:
    """Harvest a source in this process."""
    kept = network.ledger.sources.named(name)

    def begin(beginning: Beginning) -> Iterator[Harvested]:
        with Client(frozenset({"127.0.0.1"}), 1_000_000, 30, "", delay_s=0, sleep=lambda _: None) as client:
            yield from kind(kept.kind).harvest(
                Asked(kept.url, client, vocabularies(), kept.options, "", beginning.remembered)
            )

    return network.harvest(name, begin)


def releases(network: Catalogue, dataset: str) -> tuple[Release, ...]:
    return network.releases.every(record_id("north", dataset))


def persons(network: Catalogue, dataset: str) -> Count:
    current = network.releases.current(record_id("north", dataset))
    assert current is not None
    return network.releases.guarded(current.id).count("persons")


def said(network: Catalogue, run: Run) -> str:
    lines = [line.message for line in network.ledger.runs.said(run.id)]
    return "\n".join([*lines, *(one.reason for one in network.ledger.runs.rejected(run.id))])


def test_what_lies_in_a_folder_is_published_by_the_rule_of_the_datasets_source(
    network: Catalogue, web: Site, dataset: str
) -> None:
    Rules(network.ledger.database).set("north", Rule(5, 10))
    web.pages = {
        "/a/": page("../", "?C=N;O=D", "counts.csv", "/elsewhere.csv", "http://127.0.0.2/counts.csv"),
        "/a/counts.csv": Reply(
            table(1234, "2026-02-01", "personsBySex,female,,1231", "personsBySex,male,,3")
        ),
    }
    before = {*Path(tempfile.gettempdir()).glob("fairfinder-*")}

    run = harvested(network, source(network, f"{web.url}/a/", dataset))

    assert run.state == COMPLETE
    assert web.paths[-2:] == ["/a/", "/a/counts.csv"]
    (release,) = releases(network, dataset)
    assert release.rule == Rule(5, 10)
    assert persons(network, dataset) == Count.between(1231, 1240)
    assert run.message == "1 release of a profile is published."
    assert f"Release {release.id} of the profile of “One”" in said(network, run)
    assert "Withheld: Persons by sex" in said(network, run)
    assert {*Path(tempfile.gettempdir()).glob("fairfinder-*")} <= before
    Rules(network.ledger.database).set("north", Rule())


def test_files_that_did_not_change_are_not_sent_and_make_no_release(
    network: Catalogue, web: Site, dataset: str
) -> None:
    web.pages = {
        "/b/": page("counts.csv", "more.csv"),
        "/b/counts.csv": tagged(table(100), '"1"'),
        "/b/more.csv": tagged(table(100)[:35] + b"personsBySex,female,,60\n", '"2"'),
    }
    name = source(network, f"{web.url}/b", dataset)
    harvested(network, name)

    again = harvested(network, name)

    assert (again.state, again.message) == (COMPLETE, "")
    assert [one.headers.get("if-none-match") for one in web.asked[-2:]] == ['"1"', '"2"']
    assert len(releases(network, dataset)) == 1

    web.pages["/b/counts.csv"] = tagged(table(200, "2026-03-01"), '"3"')
    harvested(network, name)

    new, old = releases(network, dataset)
    assert persons(network, dataset) == Count.between(196, 200)
    assert [one.state for one in (new, old)] == [Standing.PUBLISHED] * 2
    assert (new.current, old.current) == (True, False)


def test_a_file_that_cannot_be_had_changes_nothing_and_is_fetched_by_the_next_run(
    network: Catalogue, web: Site, dataset: str
) -> None:
    web.pages = {"/c/": page("counts.csv", "more.csv"), "/c/counts.csv": Reply(table(100))}
    name = source(network, f"{web.url}/c/", dataset)

    run = harvested(network, name)

    assert run.state == PARTIAL
    assert "/c/more.csv does not exist" in said(network, run)
    assert releases(network, dataset) == ()

    web.pages["/c/more.csv"] = Reply(table(100)[:35] + b"personsBySex,female,,60\n")
    assert harvested(network, name).state == COMPLETE
    assert len(releases(network, dataset)) == 1


def test_a_dataset_whose_source_is_written_gets_its_profile_by_the_next_run(
    network: Catalogue, tmp_path: Path, dataset: str
) -> None:
    (tmp_path / "counts.csv").write_bytes(table(100))
    name = source(network, str(tmp_path), dataset, "profile-folder")

    with network.ledger.leases.source("north"):
        run = harvested(network, name)

    assert (run.state, releases(network, dataset)) == (PARTIAL, ())
    harvested(network, name)
    assert len(releases(network, dataset)) == 1


def test_rows_of_persons_are_refused_and_nothing_of_them_is_kept(
    network: Catalogue, web: Site, dataset: str
) -> None:
    web.pages = {"/d/": page("people.csv"), "/d/people.csv": Reply(b"person_id,year\n4711,1950\n")}

    run = harvested(network, source(network, f"{web.url}/d/", dataset))

    (problem,) = network.ledger.runs.rejected(run.id)
    assert problem.raw == b""
    assert "4711" not in said(network, run)
    assert releases(network, dataset) == ()


def test_folders_named_by_days_are_releases_and_one_found_late_is_not_shown(
    network: Catalogue, web: Site, dataset: str
) -> None:
    web.pages = {
        "/e/": page("20250101/", "20260101/", "readme/"),
        **{f"/e/{day}/": page("counts.csv") for day in ("20240101", "20250101", "20260101")},
        "/e/20240101/counts.csv": Reply(table(50, "2024-01-01")),
        "/e/20250101/counts.csv": Reply(table(100, "2025-01-01")),
        "/e/20260101/counts.csv": Reply(table(200, "2026-01-01")),
    }
    name = source(network, f"{web.url}/e/", dataset)

    harvested(network, name)
    web.pages["/e/"] = page("20240101/", "20250101/", "20260101/")
    harvested(network, name)
    network.ledger.sources.ask_all(name)
    harvested(network, name)

    assert [str(one.told.released) for one in releases(network, dataset)] == ["2026-01-01", "2025-01-01"]
    assert persons(network, dataset) == Count.between(196, 200)


def test_what_an_operator_withdrew_does_not_come_back(network: Catalogue, web: Site, dataset: str) -> None:
    web.pages = {"/f/": page("counts.csv"), "/f/counts.csv": Reply(table(100))}
    name = source(network, f"{web.url}/f/", dataset)
    harvested(network, name)
    publishing.withdraw(network, releases(network, dataset)[0].id)

    network.ledger.sources.ask_all(name)
    harvested(network, name)

    assert [one.state for one in releases(network, dataset)] == [Standing.WITHDRAWN]


def test_another_rule_takes_the_place_of_the_former_when_all_is_read_again(
    network: Catalogue, web: Site, dataset: str
) -> None:
    web.pages = {"/g/": page("counts.csv"), "/g/counts.csv": Reply(table(8))}
    name = source(network, f"{web.url}/g/", dataset)
    harvested(network, name)

    Rules(network.ledger.database).set("north", Rule(10, 5))
    network.ledger.sources.ask_all(name)
    harvested(network, name)
    Rules(network.ledger.database).set("north", Rule())

    assert persons(network, dataset) == Count.hidden(10)
    assert [one.state for one in releases(network, dataset)] == [Standing.PUBLISHED, Standing.WITHDRAWN]


def test_sources_of_ares_go_to_their_datasets(network: Catalogue, web: Site, dataset: str) -> None:
    index = {
        "sources": [
            {"cdm_source_key": "SEA", "releases": [{"release_id": "20260101"}]},
            {"cdm_source_key": "LAND", "releases": []},
        ]
    }
    person = {"BIRTH_YEAR_DATA": [{"YEAR": 1950, "COUNT_PERSON": 40}, {"YEAR": 1960, "COUNT_PERSON": 60}]}
    app = Reply(b"<!doctype html><div id=app></div>")  # as servers of web applications answer everywhere
    web.pages = {
        "/h/": app,
        "/h/SEA/20260101/": app,
        "/h/index.json": Reply(orjson.dumps(index)),
        "/h/SEA/20260101/person.json": Reply(orjson.dumps(person)),
        "/h/SEA/20260101/cdmsource.csv": Reply(b"CDM_SOURCE_NAME,CDM_RELEASE_DATE\nSea,2026-01-01\n"),
    }

    run = harvested(network, source(network, f"{web.url}/h/", f"SEA={dataset}"))

    assert run.state == COMPLETE, said(network, run)
    (release,) = releases(network, dataset)
    assert (release.told.producer, release.told.source_name) == ("Ares", "Sea")
    assert sum(path.startswith("/h/SEA/20260101/") for path in web.paths) == len(OF_ARES) + 1


def test_reports_are_asked_for_of_as_many_concepts_of_ares_as_the_option_says(
    client: Client, web: Site, tmp_path: Path
) -> None:
    heads = "CONCEPT_ID,CONCEPT_NAME,NUM_PERSONS,PERCENT_PERSONS,RECORDS_PER_PERSON\n"
    quantiles = {"MIN": 1, "P10": 20, "P25": 30, "MEDIAN": 40, "P75": 50, "P90": 60, "MAX": 70}
    ages = {"CATEGORY": ["MALE"], **{f"{name}_VALUE": [age] for name, age in quantiles.items()}}
    web.pages = {
        "/i/": Reply(b'["person.json", "cdmsource.csv", "domain-summary-condition_occurrence.csv"]'),
        "/i/person.json": Reply(b'{"BIRTH_YEAR_DATA": [{"YEAR": 1950, "COUNT_PERSON": 40}]}'),
        "/i/cdmsource.csv": Reply(b"CDM_SOURCE_NAME,CDM_RELEASE_DATE\nSea,2026-01-01\n"),
        "/i/domain-summary-condition_occurrence.csv": Reply(
            f"{heads}1,A,9,0.2,1.0\n2,B,30,0.7,1.0\n3,C,20,0.5,1.0\n0,D,40,1,1.0\n".encode()
        ),
        "/i/concepts/condition_occurrence/concept_2.json": Reply(
            orjson.dumps({"AGE_AT_FIRST_DIAGNOSIS": ages})
        ),
    }

    items = list(harvest_site(asked(f"{web.url}/i/", client, dataset="d", concepts="2")))

    (found,) = [item for item in items if isinstance(item, Characterisation)]
    assert [path for path in web.paths if path.startswith("/i/concepts/")] == [
        f"/i/concepts/condition_occurrence/concept_{id}.json" for id in (2, 3)
    ]
    assert [one.analysis for one in found.told if isinstance(one, Spread)] == ["ageAtFirstOccurrence"]


def test_a_folder_on_this_machine_is_read_where_it_lies(
    network: Catalogue, tmp_path: Path, dataset: str
) -> None:
    (tmp_path / "counts.csv").write_bytes(table(100))
    name = source(network, str(tmp_path), record_id("north", dataset), "profile-folder")

    assert harvested(network, name).state == harvested(network, name).state == COMPLETE
    assert len(releases(network, dataset)) == 1
    assert [*tmp_path.iterdir()] == [tmp_path / "counts.csv"]

    (tmp_path / "counts.csv").write_bytes(table(300, "2026-03-01"))
    harvested(network, name)
    assert persons(network, dataset) == Count.between(296, 300)


def test_a_dataset_that_nobody_describes_is_told(network: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "counts.csv").write_bytes(table(100))
    name = source(network, str(tmp_path), "https://north.example/none", "profile-folder")

    run = harvested(network, name)

    assert "There is no dataset https://north.example/none" in said(network, run)
    assert network.ledger.sources.standing(name).remembered == {}


def test_numbers_of_persons_stand_in_no_line_of_a_run(
    network: Catalogue, tmp_path: Path, dataset: str, caplog: pytest.LogCaptureFixture
) -> None:
    rows = ("personsByConcept,condition,201826,73", "personsByConcept,condition,316866,67")
    (tmp_path / "counts.csv").write_bytes(table(9731, "2026-02-01", *rows))
    Rules(network.ledger.database).set("north", Rule(100, 10))

    with caplog.at_level(logging.DEBUG):
        run = harvested(network, source(network, str(tmp_path), dataset, "profile-folder"))

    Rules(network.ledger.database).set("north", Rule())
    assert not {"73", "67", "9731"} & {*caplog.text.split(), *said(network, run).replace(",", "").split()}


LISTS: Mapping[str, bytes] = {
    "a page": b'<ul><li><a href="a.csv">a</a><a href="/x/b%20c.json?x=1">no</a><a href="./b%20c.json">b</a>'
    b'<a href="20260101/">day</a><a href="deep/er.csv">no</a><a href=".hidden.csv">no</a></ul>',
    "names": b'["a.csv", "b c.json", "20260101/", "../up.csv", ".hidden.csv", "notes.md"]',
    "our own": b'{"files": ["a.csv", "b c.json", "20260101/"]}',
    "autoindex": b'[{"name": "a.csv", "type": "file"}, {"name": "b c.json", "type": "file"}, '
    b'{"name": "20260101", "type": "directory"}]',
}


@pytest.mark.parametrize("form", LISTS)
def test_a_folder_is_listed_in_several_forms(form: str) -> None:
    fetched = Fetched("https://node.example/x/", 200, LISTS[form], "", "", "", {})

    assert listed(fetched) == {"": Listing(("a.csv", "b c.json"), ("20260101",))}


def test_an_index_of_ares_lists_sources_with_their_releases() -> None:
    sea = b'{"cdm_source_key": "SEA", "releases": [{"release_id": "20260101"}, {"release_id": "../up"}]}'
    deep = b'{"cdm_source_abbreviation": "DEEP SEA", "releases": []}'
    content = b'{"sources": [%s, %s]}' % (sea, deep)

    found = listed(Fetched("https://node.example/data/index.json", 200, content, "", "", "", {}))

    assert {path: one.folders for path, one in found.items()} == {
        "": ("DEEP_SEA", "SEA"),
        "SEA/": ("20260101",),
        "SEA/20260101/": (),
        "DEEP_SEA/": (),
    }
