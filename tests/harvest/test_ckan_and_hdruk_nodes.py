"""The demonstration nodes of CKAN and of Health Data Research UK are harvested whole, and only once."""

import pytest

from catalogue.mapping import index, read
from catalogue.records import Harvested, Incomplete, Noted, Reached, Record, Rejected, Unchanged
from harvesters.http import Client
from harvesters.kinds import kind
from tests.harvest.asking import asked
from tests.harvest.loopback import Site
from tests.harvest.played import play
from web.demo.nodes import ckan, hdruk
from web.demo.playing import Part

each_node = pytest.mark.parametrize(("node", "datasets"), [(ckan.NODE, 5), (hdruk.NODE, 4)])


def harvested(client: Client, site: Site, node: Part, remembered: dict[str, str]) -> list[Harvested]:
    assert node.answering
    play(site, node.answering(site.url))
    wanted = asked(site.url + node.start, client, remembered=remembered, **node.options)
    return list(kind(node.kind).harvest(wanted))


@each_node
def test_all_datasets_come_with_what_a_researcher_looks_for(
    client: Client, site: Site, node: Part, datasets: int
) -> None:
    items = harvested(client, site, node, {})

    records = [item for item in items if isinstance(item, Record) and item.kind == "dataset"]
    assert len(records) == datasets
    assert not [item for item in items if isinstance(item, Rejected | Incomplete)]
    assert any(isinstance(item, Reached) for item in items)
    for record in records:
        found = read(index(record.triples), record.subject, "Dataset")
        for name in ("title", "description", "publisher", "country", "temporal", "persons", "contactPoint"):
            assert found.all(name), (record.subject, name)


@each_node
def test_nothing_is_read_again_that_did_not_change(
    client: Client, site: Site, node: Part, datasets: int
) -> None:
    remembered = {
        item.name: item.value for item in harvested(client, site, node, {}) if isinstance(item, Noted)
    }

    items = harvested(client, site, node, remembered)

    assert not [item for item in items if isinstance(item, Record) and item.kind == "dataset"]
    assert sum(len(item.subjects) for item in items if isinstance(item, Unchanged)) == datasets
