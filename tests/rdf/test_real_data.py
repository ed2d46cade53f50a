"""Real files of the world come in, or are set aside with a reason; none of them stops the reader."""

from collections import Counter
from pathlib import Path

import pytest

from catalogue.canonical import canonical
from catalogue.errors import CatalogueError
from catalogue.rdf import SUFFIXES
from catalogue.records import Record, Rejected
from harvesters.payload import described, document

pytestmark = pytest.mark.real_data

FOLDERS = ("examples", "real", "vocab", "shapes", "context")
LEAST = {
    "examples/ma3u-health-catalog.ttl": {"dataset": 21, "service": 43, "catalogue": 1},
    "examples/healthdcat-ap-r8/example-healthdcat-dataset.ttl": {"dataset": 1},
    "examples/healthdcat-ap-r8/EPRDR-ARCA-public-excerpt.ttl": {"dataset": 1},
    "examples/dcat-ap-3.0.0-hvd/example-bees_wasps_dataset.ttl": {"dataset": 2},
    "examples/dcat-ap-3.0.0-hvd/example-bees_wasps_dataset.jsonld": {"dataset": 2},
    "examples/dcat-ap-3.0.1/example-bee-population-dataset-series-combined.ttl": {
        "dataset": 4,
        "series": 1,
        "service": 1,
    },
    "examples/dcat-ap-3.0.1/example-bee-population-dataset-series-combined.jsonld": {
        "dataset": 4,
        "series": 1,
        "service": 1,
    },
    "real/Health-RI__health-ri-metadata/Formalisation(shacl)/Core/Example-Data/example-dataset.ttl": {
        "dataset": 5
    },
    "real/HealthDCAT-AP-de__healthdcat-ap.de/examples/FDZ-Gesundheit.ttl": {"dataset": 1},
    "real/YourOpenDAta__mqa-scoring/rdf-examples/example-1.rdf": {"dataset": 1},
    "real/FAIRDataTeam__FAIRDataPoint/docs/rdf-examples/textmining-catalog.ttl": {"catalogue": 1},
}


def taken(path: Path) -> list[Record | Rejected]:
    """What an import takes from a file; a file that is refused whole is one Rejected."""
    try:
        return list(described(document(path.name, path.read_bytes(), base=path.absolute().as_uri())))
    except CatalogueError as error:
        return [Rejected(path.name, "", str(error))]


def test_no_file_stops_the_reader_and_every_refusal_is_a_sentence(shared_data: Path) -> None:
    read = Counter[str]()
    for path in sorted(path for folder in FOLDERS for path in (shared_data / folder).rglob("*")):
        if not path.is_file() or path.suffix[1:].lower() not in SUFFIXES:
            continue
        for item in taken(path):
            read[type(item).__name__] += 1
            if isinstance(item, Record):
                assert canonical(item.triples)[0], path
            else:
                assert item.reason[0].isupper(), (path, item)
                assert item.reason.endswith("."), (path, item)
                assert " " in item.reason, (path, item)

    assert read["Record"] > 450


@pytest.mark.parametrize("name", LEAST)
def test_known_files_give_their_records(shared_data: Path, name: str) -> None:
    found = Counter(item.kind for item in taken(shared_data / name) if isinstance(item, Record))

    assert found == LEAST[name]


@pytest.mark.parametrize("folder", ["dcat-ap-3.0.1", "dcat-ap-3.0.0-hvd"])
def test_the_same_example_in_two_formats_gives_the_same_subjects(shared_data: Path, folder: str) -> None:
    pairs = 0
    for path in sorted((shared_data / "examples" / folder).glob("*.jsonld")):
        other = path.with_suffix(".ttl")
        if other.is_file():
            pairs += 1
            subjects = [
                {(i.subject.value, i.kind) for i in taken(file) if isinstance(i, Record)}
                for file in (path, other)
            ]
            assert subjects[0] == subjects[1], path.name

    assert pairs > 10
