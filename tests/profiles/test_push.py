"""A node sends its profile to a catalogue elsewhere: what it says, what leaves it, and when to try again."""

import io
import re
import socket
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from fastapi import Request
from typer.testing import CliRunner, Result

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.profiles.release import Rule
from catalogue.profiles.rules import Rules
from catalogue.settings import Settings
from catalogue.tokens import for_profiles
from tests.apps import app_of
from tests.asking import reserved, served
from tests.core.harvests import id_of, records
from tests.profiles.profile_files import RESULTS, SOURCE, result, written
from tests.site.canaries import KINDS, PAIR, RULE
from web.cli import app

CANARY: Final = 4
"""Persons of neither sex: fewer than may be told."""


class Elsewhere:
    """A catalogue that is served, the bodies that were sent to it, and the command of a node."""

    def __init__(self, catalogue: Catalogue, home: str, folder: Path) -> None:
        self.catalogue = catalogue
        self.home = home
        self.token = catalogue.ledger.tokens.new("node")
        self.bodies: list[bytes] = []
        self._folder = folder

    def push(self, *words: object, to: str = "", token: str | None = None) -> Result:
        """Run the command with the token in the environment."""
        line = ["profile", "push", *map(str, words), "--to", to or self.home]
        shown = self.token if token is None else token
        return CliRunner().invoke(app, line, env={"FAIRFINDER_PUSH_TOKEN": shown})


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    """A catalogue of some datasets; those of the south are under a stricter rule."""
    folder = tmp_path_factory.mktemp("data")
    with reserved() as listening:
        settings = Settings(data_dir=folder, base_url=f"http://127.0.0.1:{listening.getsockname()[1]}")
        catalogue = open_catalogue(settings)
        catalogue.ingest("north", records("abcde"))
        catalogue.ingest("south", records("a"))
        Rules(catalogue.ledger.database).set("south", Rule(10, 10))
        found = Elsewhere(catalogue, settings.base_url, folder)
        heard = app_of(catalogue, settings)

        @heard.middleware("http")
        async def hear(request: Request, call_next: Callable[..., object]) -> object:
            found.bodies.append(await request.body())
            return await call_next(request)  # type: ignore[misc]

        with served(heard, listening):
            yield found
        catalogue.close()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    rows = [
        result(*SOURCE),
        result(1, 2694),
        result(2, 8507, 1318),
        result(2, 8532, 1372),
        result(2, 0, CANARY),
        result(400, 201826, CANARY),
        result(400, 316139, 7),
    ]
    folder = tmp_path / "profile"
    folder.mkdir()
    written(folder / "results.csv", RESULTS, rows)
    return folder


def test_a_profile_is_sent_and_its_report_printed(elsewhere: Elsewhere, files: Path) -> None:
    token = elsewhere.catalogue.ledger.tokens.new("node of a", for_profiles(id_of("a")))

    done = elsewhere.push(f"{elsewhere.home}/dataset/{id_of('a')}", files, token=token)

    assert done.exit_code == 0, done.output
    assert "Persons by sex" in done.output
    assert f"of {elsewhere.home}/dataset/{id_of('a')} is published." in done.output
    assert elsewhere.catalogue.releases.current(id_of("a")) is not None
    assert token not in done.output


def test_several_files_once_more_make_one_release(elsewhere: Elsewhere, files: Path) -> None:
    more = written(files.with_name("more.csv"), RESULTS, [result(117, 202412, 1200)])
    first = elsewhere.push(id_of("b"), files / "results.csv", more, "--draft")

    again = elsewhere.push(id_of("b"), more, files / "results.csv", "--draft")

    assert "is draft." in first.output
    assert "is draft already, of the same files." in again.output


def test_what_is_guarded_here_is_taken_in_as_if_guarded_there(elsewhere: Elsewhere, files: Path) -> None:
    elsewhere.push(id_of("c"), files)
    elsewhere.bodies.clear()

    done = elsewhere.push(id_of("d"), files, "--guard-here")

    there, here = (elsewhere.catalogue.releases.current(id_of(name)) for name in "cd")
    assert done.exit_code == 0 and there and here
    releases = elsewhere.catalogue.releases
    assert releases.guarded(here.id) == releases.guarded(there.id)
    with zipfile.ZipFile(io.BytesIO(elsewhere.bodies[-1])) as sent:
        text = "\n".join(sent.read(name).decode() for name in sent.namelist())
    assert "personsByConcept,condition,201826,suppressed,1,5" in text
    assert not [number for number in (2694, 1318, 1372) if str(number) in text]


def test_what_is_sent_from_here_and_said_of_it_is_the_same_whatever_is_hidden(
    elsewhere: Elsewhere, tmp_path: Path
) -> None:
    told = []
    for name, way in (("one", PAIR), ("two", PAIR[::-1])):
        (tmp_path / name).mkdir()
        Rules(elsewhere.catalogue.ledger.database).set("east", RULE)
        elsewhere.catalogue.ingest("east", records("ab"))
        record = id_of("a" if name == "one" else "b", "east")
        done = elsewhere.push(record, *KINDS["achilles"](tmp_path / name, way), "--guard-here")
        with zipfile.ZipFile(io.BytesIO(elsewhere.bodies[-1])) as sent:
            files = {one: sent.read(one) for one in sent.namelist()}
        told.append((files, re.sub(rf"{record}|Release \d+", "", done.output)))

    assert told[0] == told[1]
    assert "published" in told[0][1]


def test_a_node_guards_by_the_rule_of_the_source(elsewhere: Elsewhere, files: Path) -> None:
    record = id_of("a", "south")

    done = elsewhere.push(record, files, "--guard-here")

    release = elsewhere.catalogue.releases.current(record)
    assert done.exit_code == 0 and release
    assert release.rule == Rule(10, 10)


@pytest.mark.parametrize(
    ("dataset", "token", "said"),
    [
        (id_of("e"), "fft_" + "a" * 52, "The catalogue answered 401"),
        ("nosuchdataset234", None, "The catalogue answered 404"),
        ("https://publisher.example/e", None, "Give the id"),
    ],
)
def test_what_has_to_be_put_right_ends_with_1(
    elsewhere: Elsewhere, files: Path, dataset: str, token: str | None, said: str
) -> None:
    done = elsewhere.push(dataset, files, token=token)

    assert done.exit_code == 1
    assert said in done.output


def test_a_file_that_is_refused_there_is_named(elsewhere: Elsewhere, files: Path) -> None:
    (files / "person.csv").write_text("person_id,year_of_birth\n1,1950\n", "utf-8")

    done = elsewhere.push(id_of("e"), files)

    assert done.exit_code == 1
    assert "The catalogue answered 422: person.csv has the column person_id" in done.output


def test_what_may_do_later_ends_with_75(elsewhere: Elsewhere, files: Path) -> None:
    with elsewhere.catalogue.ledger.leases.held(f"the profile of {id_of('e')}"):
        busy = elsewhere.push(id_of("e"), files)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        unreached = elsewhere.push(id_of("e"), files, "--timeout", 1, to=address)

    assert (busy.exit_code, unreached.exit_code) == (75, 75)
    assert "The catalogue answered 409" in busy.output


def test_a_token_may_come_from_a_file_and_goes_over_no_open_network(
    elsewhere: Elsewhere, files: Path, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(elsewhere.token + "\n", "utf-8")

    read = elsewhere.push(id_of("e"), files, "--token-file", tmp_path / "token", token="")
    none = elsewhere.push(id_of("e"), files, token="")
    open_ = elsewhere.push(id_of("e"), files, to="http://203.0.114.7/")

    assert read.exit_code == 0
    assert none.exit_code == 1 and "FAIRFINDER_PUSH_TOKEN" in str(none.exception)
    assert open_.exit_code == 1 and "https://" in open_.output
