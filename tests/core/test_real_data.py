"""All real files together are taken in, checked and indexed without a fault of ours."""

from pathlib import Path

import pytest

from catalogue.canonical import canonical
from catalogue.catalogue import Catalogue
from catalogue.rdf import Document, Format, serialise
from catalogue.rdf_ladder import records
from catalogue.records import Record
from catalogue.runs import COMPLETE
from harvesters.files import read
from tests.core.harvests import SOURCE

pytestmark = pytest.mark.real_data


def test_every_real_record_is_taken_in_and_the_second_time_is_unchanged(
    timed: Catalogue, shared_data: Path
) -> None:
    folders = [shared_data / "examples", shared_data / "real"]

    first = timed.ingest(SOURCE, read(folders), whole=False)
    second = timed.ingest(SOURCE, read(folders), whole=False)

    assert first.state == second.state == COMPLETE
    assert first.new > 100
    assert (second.new, second.changed, second.unchanged) == (0, 0, first.new)
    assert not [item for item in timed.ledger.runs.rejected(first.id) if "Please report this" in item.reason]


FORMATS = (Format.TURTLE, Format.N_TRIPLES, Format.JSON_LD, Format.RDF_XML)


def again(content: bytes, format: Format) -> dict[str, str]:
    """The digests of the records of an export, by subject."""
    items = records(Document("export", content, format, "https://catalogue.example/"))
    return {item.subject.value: canonical(item.triples)[1] for item in items if isinstance(item, Record)}


def test_each_record_that_is_given_back_is_read_with_the_same_digest(
    timed: Catalogue, shared_data: Path
) -> None:
    timed.ingest(SOURCE, read([shared_data / "examples"]))

    for id in timed.ids(limit=1_000):
        record = timed.record(id)
        for format in FORMATS:
            found = again(serialise(record.export(), format), format)
            assert found[record.entry.subject] == record.entry.digest, (record.entry.subject, format)


@pytest.mark.parametrize("format", FORMATS)
def test_a_catalogue_that_is_given_back_is_read_with_the_same_digests(
    timed: Catalogue, shared_data: Path, format: Format
) -> None:
    timed.ingest(SOURCE, read([shared_data / "examples" / "ma3u-health-catalog.ttl"]))
    entries = timed.ledger.page(limit=1_000)

    found = again(serialise(timed.export(entry.id for entry in entries), format), format)

    assert found == {entry.subject: entry.digest for entry in entries}
