"""What is the same in two descriptions, and how far two shares are surely apart."""

from typing import Final

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from catalogue.comparing import is_alike
from catalogue.fields import field
from catalogue.mapping import Entity, index, read
from catalogue.profiles.comparing import surely_apart
from ontologies.vocabularies import load
from tests.asking import PREFIXES

NODE: Final = NamedNode("https://north.example/a")
FRANCE: Final = "http://publications.europa.eu/resource/authority/country/FRA"


def entity(said: str) -> Entity:
    triples = (quad.triple for quad in parse(f"{PREFIXES} ex:a {said} .", RdfFormat.TURTLE))
    return read(index(triples), NODE, "Dataset")


@pytest.mark.parametrize(
    ("name", "one", "other", "alike"),
    [
        ("country", f"dct:spatial <{FRANCE}>", 'dct:spatial "FRA"', True),
        ("country", 'dct:spatial "FRA"', 'dct:spatial "DEU"', False),
        ("keyword", 'dcat:keyword "a", "b"', 'dcat:keyword "b", "a"', True),
        ("keyword", 'dcat:keyword "a"@en', 'dcat:keyword "a"@de', False),
        ("keyword", 'dcat:keyword "a"', 'dct:title "no keyword"', False),
        ("publisher", 'dct:publisher [ foaf:name "N" ]', 'dct:publisher ex:n . ex:n foaf:name "N"', True),
        ("publisher", 'dct:publisher [ foaf:name "N" ]', 'dct:publisher [ foaf:name "M" ]', False),
    ],
)  # fmt: skip
def test_values_are_alike_by_what_they_say(name: str, one: str, other: str, alike: bool) -> None:
    assert is_alike(field("Dataset", name), [entity(one), entity(other)], load()) is alike


@pytest.mark.parametrize(
    ("shares", "apart"),
    [
        ([(0.1, 0.2), (0.5, 0.6)], 0.3),
        ([(0.1, 0.5), (0.5, 0.6)], 0.0),
        ([(0.1, 0.4), (0.2, 0.6)], 0.0),
        ([(0.0, 0.1), (0.4, 0.5), (0.8, 0.9)], 0.7),
        ([(0.9, 1.0)], 0.0),
    ],
)
def test_shares_differ_by_what_no_bounds_can_explain(shares: list[tuple[float, float]], apart: float) -> None:
    assert surely_apart(shares) == pytest.approx(apart)
