"""The vocabularies, read once for the folder."""

import pytest

from ontologies.vocabularies import Vocabularies, load


@pytest.fixture(scope="session")
def vocabularies() -> Vocabularies:
    return load()
