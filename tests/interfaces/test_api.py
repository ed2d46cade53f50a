import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from catalogue.links import BROKEN, Answer
from catalogue.query_url import FACET_NAMES
from catalogue.search import MAX_OFFSET, RANGES
from catalogue.settings import Settings
from catalogue.sources import Source
from tests.interfaces.site import NOW, Site, take
from web import (
    api_admin_models,
    api_changes,
    api_compare_models,
    api_feasibility_models,
    api_models,
    api_network_models,
    api_profile_models,
    api_programme_models,
    api_upload_models,
    api_variable_models,
)
from web.app import create_app

RUN = 3  # the run of a source that has a flaw on purpose
MODELS = (
    api_models,
    api_changes,
    api_admin_models,
    api_compare_models,
    api_network_models,
    api_profile_models,
    api_feasibility_models,
    api_programme_models,
    api_upload_models,
    api_variable_models,
)


def conforms(model: type, content: bytes) -> None:
    """Hold an answer against its documented model: nothing missing, nothing more."""
    adapter: TypeAdapter[object] = TypeAdapter(model)
    assert json.loads(adapter.dump_json(adapter.validate_json(content))) == json.loads(content)


def good(told: Any) -> Any:
    """The good answer of an operation, as it is documented."""
    return next(reply for status, reply in told["responses"].items() if status.startswith("2"))


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/api/v1/search?q=register", api_models.SearchAnswer),
        ("/api/v1/search?q=nosuchword&country=MLT", api_models.SearchAnswer),
        ("/api/v1/suggest?q=reg", api_models.SuggestAnswer),
        ("/api/v1/suggest", api_models.SuggestAnswer),
        ("/api/v1/facets?country=FRA", api_models.FacetsAnswer),
        ("/api/v1/variables?q=date&type=date", api_variable_models.VariablesAnswer),
        ("/api/v1/variables/compare?variable=person_id", api_variable_models.ComparedVariables),
        ("/api/v1/sources", api_models.SourcesAnswer),
        ("/api/v1/sources/heartwood", api_models.SourceDetail),
        ("/api/v1/runs?source=heartwood", api_models.RunsAnswer),
        (f"/api/v1/runs/{RUN}", api_models.RunDetail),
        ("/healthz", api_models.Health),
        ("/readyz", api_models.Readiness),
    ],
)
def test_every_answer_is_as_documented(site: Site, path: str, model: type) -> None:
    answer = site.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    conforms(model, answer.content)


def test_every_record_is_as_documented(site: Site) -> None:
    for id in site.catalogue.ids():
        conforms(api_models.RecordAnswer, site.get(f"/api/v1/datasets/{id}").content)


def test_every_problem_is_as_documented(site: Site) -> None:
    for path in ("/api/v1/search?size=0", "/api/v1/datasets/nothing", "/api/v1/nothing"):
        answer = site.get(path)
        assert answer.headers["content-type"] == "application/problem+json"
        conforms(api_models.Problem, answer.content)


def test_a_search_finds_what_the_catalogue_finds(site: Site) -> None:
    answer = site.get("/api/v1/search?q=register&size=5").json()

    assert 0 < len(answer["hits"]) <= 5
    hit = answer["hits"][0]
    stored = site.catalogue.record(hit["id"])
    assert hit["iri"] == stored.envelope.subject.value
    assert hit["url"] == f"{site.catalogue.base}/dataset/{hit['id']}"
    assert hit["title"]
    assert set(answer["facets"]) == set(FACET_NAMES)
    assert set(answer["silent"]) == set(RANGES)


def test_a_facet_narrows_and_keeps_its_other_counts(site: Site) -> None:
    every = site.get("/api/v1/search").json()
    france = next(value for value in every["facets"]["country"] if value["value"] == "FRA")

    narrowed = site.get("/api/v1/search?country=FRA").json()

    assert france["label"] == "France"
    assert narrowed["total"] == france["count"]
    assert {v["value"] for v in narrowed["facets"]["country"]} == {
        v["value"] for v in every["facets"]["country"]
    }
    assert [v["value"] for v in narrowed["facets"]["country"] if v["selected"]] == ["FRA"]
    assert all("FRA" in [c["value"] for c in hit["countries"]] for hit in narrowed["hits"])


def test_the_links_lead_through_all_results(site: Site) -> None:
    found: list[str] = []
    address: str | None = "/api/v1/search?size=25&sort=title"
    while address:
        answer = site.get(address.removeprefix(site.catalogue.base)).json()
        found += [hit["id"] for hit in answer["hits"]]
        address = answer["links"]["next"]

    assert len(found) == len(set(found)) == answer["total"]
    assert answer["links"]["self"] == answer["links"]["last"]
    assert answer["links"]["csv"] == f"{site.catalogue.base}/datasets.csv?sort=title&size=25"
    assert site.get(answer["links"]["html"].removeprefix(site.catalogue.base), "text/html").status_code == 200


def test_no_link_leads_beyond_what_can_be_reached(site: Site) -> None:
    last = site.get("/api/v1/search?size=100").json()["links"]["last"]

    assert site.get(last.removeprefix(site.catalogue.base)).status_code == 200


def test_close_spellings_are_told_to_be_close(site: Site) -> None:
    answer = site.get("/api/v1/search?q=registr").json()

    assert answer["close"] in (True, False)
    assert site.get("/api/v1/search?q=leukaemai").json()["close"] is True


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("size=1000", "size"),
        ("page=0", "page"),
        (f"page={MAX_OFFSET}", "page"),
        ("sort=colour", "sort"),
        ("persons_min=many", "persons_min"),
        ("persons_min=5&persons_max=2", "persons_min"),
        ("lang=%3Cscript%3E", "lang"),
        ("q=" + "a" * 501, "500"),
        ("&".join(f"x{n}=1" for n in range(201)), "200"),
    ],
)
def test_a_parameter_that_cannot_be_is_named(site: Site, query: str, word: str) -> None:
    answer = site.get(f"/api/v1/search?{query}")

    assert answer.status_code == 422
    assert word in answer.json()["detail"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_unknown_parameters_are_passed_over(site: Site) -> None:
    assert (
        site.get("/api/v1/search?colour=blue").json()["total"] == site.get("/api/v1/search").json()["total"]
    )


def test_labels_come_in_the_language_asked_for(site: Site) -> None:
    def label(path: str, **headers: str) -> str:
        values = site.get(path, **headers).json()["facets"]["country"]
        return str(next(value["label"] for value in values if value["value"] == "DEU"))

    assert label("/api/v1/search") == "Germany"
    assert label("/api/v1/search?lang=de") == "Deutschland"
    assert label("/api/v1/search", accept_language="fr;q=0.5, de-AT;q=0.9") == "Deutschland"
    assert label("/api/v1/search?lang=fr", accept_language="de") == "Allemagne"
    assert label("/api/v1/search?lang=tlh") == "Germany"


def test_a_title_comes_in_the_language_asked_for_else_in_english(small: Site) -> None:
    take(small.catalogue, "north", "ex:a a dcat:Dataset ; dct:title 'Kohorte'@de, 'Cohort'@en, 'Coorte'@it .")

    def title(language: str) -> str:
        return str(small.get(f"/api/v1/search?lang={language}").json()["hits"][0]["title"])

    assert (title("de"), title("it"), title("fr")) == ("Kohorte", "Coorte", "Cohort")


def test_a_record_is_told_with_labels_check_and_provenance(site: Site) -> None:
    hit = site.get("/api/v1/search?country=FRA&accessRights=RESTRICTED").json()["hits"][0]

    found = site.get(f"/api/v1/datasets/{hit['id']}").json()

    stored = site.catalogue.record(hit["id"])
    assert "France" in [value["label"] for value in found["fields"]["country"]["values"]]
    assert found["fields"]["publisher"]["values"][0]["fields"]["name"]["values"][0]["value"]
    assert found["report"]["profile"] == stored.report.profile
    assert len(found["report"]["findings"]) == len(stored.report.findings)
    assert found["provenance"]["digest"] == stored.envelope.digest
    assert site.get(found["links"]["turtle"].removeprefix(site.catalogue.base)).status_code == 200
    assert site.get(found["links"]["source"].removeprefix(site.catalogue.base)).status_code == 200


def test_completions_lead_to_records_and_searches(site: Site) -> None:
    found = site.get("/api/v1/suggest?q=leuk&limit=5").json()["suggestions"]

    assert 0 < len(found) <= 5
    for one in found:
        assert one["url"].startswith("/")
        assert site.get(one["url"], "text/html").status_code == 200


def test_head_is_answered_like_get(site: Site) -> None:
    for path in ("/api/v1/search", "/api/v1/sources", "/healthz"):
        assert site.send("HEAD", path).status_code == 200


def test_sources_tell_of_their_records_and_last_run(site: Site) -> None:
    found = {one["name"]: one for one in site.get("/api/v1/sources").json()["sources"]}

    total = site.get("/api/v1/search?copies=1").json()["total"]
    assert sum(one["records"] for one in found.values()) == total
    assert found["heartwood"]["last_run"]["state"] == "complete"


def test_a_password_in_the_address_of_a_source_is_not_told(small: Site) -> None:
    small.catalogue.ledger.sources.add(
        Source("north", "dcat", "https://user:secret@north.example/c.ttl", NOW)
    )

    answer = small.get("/api/v1/sources/north")

    assert "secret" not in answer.text
    assert answer.json()["source"]["address"] == "https://north.example/c.ttl"


def test_where_the_folder_of_a_source_lies_is_not_told(small: Site) -> None:
    small.catalogue.ledger.sources.add(Source("shelf", "folder", "/srv/secret/shelf", NOW))

    answer, page = small.get("/api/v1/sources/shelf"), small.get("/sources/shelf")

    assert answer.json()["source"]["address"] == "shelf"
    assert page.status_code == 200
    assert "/srv/secret" not in answer.text + page.text


def test_a_run_tells_what_it_could_not_use(site: Site) -> None:
    run = next(run for run in site.catalogue.ledger.runs.newest() if run.rejected)

    found = site.get(f"/api/v1/runs/{run.id}").json()

    assert found["run"]["rejected"] == len(found["rejected"]) == run.rejected
    assert found["rejected"][0]["reason"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/sources/nothing", 404),
        ("/api/v1/runs/999999", 404),
        ("/api/v1/runs/first", 422),
        ("/api/v1/runs?limit=0", 422),
        ("/api/v1/runs?source=nothing", 404),
        ("/api/v1/suggest?limit=1000", 422),
        ("/api/v1/colours", 404),
    ],
)
def test_what_there_is_not_is_a_problem(site: Site, path: str, status: int) -> None:
    answer = site.get(path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["instance"] == path.partition("?")[0]


def test_every_answer_is_open_to_every_origin_and_sandboxed(site: Site) -> None:
    data = ("/api/v1/search", "/api/v1/sources", "/api/v1/openapi.json", "/healthz", "/readyz")
    for path in (*data, "/api/v1/colours"):
        headers = site.get(path).headers
        assert headers["access-control-allow-origin"] == "*"
        assert "sandbox" in headers["content-security-policy"]


def test_the_probe_names_the_part_that_does_not_answer(small: Site) -> None:
    small.catalogue.store.close()

    answer = small.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert answer.json()["store"] != "ok"
    assert answer.json()["index"] == answer.json()["ledger"] == "ok"
    small.catalogue.store = type(small.catalogue.store)(None)  # type: ignore[call-arg]


def test_the_probe_tells_when_the_worker_in_the_process_has_broken(small: Site, settings: Settings) -> None:
    behind = small.app.state.fairfinder.operations
    broken = Site(create_app(small.catalogue, settings, behind, lambda: True), small.catalogue)

    answer = broken.get("/readyz")

    assert answer.status_code == 503
    assert "Start the process again" in answer.json()["worker"]
    assert answer.json()["ledger"] == small.get("/readyz").json()["worker"] == "ok"


def test_the_openapi_document_is_3_1_and_names_every_operation(site: Site) -> None:
    document = site.get("/api/v1/openapi.json").json()

    assert document["openapi"].startswith("3.1")
    operations = [told for methods in document["paths"].values() for told in methods.values()]
    assert len([told for told in operations if "security" not in told]) == 24
    for told in operations:
        assert told["operationId"] and told["summary"] and told["description"]
        assert "schema" in next(iter(good(told)["content"].values()))
    assert len({told["operationId"] for told in operations}) == len(operations)


def test_every_documented_example_is_as_documented(site: Site) -> None:
    document = site.get("/api/v1/openapi.json").json()

    for methods in document["paths"].values():
        for told in methods.values():
            content = good(told)["content"].get("application/json", {})
            if "example" in content:
                name = content["schema"]["$ref"].rpartition("/")[2]
                model = next(found for part in MODELS if (found := getattr(part, name, None)))
                conforms(model, json.dumps(content["example"]).encode())


def test_every_facet_and_range_is_a_documented_parameter(site: Site) -> None:
    document = site.get("/api/v1/openapi.json").json()

    told = {one["name"] for one in document["paths"]["/api/v1/search"]["get"]["parameters"]}

    assert {"q", "sort", "page", "size", "lang", *FACET_NAMES} <= told
    assert {f"{name}_{end}" for name in RANGES for end in ("min", "max", "unknown")} <= told


def test_a_search_adds_up_the_people_of_all_that_matches(site: Site) -> None:
    answer = site.get("/api/v1/search?q=registry&size=100").json()

    stated = [hit["persons"] for hit in answer["hits"] if hit["persons"] is not None]
    assert len(answer["hits"]) == answer["total"] > len(stated) > 1
    assert (answer["persons"], answer["declaring"]) == (sum(stated), len(stated))


def test_a_record_tells_how_its_addresses_stood_when_they_were_asked(small: Site) -> None:
    take(
        small.catalogue,
        "north",
        "ex:a a dcat:Dataset ; dcat:landingPage <https://n.example/a> ;"
        " foaf:page <https://n.example/b>, <mailto:x@n.example> .",
    )
    small.catalogue.ledger.links.note([Answer("https://n.example/b", BROKEN, 404, "Not for everybody.")])

    found = small.get(f"/api/v1/datasets/{small.first()}").json()["addresses"]

    moment = f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    assert found == [
        {"url": "https://n.example/a", "state": None, "since": None, "checked": None},
        {"url": "https://n.example/b", "state": "broken", "since": moment, "checked": moment},
    ]
