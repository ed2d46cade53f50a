"""Programs learn what all sources hold together: sums keep their bounds, and what is hidden stays hidden."""

from collections.abc import Iterator

import pytest

from catalogue.profiles.measured import Measured, Tally
from tests.interfaces.site import Site, take, take_profile
from tests.interfaces.test_api import conforms
from web.api_network_models import NetworkAnswer

PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://data.example/> .
@prefix place: <http://publications.europa.eu/resource/authority/country/> ."""


def dataset(name: str, country: str) -> str:
    described = f'dct:title "Registry {name}"@en ; dct:spatial place:{country}'
    return f"{PREFIXES} ex:{name} a dcat:Dataset ; {described} ."


def told(persons: int) -> Iterator[Measured]:
    yield Tally("persons", (), persons, persons)
    yield Tally("personsBySex", ("female",), persons // 2, persons // 2)
    yield Tally("personsObservedInYear", ("2020",), persons, persons)
    yield Tally("personsByDomains", ("condition",), persons, persons)
    yield Tally("recordsByType", ("condition", "32817"), 3 * persons, 3 * persons)


@pytest.fixture
def holding(small: Site) -> Site:
    """A large and a small dataset with profiles, and one without."""
    countries = {"big": "FRA", "small": "DEU", "silent": "FRA"}
    take(small.catalogue, "north", *(dataset(*one) for one in countries.items()))
    for name, persons in (("big", 10_000), ("small", 3)):
        [entry] = [one for one in small.catalogue.ledger.page(limit=10) if one.title == f"Registry {name}"]
        take_profile(small.catalogue, entry.id, told(persons))
    return small


def test_sums_keep_their_bounds_and_persons_that_overlap_are_told_apart(holding: Site) -> None:
    answer = holding.get("/api/v1/network")

    conforms(NetworkAnswer, answer.content)
    told = answer.json()
    assert (told["datasets"], told["profiles"]) == (3, 2)
    assert told["persons"] == {"state": "interval", "low": 9_997, "high": 10_005}
    assert told["different_persons"] == {"state": "interval", "low": 9_996, "high": 10_005}
    [year] = told["years"]
    assert (year["year"], year["sources"]) == (2020, 1)


def test_a_hidden_count_is_hidden_in_every_part(holding: Site) -> None:
    big, small = holding.get("/api/v1/network").json()["sources"]

    assert [one["title"] for one in (big, small)] == ["Registry big", "Registry small"]
    [domain] = big["domains"]
    assert domain["records"]["high"] == 30_000
    counts = [small["persons"], *small["sexes"].values(), *(one["persons"] for one in small["domains"])]
    assert {one["state"] for one in counts} <= {"suppressed", "absent"}


def test_the_filters_of_the_search_narrow_it_and_the_file_has_the_same_body(holding: Site) -> None:
    query = "?country=FRA&copies=1"

    narrowed = holding.get(f"/api/v1/network{query}").json()

    assert narrowed["datasets"] == holding.get(f"/api/v1/search{query}").json()["total"] == 2
    assert [one["title"] for one in narrowed["sources"]] == ["Registry big"]
    assert [(one["country"]["value"], one["profiles"]) for one in narrowed["countries"]] == [
        ("FRA", 1),
        ("DEU", 1),
    ]
    assert holding.get(f"/network.json{query}").json() == narrowed


def test_what_cannot_be_asked_is_refused_in_words(holding: Site) -> None:
    refused = [
        holding.get(f"{path}?persons_min=x") for path in ("/api/v1/network", "/network.json", "/network.csv")
    ]

    assert {answer.status_code for answer in refused} == {422}
    assert all(answer.json()["detail"].endswith(".") for answer in refused)
