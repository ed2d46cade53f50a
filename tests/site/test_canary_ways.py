"""A hidden count stands nowhere, by whichever way it came: Beacons, FHIR servers, folders here and elsewhere.

As in `test_canary`, two catalogues are told alike but for hidden counts. What operators see is held to it
too: runs with their logs, problems and what could not be used, and what the commands say of them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from catalogue import tables
from catalogue.apart import overheard
from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.ingest import Beginning
from catalogue.profiles.rules import Rules
from catalogue.records import Harvested
from catalogue.settings import Settings
from catalogue.sources import Source
from harvesters.http import Client
from harvesters.kind import Asked
from harvesters.kinds import kind
from tests.access.visitor import Visitor
from tests.apps import app_of
from tests.asking import FEED, record
from tests.harvest.asking import vocabularies
from tests.harvest.fhir_server import bundle, said, statement
from tests.harvest.loopback import Reply, served
from tests.harvest.loopback import Site as Web
from tests.harvest.test_beacon import listed, path
from tests.harvest.test_beacon import serving as beacon
from tests.site.canaries import MARKS, NAME, PAIR, RULE, Way, achilles, ares, plain, white_rabbit
from tests.site.site import BASE, Clock, Site
from tests.site.twins import Told, graphs, logs, public, rows
from web.cli import app
from web.cli_parts import ordered

MANY: Final = 10_000
REST: Final = MANY - sum(PAIR)
TYPES: Final = ("Patient", "Condition", "Procedure", "Observation", "MeasureReport")
REPORTS: Final = (
    "/fhir/MeasureReport?type=summary&_elements=status,type,measure,period,reporter,group&_count=100"
)
DESCRIBED: Final = ("folder", "web", "broken")
"""The datasets whose profiles come from folders."""

_SESSION: Final = re.compile(rb'(?<=name="csrf" value=")[0-9a-f]+|2026-11-\d\d[T ]|\b\d\d:\d\d(:\d\d)?\b')
"""What differs from session to session: the token of forms, and when harvesters said something."""

_PAIR: Final = re.compile(rf"(?<![\w.:/#-])({PAIR[0]}|{PAIR[1]})(?![\w.:/%-])")


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Told, Told]]:
    """Catalogues on disk whose sources were harvested from the same addresses, told both ways."""
    root = tmp_path_factory.mktemp("ways")
    with served() as web:
        one, other = (_told(root, name, way, web) for name, way in (("one", PAIR), ("two", PAIR[::-1])))
    yield one, other
    one.site.catalogue.close()
    other.site.catalogue.close()


def test_every_way_brings_a_profile(twins: tuple[Told, Told]) -> None:
    catalogue = twins[0].site.catalogue

    titles = {
        entry.title for entry in catalogue.ledger.page(limit=50) if catalogue.releases.current(entry.id)
    }

    assert titles == {"Registry folder", "Registry web", "cohort", "Health records held by 127.0.0.1", "m"}


def test_tables_graphs_and_logs_have_no_difference(twins: tuple[Told, Told]) -> None:
    one, other = twins

    assert rows(one) == rows(other)
    assert graphs(one) == graphs(other)
    assert one.logged == other.logged
    assert not [line for line in one.logged if _PAIR.search(line) or any(mark in line for mark in MARKS)]


def test_no_file_of_the_data_folder_has_what_is_hidden(twins: tuple[Told, Told]) -> None:
    files = [file for file in twins[0].folder.rglob("*") if file.is_file()]

    assert files
    assert [(file.name, mark) for file in files for mark in MARKS if mark.encode() in file.read_bytes()] == []


def test_neither_readers_nor_operators_see_a_difference(twins: tuple[Told, Told]) -> None:
    one, other = (Visitor(told.site.app, told.site.catalogue).enter() for told in twins)

    seen = {address: one.get(address) for address in _addresses(one)}

    assert [address for address, answer in seen.items() if answer.status_code != 200] == []
    differing = [
        address
        for address, answer in seen.items()
        if _bare(public(answer)) != _bare(public(other.get(address)))
    ]
    assert differing == []
    assert not [address for address, answer in seen.items() if any(mark in answer.text for mark in MARKS)]


def test_commands_tell_no_difference(twins: tuple[Told, Told]) -> None:
    said = [[_command(told.folder, *words) for words in _commands(told)] for told in twins]

    assert said[0] == said[1]
    assert any("hidden" in text for text in said[0])
    assert not [text for text in said[0] if any(mark in text for mark in MARKS)]


def _addresses(visitor: Visitor) -> Iterable[str]:
    """The pages of all records and runs, and all that is told of them as data."""
    catalogue = visitor.catalogue
    for entry in catalogue.ledger.page(limit=50):
        yield from (f"/dataset/{entry.id}{end}" for end in ("", ".ttl"))
        if release := catalogue.releases.current(entry.id):
            kept = f"/admin/profiles/{entry.id}/{release.id}"
            yield from (f"/admin/profiles/{entry.id}", kept, f"{kept}/withdraw")
            yield from (f"/api/v1/datasets/{entry.id}/{name}" for name in ("profile", "profile/concepts"))
            yield f"/dataset/{entry.id}/profile"
    for source in catalogue.ledger.sources.all():
        yield f"/admin/sources/{source.name}"
        for run in catalogue.ledger.runs.newest(source.name):
            yield f"/admin/runs/{run.id}"
            for problem in catalogue.ledger.runs.rejected(run.id):
                yield f"/admin/runs/{run.id}/problems/{problem.id}"
    yield from ("/", "/datasets", "/network", "/sources", "/admin/sources")


def _bare(seen: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(_SESSION.sub(b"", one) if isinstance(one, bytes) else one for one in seen)


def _commands(told: Told) -> Iterator[tuple[str, ...]]:
    catalogue = told.site.catalogue
    for source in catalogue.ledger.sources.all():
        for run in catalogue.ledger.runs.newest(source.name):
            yield "harvest", "log", str(run.id)
            yield "harvest", "problems", str(run.id)
    for entry in catalogue.ledger.page(limit=50):
        if catalogue.releases.current(entry.id):
            yield "profile", "show", entry.id
            yield "profile", "show", entry.id, "--json"


def _command(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(app, words, env={"FAIRFINDER_DATA_DIR": str(folder)})
    assert done.exit_code == 0, done.output
    return _SESSION.sub(b"", done.output.encode()).decode()


def _told(root: Path, name: str, way: Way, web: Web) -> Told:
    settings = Settings(data_dir=root / name, base_url=BASE)
    catalogue = open_catalogue(settings, now=Clock())
    (root / "drawings").mkdir(exist_ok=True)
    (settings.data_dir / "drawings").symlink_to(root / "drawings")  # what one has drawn the other need not
    catalogue.ledger.sources.add(Source("north", "dcat", FEED, catalogue.now()))
    sources = [*_folders(root / "shelf", way, web), *_servers(way, web)]
    for source in sources:
        catalogue.ledger.sources.add(replace(source, created=catalogue.now()))
    for source in catalogue.ledger.sources.all():
        Rules(catalogue.ledger.database).set(source.name, RULE)
    with logs() as logged:
        catalogue.ingest("north", [record(_described(one)) for one in DESCRIBED])
        for source in sources:
            _harvest(catalogue, source, settings)
    with catalogue.ledger.database.writing() as db:
        db.execute(tables.runs.update().values(steps={}))  # how long they took is shown, and differs
    logged = [line for line in logged if not line.startswith("httpcore")]
    return Told(Site(app_of(catalogue, settings), catalogue), settings.data_dir, logged, [])


def _harvest(catalogue: Catalogue, source: Source, settings: Settings) -> None:
    """As the command does it, but in this process and without waiting between questions."""

    def begin(beginning: Beginning) -> Iterator[Harvested]:
        order = ordered(catalogue, source, settings, beginning)
        with Client(frozenset({"127.0.0.1"}), 1_000_000, 30, "", delay_s=0) as client:
            asked = Asked(order.url, client, vocabularies(), order.options, smallest=order.smallest)
            yield from overheard(kind(source.kind).harvest(asked))

    run = catalogue.harvest(source.name, begin)
    assert run.state == "complete", run.message


def _described(name: str) -> str:
    return f'ex:{name} a dcat:Dataset ; dct:title "Registry {name}"@en .'


def _folders(shelf: Path, way: Way, web: Web) -> Iterator[Source]:
    """Folders with a profile, here and on the web, and one whose files contradict each other."""
    for name in DESCRIBED:
        (shelf / name).mkdir(parents=True, exist_ok=True)
    achilles(shelf / "folder", way)
    white_rabbit(shelf / "folder", way)
    for number, told in enumerate((PAIR, PAIR[::-1])):
        (file,) = plain(shelf / "broken", told)
        file.rename(file.with_name(f"{number}.csv"))
    if not any((shelf / "web").iterdir()):
        ares(shelf / "web", way)
    else:
        _again(shelf / "web", way)
    release = next((shelf / "web").iterdir())
    web.pages["/web/"] = said([{"name": release.name, "type": "directory"}])
    web.pages[f"/web/{release.name}/"] = said([file.name for file in release.iterdir()])
    for file in release.iterdir():
        web.pages[f"/web/{release.name}/{file.name}"] = Reply(file.read_bytes())
    for name, address in (
        ("folder", f"{shelf / 'folder'}"),
        ("broken", f"{shelf / 'broken'}"),
        ("web", f"{web.url}/web/"),
    ):
        of = "profiles" if "://" in address else "profile-folder"
        yield Source(f"of-{name}", of, address, Clock()(), {"dataset": f"https://north.example/{name}"})


def _again(folder: Path, way: Way) -> None:
    """The release as it is told another way."""
    for release in folder.iterdir():
        for file in release.iterdir():
            file.unlink()
        release.rmdir()
    ares(folder, way)


def _servers(way: Way, web: Web) -> Iterator[Source]:
    """A Beacon with cohorts, one of them without an id and one too small to be told, and a FHIR server."""
    a, b = way
    yield Source("beacon", "beacon", beacon(web, ["cohort"]), Clock()())
    event = {
        "eventSize": MANY,
        "eventGenders": {"distribution": {"genders": {"female": REST, "male": a, "other": b}}},
        "eventAgeRange": {"distribution": {"year": {"1930": a, "1931": b, "1970": REST}}},
    }
    cohorts = (
        {"id": "cohort", "name": "cohort", "cohortSize": MANY, "collectionEvents": [event]},
        {"id": "few", "name": "few", "cohortSize": a, "collectionEvents": [{"eventSize": a}]},
        {"name": "nameless", "cohortSize": a, "collectionEvents": [event], NAME: b},
    )
    web.pages[path("cohorts")] = listed(*cohorts, total=len(cohorts))
    web.pages["/fhir/metadata"] = statement(*TYPES, parameters=("gender", "birthdate", "type"))
    counted = {
        "Patient": MANY,
        "Patient?gender=female": REST,
        "Patient?gender=male": a,
        "Condition": a,
        "Procedure": b,
        "Observation": 5 * MANY,
        **{f"Patient?birthdate={year}": 0 for year in range(1900, 2030)},
        "Patient?birthdate=1930": a,
        "Patient?birthdate=1931": b,
        "Patient?birthdate=1970": REST,
    }
    for question, number in counted.items():
        address = f"/fhir/{question}{'&' if '?' in question else '?'}_summary=count"
        web.pages[address] = said({"resourceType": "Bundle", "total": number})
    web.pages[REPORTS] = bundle(_report("m", MANY, way), _report("of-few", a, way))
    yield Source("fhir", "fhir", f"{web.url}/fhir", Clock()(), {"patients": "years"})


def _report(name: str, persons: int, way: Way) -> Mapping[str, object]:
    """A summary report on a measure, with the people in it by sex."""
    by_sex = {"female": persons - sum(way), "male": way[0], "unknown": way[1]} if persons == MANY else {}
    strata = [
        {"value": {"text": sex}, "population": [{"code": {"text": "Initial"}, "count": number}]}
        for sex, number in by_sex.items()
    ]
    group = {
        "population": [{"code": {"text": "Initial"}, "count": persons}],
        "stratifier": [{"code": [{"text": "Sex"}], "stratum": strata}] if strata else [],
    }
    return {
        "resourceType": "MeasureReport",
        "id": name,
        "type": "summary",
        "status": "complete",
        "measure": f"https://measures.example/{name}",
        "group": [group],
    }
