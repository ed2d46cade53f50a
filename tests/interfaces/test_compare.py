"""Programs compare datasets: nobody is dropped, and every number is told between its bounds."""

from collections.abc import Iterator

import pytest

from catalogue.profiles.measured import Tally
from catalogue.settings import Settings
from tests.interfaces.site import Site, application, empty, take, take_profile
from tests.interfaces.test_profiles import HEART_FAILURE, STROKE, dataset, named, told

NOBODY = "aaaaaaaaaaaaaaaa"


@pytest.fixture(scope="module")
def beside(settings: Settings) -> Iterator[Site]:
    """Two datasets with profiles, one without, and one that was withdrawn."""
    catalogue = empty(settings)
    site = Site(application(catalogue, settings), catalogue)
    take(catalogue, "north", *map(dataset, ("big", "small", "silent", "gone")))
    take_profile(catalogue, named(site, "big"), told(10_000, 2_000, 700))
    deaths = Tally("personsByConcept", ("observation", "4306655"), 90, 90)
    take_profile(catalogue, named(site, "small"), [*told(200, 140, 3), deaths])
    yield site
    catalogue.close()


@pytest.fixture(scope="module")
def ids(beside: Site) -> dict[str, str]:
    """The datasets by name; one of them is withdrawn."""
    found = {name: named(beside, name) for name in ("big", "small", "silent", "gone")}
    beside.catalogue.withdraw(found["gone"])
    return found


def test_datasets_without_a_profile_withdrawn_and_unknown_are_told_as_such(
    beside: Site, ids: dict[str, str]
) -> None:
    asked = ",".join((*ids.values(), NOBODY))

    answer = beside.get(f"/api/v1/compare?ids={asked}").json()

    assert [one["presence"] for one in answer["datasets"]] == [*["present"] * 3, "withdrawn", "unknown"]
    assert [bool(one["release"]) for one in answer["datasets"]] == [True, True, False, False, False]
    assert answer["datasets"][3]["title"] == "Registry gone"
    persons = next(one for one in answer["measures"] if one["name"] == "persons")["numbers"]
    assert persons[ids["small"]] == {"state": "interval", "low": 196, "high": 200}
    assert persons[ids["silent"]]["state"] == persons[NOBODY]["state"] == "absent"


def test_a_hidden_count_is_hidden_in_persons_and_shares(beside: Site, ids: dict[str, str]) -> None:
    path = f"/api/v1/compare?ids={ids['big']},{ids['small']}&concept={STROKE}"

    stroke = beside.get(path).json()["concepts"][0]

    assert stroke["chosen"] and str(stroke["concept"]["id"]) == STROKE
    small = stroke["held"][ids["small"]]
    assert small["persons"] == {"state": "suppressed", "low": 1, "high": 5}
    assert (small["share"]["state"], small["share"]["high"]) == ("suppressed", 2.55102)


def test_concepts_come_by_themselves_where_shares_surely_differ(beside: Site, ids: dict[str, str]) -> None:
    answer = beside.get(f"/api/v1/compare?ids={ids['big']}&ids={ids['small']}").json()

    found = [(str(one["concept"]["id"]), one["chosen"]) for one in answer["concepts"]]
    assert found == [(HEART_FAILURE, False), (STROKE, False)]


def test_differences_leave_out_what_is_the_same(beside: Site, ids: dict[str, str]) -> None:
    path = f"/api/v1/compare?ids={ids['big']},{ids['small']}"

    whole, only = beside.get(path).json(), beside.get(f"{path}&differences=1").json()

    assert [f["name"] for s in only["sections"] for f in s["fields"]] == []
    assert {one["name"] for one in whole["measures"]} > {one["name"] for one in only["measures"]}
    assert all(one["differs"] for one in only["measures"])
    assert only["shares"] == whole["shares"]


def test_the_file_has_the_body_of_the_api(beside: Site, ids: dict[str, str]) -> None:
    query = f"ids={ids['big']},{ids['small']}&concept={STROKE}"

    assert beside.get(f"/compare.json?{query}").json() == beside.get(f"/api/v1/compare?{query}").json()


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("ids=a", 422, "2 to 8 datasets, not of 1"),
        ("ids=a,b,c,d,e,f,g,h,i", 422, "2 to 8 datasets, not of 9"),
        ("ids=a,b", 404, "None of these datasets"),
        ("ids=a,b&concept=heart", 422, "OMOP number"),
    ],
)
def test_what_cannot_be_compared_is_told_with_what_to_do(
    beside: Site, query: str, status: int, words: str
) -> None:
    for path in ("/api/v1/compare", "/compare.json", "/compare.csv", "/compare/compare-age.csv"):
        answer = beside.get(f"{path}?{query}")

        assert answer.status_code == status
        assert words in answer.json()["detail"]
