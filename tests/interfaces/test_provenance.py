"""Anybody can ask which harvest brought a record and its facts: on the page, and as PROV-O."""

from datetime import timedelta

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from ontologies.namespaces import PROV, RDF
from tests.interfaces.site import Site, take

TURTLE = "text/turtle"


def two_versions(site: Site) -> str:
    """A record whose title changed; says its id."""
    take(site.catalogue, "north", "ex:a a dcat:Dataset ; dct:title 'Old'@en ; dcat:keyword 'heart' .")
    take(site.catalogue, "north", "ex:a a dcat:Dataset ; dct:title 'New'@en ; dcat:keyword 'heart' .")
    return site.first()


def test_a_record_names_the_run_that_brought_each_of_its_facts(small: Site) -> None:
    id = two_versions(small)
    base = small.catalogue.base

    quads = list(parse(small.get(f"/dataset/{id}.ttl").content, RdfFormat.TURTLE))

    record = NamedNode(f"{base}/record/{id}")
    said = {quad.predicate: quad.object for quad in quads if quad.subject == record}
    assert said[PROV.wasGeneratedBy] == NamedNode(f"{base}/run/2")
    older = [quad for quad in quads if quad.subject == said[PROV.qualifiedGeneration]]
    assert NamedNode(f"{base}/run/1") in {quad.object for quad in older}
    assert NamedNode("http://www.w3.org/ns/dcat#keyword") in {quad.object for quad in older}


def test_a_run_is_an_activity_in_every_form(small: Site) -> None:
    two_versions(small)

    answer = small.get("/run/1", TURTLE)

    assert answer.status_code == 200
    quads = list(parse(answer.content, RdfFormat.TURTLE))
    run = NamedNode(f"{small.catalogue.base}/run/1")
    assert PROV.Activity in {q.object for q in quads if q.subject == run and q.predicate == RDF.type}
    assert small.get("/run/1", "application/ld+json").json()["@context"]
    assert small.get("/run/1", "text/html").status_code == 303
    assert small.get("/run/99", TURTLE).status_code == 404


def test_the_store_tells_of_a_run_that_the_ledger_has_forgotten(small: Site) -> None:
    two_versions(small)
    before = small.get("/run/1", TURTLE)
    later = small.catalogue.now() + timedelta(days=400)
    small.catalogue.ledger.runs.forget_old(later)

    after = small.get("/run/1", TURTLE)

    assert (after.status_code, after.content) == (200, before.content)
    assert small.get("/run/1", TURTLE, if_none_match=before.headers["etag"]).status_code == 304
    assert small.get("/run/1", "text/html").status_code == 404


@pytest.mark.parametrize("id", ["x", "0", "-1", "9" * 30, "1.ttl"])
@pytest.mark.parametrize("accept", [TURTLE, "text/html"])
def test_what_is_no_run_is_not_found(small: Site, id: str, accept: str) -> None:
    assert small.get(f"/run/{id}", accept).status_code == 404


def test_the_page_of_a_record_tells_which_harvest_brought_what(small: Site) -> None:
    id = two_versions(small)
    small.catalogue.curate(id, {"alternative": "Our short name"})

    page = small.get(f"/dataset/{id}", "text/html").text

    assert "Which harvest brought which fact" in page
    assert "harvest 2" in page
    assert "harvest 1" in page
    assert "Added by this catalogue" in page
    assert "Also known as" in page.partition("Added by this catalogue")[2][:200]
