"""The API finds, lists and compares variables, and says the same as the pages."""

from tests.interfaces.site import Site
from tests.interfaces.test_api import conforms
from web import api_variable_models as models


def test_variables_are_found_with_facets_that_agree_with_the_rows(site: Site) -> None:
    found = site.get("/api/v1/variables?q=birth&size=100").json()

    assert found["total"] == len(found["variables"]) > 1
    by_dataset = {one["value"]: one["count"] for one in found["facets"]["dataset"]}
    assert sum(by_dataset.values()) == found["total"] and len(by_dataset) == found["datasets"]
    kinds = [one["kind"] or "none" for one in found["variables"]]
    assert {one["value"]: one["count"] for one in found["facets"]["type"]} == {
        kind: kinds.count(kind) for kind in kinds
    }


def test_the_variables_of_a_dataset_are_listed_and_found_again_elsewhere(site: Site) -> None:
    first = site.get("/api/v1/variables?size=1").json()["variables"][0]
    listed = site.get(f"/api/v1/datasets/{first['dataset']}/variables")

    conforms(models.DatasetVariables, listed.content)
    assert first in listed.json()["variables"]
    same = site.get(f"/api/v1/variables/compare?variable={first['name']}").json()
    assert first in same["variables"] or first["alike"] in same["others"]


def test_what_cannot_be_asked_is_told(site: Site) -> None:
    for path in ("/api/v1/variables?page=x", "/api/v1/variables/compare?variable="):
        assert site.get(path).status_code == 422
    assert site.get("/api/v1/datasets/nobody/variables").status_code == 404
