"""The command asks the same question as the page and the API."""

import json
from pathlib import Path

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.errors import Invalid
from catalogue.profiles.disclosure import guard
from catalogue.profiles.measured import Tally
from catalogue.profiles.publishing import publish
from catalogue.profiles.release import Rule
from catalogue.settings import Settings
from tests.asking import record
from tests.commands.conftest import Command


@pytest.fixture
def holding(data_dir: Path) -> Path:
    """A data folder with one dataset that has a profile, and one that has none."""
    catalogue = open_catalogue(Settings(data_dir=data_dir))
    titles = {"a": "Registry A", "b": "Registry B"}
    catalogue.ingest(
        "north", [record(f'ex:{n} a dcat:Dataset ; dct:title "{t}" .') for n, t in titles.items()]
    )
    [first] = [one for one in catalogue.ledger.page(limit=10) if one.title == "Registry A"]
    told = [Tally("persons", (), 1_000, 1_000), Tally("personsByConcept", ("condition", "316139"), 400, 400)]
    publish(catalogue, first.id, guard(told, Rule()))
    catalogue.close()
    return data_dir


def test_options_ask_and_each_source_is_a_line(holding: Path, fairfinder: Command) -> None:
    said = fairfinder("feasibility", "ask", "--concept", "316139!", "--at-least", 100).output.splitlines()

    assert said == [
        "Registry A\tSurely enough\t396–400\tHeart failure",
        "1 without a profile were not asked.",
    ]


def test_a_body_asks_the_same_as_options(holding: Path, fairfinder: Command, tmp_path: Path) -> None:
    body = tmp_path / "question.json"
    body.write_text('{"concept": ["316139!"], "at_least": 100}', "utf-8")

    told = fairfinder("feasibility", "ask", "--body", body, "--json").output
    same = fairfinder("feasibility", "ask", "--concept", "316139!", "--at-least", 100, "--json").output

    assert told == same
    assert json.loads(told)["sources"][0]["bounds"] == {"low": 396, "high": 400}


def test_a_question_is_asked_in_one_way(holding: Path, fairfinder: Command, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"in the body or in options, not in both\."):
        fairfinder("feasibility", "ask", "--body", tmp_path / "x.json", "--sex", "male")


def test_a_body_that_is_not_there_is_told(holding: Path, fairfinder: Command, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"cannot be read: No such file"):
        fairfinder("feasibility", "ask", "--body", tmp_path / "x.json")


def test_what_others_add_to_the_chosen_is_told_after_the_answer(holding: Path, fairfinder: Command) -> None:
    catalogue = open_catalogue(Settings(data_dir=holding))
    ids = {one.title: one.id for one in catalogue.ledger.page(limit=10)}
    publish(catalogue, ids["Registry B"], guard([Tally("persons", (), 500, 500)], Rule()))
    catalogue.close()

    said = fairfinder(
        "feasibility", "ask", "--concept", "316139!", "--chosen", ids["Registry B"], "--by", "persons"
    ).output.splitlines()

    assert "None of the chosen sources has data on: Heart failure, without what is below." in said
    assert said[-1] == (
        "Registry A\tHas Heart failure, without what is below, of which no chosen source has data; "
        "Persons who meet all criteria, and may be in chosen sources too: 396–400; "
        "not provided: country, length of follow-up"
    )
