"""CKAN with ckanext-dcat: RDF is read where it can be had, and each dataset keeps its IRI either way."""

import logging

import pytest

from catalogue.records import Harvested, Incomplete, Record
from harvesters.ckan import harvest
from harvesters.http import Client
from tests.harvest.asking import asked
from tests.harvest.ckan_portal import Package, Portal, named, ok, package, subjects
from tests.harvest.loopback import Reply, Site

WITH_DCAT: Package = {"site_title": "Elm", "extensions": ["stats", "dcat"]}


def ways(items: list[Harvested]) -> dict[str, str]:
    """How each dataset was read, by the last part of its IRI."""
    records = [item for item in items if isinstance(item, Record) and item.kind != "catalogue"]
    read = ("RDF" if "in RDF" in str(record.triples) else "JSON" for record in records)
    return dict(zip(subjects(items), read, strict=True))


def test_rdf_is_read_from_the_catalogue_for_many_datasets_at_once(client: Client, site: Site) -> None:
    every = [package(f"{number:03}") for number in range(120)]
    Portal(every, status=WITH_DCAT, rdf="catalog dataset").on(site)

    items = list(harvest(asked(site.url, client)))

    assert set(ways(items).values()) == {"RDF"}
    assert len(subjects(items)) == 120
    assert len([path for path in site.paths if path.startswith("/catalog.ttl")]) == 4


def test_rdf_is_read_from_the_page_of_each_dataset_where_there_is_no_other(
    client: Client, site: Site
) -> None:
    Portal(named("a b"), status=WITH_DCAT, rdf="dataset").on(site)

    items = list(harvest(asked(site.url, client)))

    assert ways(items) == {"a": "RDF", "b": "RDF"}


def test_the_triples_come_untouched_and_as_part_of_the_catalogue(client: Client, site: Site) -> None:
    Portal(named("a"), status=WITH_DCAT, rdf="catalog").on(site)

    about, dataset = [item for item in harvest(asked(site.url, client)) if isinstance(item, Record)]

    assert len(dataset.triples) == 2
    assert dataset.member_of == (about.subject,)
    assert dataset.origin == f"{site.url}/dataset/id-a.ttl"


@pytest.mark.parametrize("options", [{"rdf": "never"}, {"rdf": "auto"}])
def test_json_is_read_where_rdf_is_not_wished_or_not_there(
    client: Client, site: Site, options: dict[str, str]
) -> None:
    Portal(named("a"), status=WITH_DCAT, rdf="" if options["rdf"] == "auto" else "catalog").on(site)

    assert ways(list(harvest(asked(site.url, client, **options)))) == {"a": "JSON"}


def test_a_site_that_does_not_name_ckanext_dcat_is_not_asked_for_rdf(client: Client, site: Site) -> None:
    Portal(named("a"), status={"extensions": ["stats"]}, rdf="catalog dataset").on(site)

    assert ways(list(harvest(asked(site.url, client)))) == {"a": "JSON"}
    assert not [path for path in site.paths if ".ttl" in path]


def test_rdf_is_tried_out_with_a_dataset_of_those_that_are_read(client: Client, site: Site) -> None:
    portal = Portal(named("a b"), status=WITH_DCAT, rdf="catalog").on(site)
    portal.answers["package_search"] = lambda query: (
        None if "fq" in query else ok({"count": 1, "results": [package("0", type="harvest", turtle="%%%")]})
    )

    assert ways(list(harvest(asked(site.url, client)))) == {"a": "RDF", "b": "RDF"}


def test_rdf_is_wished_always_also_where_trying_it_out_failed(client: Client, site: Site) -> None:
    Portal([package("a", turtle="%%%"), package("b")], rdf="dataset").on(site)

    assert ways(list(harvest(asked(site.url, client, rdf="always")))) == {"a": "JSON", "b": "RDF"}


@pytest.mark.parametrize(
    "turtle", ["%%%", "", "<urn:x> a dcat:Dataset .", '<{url}/dataset/id-b> dct:title "unfinished .']
)
def test_a_dataset_whose_rdf_cannot_be_used_is_read_as_json_and_told(
    client: Client, site: Site, caplog: pytest.LogCaptureFixture, turtle: str
) -> None:
    caplog.set_level(logging.WARNING)
    broken = package("b", turtle=turtle.replace("{url}", site.url) or "# nothing\n")
    Portal([package("a"), broken, package("c")], status=WITH_DCAT, rdf="catalog").on(site)

    items = list(harvest(asked(site.url, client)))

    assert ways(items)["b"] == "JSON"
    assert subjects(items) == ["a", "b", "c"]
    assert not [item for item in items if isinstance(item, Incomplete)]
    assert f"the RDF of {site.url}/dataset/id-b cannot be used" in caplog.text


def test_a_catalogue_that_gives_few_datasets_at_once_is_asked_again(client: Client, site: Site) -> None:
    portal = Portal(named("a b c d e"), status=WITH_DCAT, rdf="catalog").on(site)

    def in_twos(query: dict[str, str]) -> Reply:
        wanted = [one for one in portal.packages if f'"{one["id"]}"' in query.get("fq", "")]
        return Reply(
            b"".join(portal._described("/catalog.ttl", {"fq": f'"{one["id"]}"'}).body for one in wanted[:2])
        )  # type: ignore[misc]

    portal.answers["/catalog.ttl"] = in_twos

    assert set(ways(list(harvest(asked(site.url, client)))).values()) == {"RDF"}


def test_a_catalogue_that_does_not_filter_is_not_used(client: Client, site: Site) -> None:
    portal = Portal(named("a b c d e f g"), status=WITH_DCAT, rdf="catalog").on(site)
    every = " ".join(f'"{one["id"]}"' for one in portal.packages)
    portal.answers["/catalog.ttl"] = lambda query: portal._described("/catalog.ttl", {"fq": every})

    items = list(harvest(asked(site.url, client)))

    assert set(ways(items).values()) == {"JSON"}


def _calling_itself_otherwise(site: Site) -> None:
    """Sites behind a proxy may make IRIs with a host that only they know."""
    inner = '<http://elm.example/dataset/id-a> a dcat:Dataset ; dct:title "A, in RDF" .\n'
    Portal(
        [package("a", turtle=inner), package("b", turtle="# nothing\n")], status=WITH_DCAT, rdf="catalog"
    ).on(site)


def test_the_rdf_of_a_site_that_calls_itself_otherwise_is_not_read_unasked(
    client: Client, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """Else every dataset had another IRI whenever the RDF could not be had."""
    _calling_itself_otherwise(site)

    assert ways(list(harvest(asked(site.url, client)))) == {"a": "JSON", "b": "JSON"}
    assert "option base" in caplog.text


def test_what_iris_begin_with_can_be_told_for_rdf_and_json_alike(client: Client, site: Site) -> None:
    _calling_itself_otherwise(site)

    items = list(harvest(asked(site.url, client, base="http://elm.example/")))

    assert ways(items) == {"a": "RDF", "b": "JSON"}
    assert [item.subject.value for item in items if isinstance(item, Record)] == [
        "http://elm.example",
        "http://elm.example/dataset/id-a",
        "http://elm.example/dataset/id-b",
    ]


def test_a_dataset_with_an_iri_of_its_own_is_found_in_the_rdf(client: Client, site: Site) -> None:
    Portal([package("a", uri="https://h.example/a")], status=WITH_DCAT, rdf="catalog").on(site)

    assert ways(list(harvest(asked(site.url, client)))) == {"a": "RDF"}


def test_a_large_site_is_not_asked_for_each_dataset_alone(client: Client, site: Site) -> None:
    portal = Portal(named("a b"), status=WITH_DCAT, rdf="dataset").on(site)
    many = {"count": 100_000, "results": portal.packages}
    portal.answers["package_search"] = lambda query: ok(many)

    items = list(harvest(asked(site.url, client)))

    assert set(ways(items).values()) == {"JSON"}
    assert not [path for path in site.paths if path.startswith("/dataset/")]
