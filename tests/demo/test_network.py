"""The demonstration nodes are real servers, and the real harvester reads all that they publish."""

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import replace

import httpx
import pytest
from pyoxigraph import NamedNode, Quad

from catalogue.canonical import canonical
from catalogue.check import Problem, check
from catalogue.fields import TABLE_OF_KIND
from catalogue.mapping import Entity, index, read
from catalogue.rdf import Document, detect
from catalogue.records import (
    Characterisation,
    Declared,
    Harvested,
    Incomplete,
    Noted,
    Record,
    Rejected,
    Unchanged,
    Withdrawn,
)
from harvesters.http import Client
from harvesters.kinds import kind
from harvesters.kinds import names as kinds
from ontologies.vocabularies import Vocabularies
from tests.harvest.asking import asked
from web.demo.build import Publication
from web.demo.network import Network, Node

FLAWED = "heartwood"
"""Its feed is broken in places, so that what is done about that can be seen."""

RECORDS = 147
"""How many the whole network has, catalogues and services included."""

COUNTED = {"bokamem": 3, "lindenfeld-counts": 1}
"""Nodes that publish profiles of datasets which others describe, with the number of their releases."""

NOWHERE = ("/beacon/v2/datasets/", "/fhir/Group/")
"""Where their standards have no place for a country."""

FORMS = (Problem.RANGE, Problem.REPEATED)
BY_ENGINE = "tejolis"
"""Its engine tells whole numbers of every type as integers, as such engines do."""


@pytest.fixture(scope="module")
def network(vocabularies: Vocabularies) -> Iterator[Network]:
    with Network(vocabularies) as network:
        yield network


@pytest.fixture(scope="module")
def harvested(network: Network) -> dict[str, list[Harvested]]:
    return {node.name: _harvest(node) for node in network.nodes()}


def _harvest(node: Node, remembered: Mapping[str, str] | None = None) -> list[Harvested]:
    hosts = frozenset({"127.0.0.1"})
    with Client(hosts, max_bytes=10**7, timeout_s=30, contact="", delay_s=0) as client:
        order = replace(asked(node.url, client, **node.options), remembered=remembered or {})
        return list(kind(node.kind).harvest(order))


def _node(network: Network, name: str) -> Node:
    return next(node for node in network.nodes() if node.name == name)


def _feeds(network: Network) -> list[Node]:
    return [node for node in network.nodes() if node.kind == "dcat"]


def _records(items: list[Harvested]) -> list[Record]:
    return [item for item in items if isinstance(item, Record)]


def test_every_kind_of_source_is_played_by_a_node(network: Network) -> None:
    nodes = network.nodes()

    assert {node.kind for node in nodes} == set(kinds())
    assert len({node.name for node in nodes}) == len(nodes) == 20


def test_every_node_has_its_own_address_on_this_machine(network: Network) -> None:
    urls = [httpx.URL(node.url) for node in network.nodes() if not kind(node.kind).is_local]

    assert len({url.port for url in urls}) == len(urls)
    assert {url.host for url in urls} == {"127.0.0.1"}


def test_every_node_is_harvested_whole(harvested: dict[str, list[Harvested]]) -> None:
    lacking = {
        name: [item for item in items if isinstance(item, Incomplete)] for name, items in harvested.items()
    }

    assert not any(lacking.values()), lacking
    assert sum(len(_records(items)) for items in harvested.values()) == RECORDS
    assert all(len(_records(items)) >= 4 for name, items in harvested.items() if name not in COUNTED)


def test_nodes_that_publish_counts_describe_nothing(harvested: dict[str, list[Harvested]]) -> None:
    for name, number in COUNTED.items():
        assert [type(item) for item in harvested[name]] == [Characterisation] * number, name


def test_a_second_harvest_finds_the_same_and_no_change(
    network: Network, harvested: dict[str, list[Harvested]]
) -> None:
    for node in network.nodes():
        before = _digests(harvested[node.name])
        noted = {item.name: item.value for item in harvested[node.name] if isinstance(item, Noted)}

        again = _harvest(node, noted)
        listed = {s for item in again if isinstance(item, Unchanged) for s in item.subjects}

        assert _digests(_harvest(node)) == before, node.name
        assert _digests(again).items() <= before.items(), node.name
        assert listed <= {subject.value for subject in before}, node.name
        assert not any(isinstance(item, Incomplete | Withdrawn) for item in again), node.name


def test_every_dataset_tells_what_it_is_whose_it_is_and_where(
    harvested: dict[str, list[Harvested]],
) -> None:
    for record in (r for name, items in harvested.items() if name != FLAWED for r in _records(items)):
        said = _read(record)

        assert said.text("title"), record.subject
        if record.kind == "dataset":
            assert said.all("publisher"), record.subject
            assert said.all("country") or any(part in record.subject.value for part in NOWHERE)


def test_what_the_records_of_other_protocols_say_is_of_the_right_form(
    harvested: dict[str, list[Harvested]], network: Network, vocabularies: Vocabularies
) -> None:
    for node in network.nodes():
        for record in _records(harvested[node.name]) if node.kind != "dcat" else ():
            graph = index(record.triples)
            found = check(_read(record), graph, vocabularies).findings
            wrong = [
                one for one in found if one.problem in (Problem.RANGE, Problem.REPEATED) and one.violation
            ]

            if node.name == BY_ENGINE:
                wrong = [one for one in wrong if "(integer)" not in one.value]
            assert wrong == [], record.subject


def _read(record: Record) -> Entity:
    return read(index(record.triples), record.subject, TABLE_OF_KIND[record.kind])


def test_the_feeds_come_in_the_formats_that_real_feeds_have(network: Network) -> None:
    types = {node.name: httpx.get(node.url).headers["content-type"] for node in _feeds(network)}

    assert {one.partition(";")[0] for one in types.values()} == {
        "text/turtle",
        "application/rdf+xml",
        "application/ld+json",
        "application/gzip",
    }


def test_every_feed_parses_strictly_except_the_one_that_is_broken_on_purpose(
    network: Network,
) -> None:
    for node in _feeds(network):
        if node.name == FLAWED:
            with pytest.raises(SyntaxError):
                _statements(node)
        else:
            assert len(_statements(node)) > 300


def _statements(node: Node) -> list[Quad]:
    answer = httpx.get(node.url)
    zipped = answer.headers["content-type"] == "application/gzip"
    content = gzip.decompress(answer.content) if zipped else answer.content
    format = detect(node.url, answer.headers["content-type"], content)
    return list(Document(node.url, content, format, node.url).quads())


def test_the_harvester_finds_every_resource_that_the_nodes_publish(
    harvested: dict[str, list[Harvested]], published: tuple[Publication, ...]
) -> None:
    for publication in published:
        records = [item for item in harvested[publication.name] if isinstance(item, Record)]
        resources = (publication.catalogue, *publication.resources)

        assert {(record.subject, record.kind) for record in records} == {
            (one.entity.node, one.kind) for one in resources
        }


def test_a_harvested_dataset_says_what_its_publisher_wrote(
    harvested: dict[str, list[Harvested]], published: tuple[Publication, ...]
) -> None:
    for publication in published:
        written = {one.entity.node: one.triples() for one in publication.resources}
        for record in harvested[publication.name]:
            if isinstance(record, Record) and record.kind == "dataset":
                assert canonical(record.triples) == canonical(written[record.subject])


def test_the_undeclared_prefix_is_mended_and_only_the_broken_statement_is_set_aside(
    harvested: dict[str, list[Harvested]],
) -> None:
    rejected = {
        name: [item for item in items if isinstance(item, Rejected)] for name, items in harvested.items()
    }

    assert [name for name, items in rejected.items() if items] == [FLAWED]
    (broken,) = rejected[FLAWED]
    assert "sleep-laboratories" in broken.place
    assert b"Polysomnography" in broken.raw


def test_paged_feeds_declare_their_total_and_lead_through_all_pages(
    harvested: dict[str, list[Harvested]], network: Network
) -> None:
    for name, word in (("mitteldaten", "PartialCollectionView"), ("deltaland", "PagedCollection")):
        first = httpx.get(_node(network, name).url).text
        declared = [item.total for item in harvested[name] if isinstance(item, Declared)]

        assert word in first
        assert declared == [12]


def test_addresses_differ_from_run_to_run_and_records_do_not(
    network: Network, harvested: dict[str, list[Harvested]], vocabularies: Vocabularies
) -> None:
    for name in ("polarlight", "mitteldaten"):
        with Network(vocabularies) as other:
            node = _node(other, name)
            again = _harvest(node)

        assert node.url != _node(network, name).url
        assert _digests(again) == _digests(harvested[name])


def _digests(items: list[Harvested]) -> dict[NamedNode, str]:
    return {item.subject: canonical(item.triples)[1] for item in items if isinstance(item, Record)}


def test_a_node_answers_conditions_and_knows_what_it_does_not_have(network: Network) -> None:
    url = _node(network, "polarlight").url
    tag = httpx.get(url).headers["etag"]

    assert httpx.get(url, headers={"If-None-Match": tag}).status_code == 304
    assert httpx.head(url).content == b""
    assert httpx.get(url + ".bak").status_code == 404


def test_nothing_answers_after_the_network_is_left(vocabularies: Vocabularies) -> None:
    with Network(vocabularies) as network:
        url = network.nodes()[0].url

    assert network.nodes() == ()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
