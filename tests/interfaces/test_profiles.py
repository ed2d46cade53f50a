"""Programs learn what data really hold, and how surely; what is hidden is told as hidden."""

import json
from collections.abc import Iterator

import httpx
import pytest

from catalogue.profiles.measured import Measured, Quality, Spread, Tally
from tests.asking import ask
from tests.interfaces.site import Site, take, take_profile

PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://data.example/> ."""
HEART_FAILURE, STROKE = "316139", "443454"


def dataset(name: str) -> str:
    return f'{PREFIXES} ex:{name} a dcat:Dataset ; dct:title "Registry {name}"@en .'


def told(persons: int, heart: int, stroke: int) -> list[Measured]:
    return [
        Tally("persons", (), persons, persons),
        Tally("personsBySex", ("female",), persons // 2, persons // 2),
        Tally("personsBySex", ("male",), persons - persons // 2, persons - persons // 2),
        *(Tally("personsByAge", (str(age),), persons // 10, persons // 10) for age in range(50, 60)),
        Tally("personsByConcept", ("condition", HEART_FAILURE), heart, heart),
        Tally("recordsByConcept", ("condition", HEART_FAILURE), heart * 3, heart * 3),
        Tally("personsByConcept", ("condition", STROKE), stroke, stroke),
        Spread("ageAtFirstObservation", (), persons, 50, 51, 52, 55, 57, 58, 59),
        Quality("Plausibility", "Temporal", 90, 10),
    ]


@pytest.fixture
def holding(small: Site) -> Iterator[Site]:
    """Two datasets with profiles, and one without."""
    take(small.catalogue, "north", dataset("big"), dataset("small"), dataset("silent"))
    take_profile(small.catalogue, named(small, "big"), told(10_000, 2_000, 700))
    take_profile(small.catalogue, named(small, "small"), told(200, 40, 3))
    yield small


def named(site: Site, name: str) -> str:
    [entry] = [one for one in site.catalogue.ledger.page(limit=10) if one.title == f"Registry {name}"]
    return entry.id


def test_a_profile_is_told_with_its_rule_and_every_count_as_bounds(holding: Site) -> None:
    answer = holding.get(f"/api/v1/datasets/{named(holding, 'big')}/profile").json()

    analyses = {one["name"]: one for one in answer["analyses"]}
    assert answer["persons"] == {"state": "interval", "low": 9_996, "high": 10_000}
    assert (answer["release"]["threshold"], answer["release"]["rounding"]) == (5, 5)
    assert {"strata": ["female"], "count": {"state": "interval", "low": 4_996, "high": 5_000}} in analyses[
        "personsBySex"
    ]["cells"]
    assert "personsByConcept" not in analyses
    assert answer["quality"][0]["failed"] == 10


def test_only_the_analyses_asked_for_are_told(holding: Site) -> None:
    path = f"/api/v1/datasets/{named(holding, 'big')}/profile"

    answer = holding.get(f"{path}?analysis=personsBySex").json()
    refused = holding.get(f"{path}?analysis=personsByShoe")

    assert [one["name"] for one in answer["analyses"]] == ["personsBySex"]
    assert refused.status_code == 422


def test_a_hidden_count_is_hidden_everywhere(holding: Site) -> None:
    id = named(holding, "small")

    concepts = holding.get(f"/api/v1/datasets/{id}/profile/concepts").json()
    concept = holding.get(f"/api/v1/concepts/{STROKE}").json()

    hidden = {"state": "suppressed", "low": 1, "high": 5}
    assert next(c for c in concepts["concepts"] if str(c["concept"]["id"]) == STROKE)["persons"] == hidden
    assert {one["dataset"]: one["persons"] for one in concept["holders"]}[id] == hidden


def test_a_concept_tells_its_name_and_who_holds_it(holding: Site) -> None:
    answer = holding.get(f"/api/v1/concepts/{HEART_FAILURE}").json()

    assert answer["concept"]["name"]
    assert [one["title"] for one in answer["holders"]] == ["Registry big", "Registry small"]
    assert answer["holders"][0]["records"]["high"] == 6_000


def test_the_concepts_of_a_dataset_are_found_by_words(holding: Site) -> None:
    answer = holding.get(f"/api/v1/datasets/{named(holding, 'big')}/profile/concepts?q=heart").json()

    assert [str(one["concept"]["id"]) for one in answer["concepts"]] == [HEART_FAILURE]


def test_feasibility_tells_bounds_limits_and_who_was_not_asked(holding: Site) -> None:
    answer = holding.get(f"/api/v1/feasibility?concept={HEART_FAILURE}!&at_least=1000").json()

    first, second = answer["sources"]
    assert (first["title"], first["verdict"]) == ("Registry big", "surely")
    assert first["bounds"] == {"low": 1_996, "high": 2_000}
    assert second["verdict"] == "no"
    assert answer["without_profile"] == 1


def test_a_body_asks_the_same_as_an_address(holding: Site) -> None:
    body = {"concept": [HEART_FAILURE, STROKE], "from_age": 55, "at_least": 10}
    request = httpx.Request(
        "POST", f"{holding.catalogue.base}/api/v1/feasibility", content=json.dumps(body).encode()
    )

    posted = ask(holding.app, request).json()
    got = holding.get(
        f"/api/v1/feasibility?concept={HEART_FAILURE}&concept={STROKE}&from_age=55&at_least=10"
    ).json()

    assert posted == got
    assert posted["sources"][0]["limiting"]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"concept": 1.5}', b'{"concept": "x"}', b'{"at_least": {}}'])
def test_a_body_that_asks_nothing_sound_is_refused_in_words(holding: Site, body: bytes) -> None:
    request = httpx.Request("POST", f"{holding.catalogue.base}/api/v1/feasibility", content=body)

    answer = ask(holding.app, request)

    assert answer.status_code == 422
    assert answer.json()["detail"].endswith(".")


def test_what_is_not_there_is_told(holding: Site) -> None:
    silent = named(holding, "silent")

    statuses = [
        holding.get(path).status_code
        for path in (
            f"/api/v1/datasets/{silent}/profile",
            "/api/v1/datasets/unknown/profile",
            "/api/v1/concepts/999999999",
            "/api/v1/concepts/heart",
        )
    ]

    assert statuses == [404, 404, 404, 422]
    assert holding.get(f"/api/v1/datasets/{silent}/profile/concepts").json()["total"] == 0
