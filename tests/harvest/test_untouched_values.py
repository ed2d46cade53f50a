"""What publishers write oddly is taken as it is: judging values is for the check, not for harvesting."""

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from catalogue.records import Record
from harvesters.dcat import harvest
from harvesters.http import Client
from tests.harvest.asking import asked
from tests.harvest.feeds import PREFIXES, names, rejected, turtle
from tests.harvest.loopback import Site

MORE = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix locn: <http://www.w3.org/ns/locn#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix schema: <http://schema.org/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
HEAD = '<https://data.example/a> a dcat:Dataset ; dct:title "A"@en ; '
ODD = {
    "a publisher that is only a name": 'dct:publisher "Registry of X" .',
    "several publishers": "dct:publisher <https://p.example/1>, <https://p.example/2> .",
    "an address with mailto": "dcat:contactPoint [ vcard:hasEmail <mailto:a@b.example> ] .",
    "an address without mailto": 'dcat:contactPoint [ vcard:hasEmail "a@b.example" ] .',
    "a licence on the distribution only": (
        "dcat:distribution <https://data.example/d> .\n"
        "<https://data.example/d> a dcat:Distribution ; dct:license <https://l.example/> ."
    ),
    "formats as text": 'dcat:distribution [ dct:format "CSV" ; dcat:mediaType "text/csv" ] .',
    "a place that is only a name": 'dct:spatial "Zürich" .',
    "a place as WKT": (
        'dct:spatial [ locn:geometry "POLYGON((0 0))"^^<http://www.opengis.net/ont/geosparql#wktLiteral> ] .'
    ),
    "a place as GeoJSON": 'dct:spatial [ locn:geometry \'{"type": "Point"}\' ] .',
    "a frequency as a word": 'dct:accrualPeriodicity "ANNUAL" .',
    "a theme as a word": 'dcat:theme "Health" .',
    "several languages and none": 'dct:description "x", "y"@de, "z"@fr-CH .',
    "markup": 'dct:description "<script>alert(1)</script> **bold**" .',
    "a link that is a script": "dcat:landingPage <javascript:alert(1)> .",
    "old terms": (
        'dct:temporal [ schema:startDate "2015"^^xsd:gYear ] ; owl:versionInfo "1" ; '
        "dcat:distributions <https://data.example/d> ."
    ),
    "a version link that is a number": 'dct:hasVersion "1.0" .',
    "an access right that names the page": "dct:accessRights <https://data.example/a#access> .",
    "a very long text": 'dct:description "' + "x" * 100_000 + '" .',
    "dates as people write them": 'dct:issued "2015-07"^^xsd:date, "01/02/2015", "0000-00-00" .',
}


def _without_blank_names(triples: tuple[Triple, ...]) -> list[str]:
    return sorted(" ".join("_" if str(t)[:2] == "_:" else str(t) for t in triple) for triple in triples)


@pytest.mark.parametrize("statements", ODD.values(), ids=ODD.keys())
def test_an_odd_value_passes_through_untouched(client: Client, site: Site, statements: str) -> None:
    text = MORE + HEAD + statements
    site.pages["/feed"] = turtle(text)

    [record] = harvest(asked(f"{site.url}/feed", client))

    assert isinstance(record, Record)
    stated = parse((PREFIXES + text).encode(), format=RdfFormat.TURTLE)
    assert _without_blank_names(record.triples) == _without_blank_names(tuple(quad.triple for quad in stated))


def test_identifiers_play_no_part_in_identity(client: Client, site: Site) -> None:
    site.pages["/feed"] = turtle(
        '<https://data.example/a> a dcat:Dataset ; dct:title "A" ; dct:identifier "TODO" .',
        '<https://data.example/b> a dcat:Dataset ; dct:title "B" ; dct:identifier "TODO", "2" .',
        '<https://data.example/c> a dcat:Dataset ; dct:title "A" .',
    )

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert sorted(names(items)) == ["a", "b", "c"]
    assert rejected(items) == []
