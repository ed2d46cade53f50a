"""The demonstration nodes of web pages and of Croissant: read whole, and found by what people look for."""

from collections.abc import Iterator

import httpx
import pytest

from catalogue.records import Harvested, Incomplete, Record, Rejected
from harvesters.http import Client
from harvesters.kinds import kind
from ontologies.namespaces import DCAT, DCT, HEALTHDCATAP
from tests.harvest.asking import asked
from tests.harvest.sites import said
from web.demo.nodes.croissant import NODE as CROISSANT
from web.demo.nodes.schema_org import NODE as SCHEMA_ORG
from web.demo.playing import Heard, Part

ADDRESS = "https://node.example"


class _Playing(httpx.BaseTransport):
    """A node that is asked without a network."""

    def __init__(self, part: Part) -> None:
        assert part.answering
        self._answer = part.answering(ADDRESS)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        found = self._answer(Heard(request.method, request.url.raw_path.decode(), {}))
        if found is None:
            return httpx.Response(404)
        return httpx.Response(
            found.status, content=found.content, headers={"Content-Type": found.content_type}
        )


def items(part: Part) -> tuple[Harvested, ...]:
    with Client(frozenset(), 10**7, 30, "", _Playing(part), delay_s=0) as client:
        return tuple(kind(part.kind).harvest(asked(ADDRESS + part.start, client, **part.options)))


@pytest.fixture(params=[SCHEMA_ORG, CROISSANT], ids=["schema-org", "croissant"])
def part(request: pytest.FixtureRequest) -> Iterator[Part]:
    yield request.param


def test_nodes_are_read_without_a_fault(part: Part) -> None:
    assert [item for item in items(part) if isinstance(item, Rejected | Incomplete)] == []


def test_each_dataset_can_be_found_by_what_researchers_look_for(part: Part) -> None:
    datasets = [item for item in items(part) if isinstance(item, Record) and item.kind == "dataset"]

    assert 3 <= len(datasets) <= 6
    for record in datasets:
        for predicate in (
            DCT.term("title"),
            DCT.description,
            DCT.publisher,
            DCT.accessRights,
            DCT.temporal,
            HEALTHDCATAP.numberOfUniqueIndividuals,
            DCAT.keyword,
        ):
            assert said(record, predicate), (record.subject, predicate)
        assert any("authority/country/" in place for place in said(record, DCT.spatial))


def test_a_site_is_a_catalogue_of_all_its_datasets() -> None:
    records = [item for item in items(SCHEMA_ORG) if isinstance(item, Record)]

    (site,) = (record for record in records if record.kind == "catalogue")
    assert all(record.member_of == (site.subject,) for record in records if record is not site)
