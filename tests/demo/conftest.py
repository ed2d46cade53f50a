"""What the demonstration network publishes, built once."""

import pytest

from ontologies.vocabularies import Vocabularies, load
from web.demo.build import Described, Publication, publications


@pytest.fixture(scope="package")
def vocabularies() -> Vocabularies:
    return load()


@pytest.fixture(scope="package")
def published(vocabularies: Vocabularies) -> tuple[Publication, ...]:
    return publications(vocabularies)


@pytest.fixture(scope="package")
def datasets(published: tuple[Publication, ...]) -> list[Described]:
    return [one for node in published for one in node.resources if one.kind == "dataset"]
