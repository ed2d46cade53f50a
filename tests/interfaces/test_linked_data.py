from dataclasses import replace
from datetime import timedelta

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from catalogue.settings import Settings
from catalogue.sweep import withdraw
from ontologies.namespaces import DCAT, FOAF
from tests.interfaces.site import NOW, Site, application, empty, take
from web.negotiation import DATA, Form

FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
    "nt": RdfFormat.N_TRIPLES,
}
each_form = pytest.mark.parametrize("form", DATA, ids=lambda form: form.suffix)


def gone(site: Site) -> str:
    """Withdraw the only record of a site; says its id."""
    take(site.catalogue, "north", "ex:a a dcat:Dataset ; dct:title 'Old cohort'@en .")
    (entry,) = site.catalogue.ledger.page()
    absent = replace(entry, missed=3, missing_since=NOW - timedelta(days=8))
    with site.catalogue.ledger.leases.source("north") as hold:
        withdraw(site.catalogue, hold, [absent])
    return entry.id


@each_form
def test_a_record_comes_in_the_form_that_the_accept_header_names(site: Site, form: Form) -> None:
    answer = site.get(f"/dataset/{site.first()}", form.media_type)

    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == form.media_type
    assert answer.headers["vary"] == "Accept"
    assert answer.headers["content-location"] == f"/dataset/{site.first()}.{form.suffix}"


@each_form
def test_a_suffix_overrules_the_accept_header(site: Site, form: Form) -> None:
    answer = site.get(f"/dataset/{site.first()}.{form.suffix}", "text/html")

    assert answer.headers["content-type"].partition(";")[0] == form.media_type
    assert "vary" not in answer.headers


@pytest.mark.parametrize("path", ["", ".html"])
def test_a_record_is_a_page_for_people(site: Site, path: str) -> None:
    answer = site.get(f"/dataset/{site.first()}{path}", "text/html")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert set(answer.headers["vary"].split(", ")) == {"Cookie", "Accept"}


def test_a_record_tells_of_its_catalogue_record(site: Site) -> None:
    id = site.first()

    answer = site.get(f"/dataset/{id}.nt")

    told = {quad.triple for quad in parse(answer.content, RdfFormat.N_TRIPLES)}
    record = NamedNode(f"{site.catalogue.base}/record/{id}")
    subject = site.catalogue.record(id).envelope.subject
    assert any(t.subject == record and t.object == DCAT.CatalogRecord for t in told)
    assert any(t.subject == record and t.predicate == FOAF.primaryTopic and t.object == subject for t in told)


def test_a_form_that_there_is_not_is_refused_with_those_that_there_are(site: Site) -> None:
    answer = site.get(f"/dataset/{site.first()}", "text/csv")

    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["vary"] == "Accept"
    assert {item["type"] for item in answer.json()["available"]} == {
        "text/html",
        *(form.media_type for form in DATA),
    }


@each_form
def test_head_says_what_get_would(site: Site, form: Form) -> None:
    path = f"/dataset/{site.first()}.{form.suffix}"

    head, get = site.send("HEAD", path), site.get(path)

    assert head.status_code == 200
    assert head.headers["etag"] == get.headers["etag"]
    assert head.headers["content-type"] == get.headers["content-type"]


@each_form
def test_who_holds_this_version_is_not_sent_it_again(site: Site, form: Form) -> None:
    path = f"/dataset/{site.first()}.{form.suffix}"
    etag = site.get(path).headers["etag"]

    answer = site.get(path, if_none_match=etag)

    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["etag"] == etag


def test_a_page_is_not_sent_again_until_something_on_it_changes(site: Site) -> None:
    path = f"/dataset/{site.first()}"
    etag = site.get(path, "text/html").headers["etag"]

    unchanged = site.get(path, "text/html", if_none_match=etag)
    dark = site.get(path, "text/html", if_none_match=etag, cookie="theme=dark")

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert set(unchanged.headers["vary"].split(", ")) == {"Cookie", "Accept"}
    assert dark.status_code == 200


def test_each_form_has_an_entity_tag_of_its_own(site: Site) -> None:
    tags = {site.get(f"/dataset/{site.first()}.{form.suffix}").headers["etag"] for form in DATA}

    assert len(tags) == len(DATA)


def test_a_change_of_the_record_changes_its_tag(small: Site) -> None:
    take(small.catalogue, "north", "ex:a a dcat:Dataset ; dct:title 'Cohort'@en .")
    path = f"/dataset/{small.first()}.ttl"
    before = small.get(path).headers["etag"]

    take(small.catalogue, "north", "ex:a a dcat:Dataset ; dct:title 'Cohort, second wave'@en .")

    assert small.get(path, if_none_match=before).status_code == 200


def test_the_last_change_is_told_in_the_time_of_the_web(site: Site) -> None:
    assert (
        site.get(f"/dataset/{site.first()}.ttl").headers["last-modified"] == "Tue, 03 Mar 2026 14:05:00 GMT"
    )


def test_the_page_signposts_its_other_forms_and_how_to_cite_it(site: Site) -> None:
    id = site.first()

    links = site.get(f"/dataset/{id}", "text/html").headers["link"]

    here, subject = f"{site.catalogue.base}/dataset/{id}", site.catalogue.record(id).envelope.subject.value
    assert f'<{subject}>; rel="cite-as"' in links
    assert f'<{here}>; rel="canonical"' in links
    assert '<https://schema.org/Dataset>; rel="type"' in links
    for form in DATA:
        assert f'<{here}.{form.suffix}>; rel="alternate"; type="{form.media_type}"' in links
        assert f'<{here}.{form.suffix}>; rel="describedby"; type="{form.media_type}"' in links


def test_data_name_the_page_that_they_describe(site: Site) -> None:
    links = site.get(f"/dataset/{site.first()}.ttl").headers["link"]

    assert f'<{site.catalogue.base}/dataset/{site.first()}>; rel="describes"; type="text/html"' in links


def test_an_iri_cannot_break_out_of_the_link_header(small: Site) -> None:
    take(small.catalogue, "north", "<https://north.example/é%3E,y> a dcat:Dataset ; dct:title 'x'@en .")

    links = small.get(f"/dataset/{small.first()}.ttl").headers["link"]

    assert '<https://north.example/%C3%A9%3E,y>; rel="cite-as"' in links


@each_form
def test_data_are_sandboxed_never_sniffed_and_open_to_every_origin(site: Site, form: Form) -> None:
    answer = site.get(f"/dataset/{site.first()}.{form.suffix}")

    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_the_iri_of_a_catalogue_record_leads_to_its_dataset_in_the_same_form(site: Site) -> None:
    id = site.first()

    assert site.get(f"/record/{id}", "text/html").headers["location"] == f"/dataset/{id}"
    answer = site.get(f"/record/{id}", "text/turtle")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/dataset/{id}.ttl"
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize("path", ["/dataset/{}", "/record/{}", "/dataset/{}.ttl"])
def test_a_withdrawn_record_leaves_a_tombstone_for_programs(small: Site, path: str) -> None:
    answer = small.get(path.format(gone(small)), "text/turtle")

    assert answer.status_code == 410
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["record"] == "Old cohort"
    assert answer.json()["source"] == "north"


@pytest.mark.parametrize("path", ["/dataset/{}", "/record/{}"])
def test_a_withdrawn_record_leaves_a_page_for_people(small: Site, path: str) -> None:
    answer = small.get(path.format(gone(small)), "text/html")

    assert answer.status_code == 410
    assert "Old cohort" in answer.text
    assert set(answer.headers["vary"].split(", ")) == {"Cookie", "Accept"}


@pytest.mark.parametrize("path", ["/dataset/nothing", "/record/nothing", "/dataset/nothing.ttl"])
def test_an_unknown_record_is_a_problem_for_programs(site: Site, path: str) -> None:
    answer = site.get(path, "text/turtle")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/dataset/nothing", "/record/nothing"])
def test_an_unknown_record_is_a_page_for_people(site: Site, path: str) -> None:
    answer = site.get(path, "text/html")

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert set(answer.headers["vary"].split(", ")) == {"Cookie", "Accept"}


def test_the_catalogue_is_data_for_programs_and_a_search_for_people(site: Site) -> None:
    assert site.get("/catalog").headers["content-type"].startswith("text/turtle")
    assert site.get("/catalog", "application/ld+json").headers["content-type"] == "application/ld+json"
    page = site.get("/catalog", "text/html")
    assert (page.status_code, page.headers["location"]) == (303, "/datasets")
    assert site.get("/catalog", "image/png").status_code == 406


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_page_of_the_catalogue_names_the_next(site: Site, suffix: str) -> None:
    answer = site.get(f"/catalog.{suffix}")

    assert answer.status_code == 200
    told = answer.content.decode()
    assert (
        f"{site.catalogue.base}/catalog.{suffix}?page=2&".replace("&", "&amp;" * (suffix == "rdf") or "&")
        in told
    )
    assert 'rel="next"' in answer.headers["link"]
    assert "PartialCollectionView" in told
    assert "totalItems" in told


def test_the_pages_hold_every_record_once_in_a_stable_order(site: Site) -> None:
    found: list[str] = []
    path = "/catalog.nt"
    while path:
        answer = site.get(path)
        told = [quad.triple for quad in parse(answer.content, RdfFormat.N_TRIPLES)]
        found += [t.object.value for t in told if t.predicate == DCAT.record]
        path = answer.links.get("next", {}).get("url", "").removeprefix(site.catalogue.base)

    assert len(found) == len(set(found)) == site.catalogue.ledger.count()
    by_source = [site.catalogue.ledger.entry(iri.rpartition("/")[2]).source for iri in found]
    assert by_source == sorted(by_source)


def test_pages_reached_by_number_are_those_reached_by_following(site: Site) -> None:
    by_link = site.get(site.get("/catalog.nt").links["next"]["url"].removeprefix(site.catalogue.base))
    by_number = site.get("/catalog.nt?page=2")

    def records(content: bytes) -> list[str]:
        return sorted(
            str(q.object) for q in parse(content, RdfFormat.N_TRIPLES) if q.predicate == DCAT.record
        )

    assert records(by_link.content) == records(by_number.content)


def test_a_record_that_leaves_between_two_pages_moves_no_other_out_of_sight(small: Site) -> None:
    turtle = "ex:r{0} a dcat:Dataset ; dct:title 'Cohort {0}'@en ."
    take(small.catalogue, "north", *(turtle.format(n) for n in range(150)))
    first = small.get("/catalog.nt")
    with small.catalogue.ledger.leases.source("north") as hold:
        withdraw(small.catalogue, hold, [small.catalogue.ledger.page()[0]])

    second = small.get(first.links["next"]["url"].removeprefix(small.catalogue.base))

    told = [q.triple for q in parse(second.content, RdfFormat.N_TRIPLES)]
    assert sum(t.predicate == DCAT.record for t in told) == 50


def test_the_last_page_names_no_next(site: Site) -> None:
    last = site.get("/catalog.ttl").links["last"]["url"].removeprefix(site.catalogue.base)

    assert "next" not in site.get(last).links


def test_a_page_of_the_catalogue_is_not_sent_again_until_it_changes(small: Site) -> None:
    take(small.catalogue, "north", "ex:a a dcat:Dataset ; dct:title 'One'@en .")
    etag = small.get("/catalog.ttl").headers["etag"]
    unchanged = small.get("/catalog.ttl", if_none_match=etag)

    take(small.catalogue, "south", "ex:b a dcat:Dataset ; dct:title 'Two'@en .")

    assert unchanged.status_code == 304
    assert small.get("/catalog.ttl", if_none_match=etag).status_code == 200


def test_an_empty_catalogue_has_one_page(small: Site) -> None:
    answer = small.get("/catalog.ttl")

    assert answer.status_code == 200
    assert 'rel="next"' not in answer.headers["link"]


@pytest.mark.parametrize(
    ("page", "status"), [("0", 422), ("x", 422), ("-1", 422), ("99", 404), ("9" * 40, 404)]
)
def test_a_page_that_cannot_be_is_a_problem(site: Site, page: str, status: int) -> None:
    answer = site.get(f"/catalog.ttl?page={page}")

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_form_of_the_catalogue_that_there_is_not_is_a_problem(site: Site) -> None:
    assert site.get("/catalog.csv").status_code == 404


def test_a_catalogue_below_a_path_keeps_to_it() -> None:
    settings = Settings(base_url="https://hospital.example/find")
    catalogue = empty(settings)
    take(catalogue, "north", "ex:a a dcat:Dataset ; dct:title 'Cohort'@en .")
    below = Site(application(catalogue, settings), catalogue)

    record = below.get(f"/dataset/{below.first()}", "text/turtle")

    assert record.headers["content-location"] == f"/find/dataset/{below.first()}.ttl"
    assert f"<https://hospital.example/find/dataset/{below.first()}>" in record.headers["link"]
    assert "https://hospital.example/find/catalog.ttl?page=1" in below.get("/catalog.ttl").text
    assert below.get(f"/record/{below.first()}").headers["location"].startswith("/find/dataset/")
    assert below.get("/api/v1/search").json()["links"]["self"] == (
        "https://hospital.example/find/api/v1/search"
    )
    assert below.get("/context/v1.jsonld").status_code == 200
    assert below.get("/api/v1/openapi.json").json()["servers"] == [{"url": "/find"}]
    assert "Accept" in below.get("/dataset/nothing", "text/html").headers["vary"]
    catalogue.close()
