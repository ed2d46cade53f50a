"""Places and times of schema.org: names, countries, boxes, periods and single dates."""

import re
from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from catalogue.drafting import Given
from harvesters.linked_json import Json, Thing
from harvesters.schema_org_words import link, many, nodes, sound, text, without_empty
from ontologies.namespaces import DCAT, DCT, RDF, SKOS
from ontologies.vocabularies import Vocabularies

_WKT: Final = NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")
_YEARS: Final = re.compile(r"\s*(\d{4})\s*[-–]\s*(\d{4})\s*")
_ZONE: Final = re.compile(r"(T\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d)(\d\d)$")


def places(thing: Thing, vocabularies: Vocabularies) -> list[Given]:
    """Places by name, and the countries that they lie in; those with a shape alone come by `boxes`."""
    found: list[str] = []
    for place in [*many(thing.get("spatialCoverage")), *many(thing.get("spatial"))]:
        if isinstance(place, dict):
            found.extend(_of_place(place, vocabularies))
        else:
            found.extend(_named_place(text(place), vocabularies))
    return list(dict.fromkeys(filter(None, map(sound, found))))


def periods(value: Json) -> list[Given]:
    found: list[Given] = []
    for one in many(value):
        if isinstance(one, dict) and "startDate" in one:
            found.append(
                without_empty({"startDate": date(one["startDate"]), "endDate": date(one.get("endDate"))})
            )
        elif words := text(one):
            years = _YEARS.fullmatch(words)
            start, slash, end = (years[1], "/", years[2]) if years else words.partition("/")
            period = {"startDate": start.strip(" ."), "endDate": (end if slash else start).strip(" .")}
            found.append(without_empty(period))
    return [one for one in found if one]


def date(value: Json) -> str:
    """A date as it is written, with a colon in its time zone."""
    return _ZONE.sub(r"\1:\2", text(value))


def located(subject: NamedNode, thing: Thing) -> Iterator[Triple]:
    """The places that have a shape, as statements: the field table has no nodes for them."""
    for number, (name, box, centre) in enumerate(boxes(thing), 1):
        place = BlankNode(f"place{number}")
        yield Triple(subject, DCT.spatial, place)
        yield Triple(place, RDF.type, DCT.Location)
        if name:
            yield Triple(place, SKOS.prefLabel, Literal(name))
        if box:
            yield Triple(place, DCAT.bbox, Literal(box, datatype=_WKT))
        if centre:
            yield Triple(place, DCAT.centroid, Literal(centre, datatype=_WKT))


def boxes(thing: Thing) -> list[tuple[str, str, str]]:
    """The name, the bounding box and the centre of each place that has one of these, as WKT."""
    found = []
    for place in nodes(thing.get("spatialCoverage")):
        for shape in nodes(place.get("geo")) or [place]:
            box, centre = _box(text(shape.get("box"))), _point(shape)
            if box or centre:
                found.append((text(place.get("name")), box, centre))
    return found


def _of_place(place: Thing, vocabularies: Vocabularies) -> Iterator[str]:
    known = link(place.get("@id")) or link(place.get("identifier")) or link(place.get("sameAs"))
    if known and vocabularies.concept("country", known):
        yield known
        return
    name = text(place.get("name"))
    if name and not boxes({"spatialCoverage": place}):
        yield from _named_place(name, vocabularies)
    elif name and vocabularies.concept("country", name):
        yield name
    address_of = next(iter(nodes(place.get("address"))), {})
    shapes = nodes(place.get("geo"))
    for holder in (place, address_of, *shapes):
        yield text(holder.get("addressCountry"))


def _named_place(name: str, vocabularies: Vocabularies) -> Iterator[str]:
    yield name
    if "," in name and vocabularies.concept("country", last := name.rpartition(",")[2].strip()):
        yield last


def _box(words: str) -> str:
    """A box of schema.org, which is two points of latitude and longitude, as WKT."""
    numbers = _numbers(words)
    if len(numbers) != 4:
        return ""
    south, west, north, east = numbers
    return f"POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"


def _point(shape: Thing) -> str:
    numbers = _numbers(f"{text(shape.get('latitude'))} {text(shape.get('longitude'))}")
    return f"POINT({numbers[1]} {numbers[0]})" if len(numbers) == 2 else ""


def _numbers(words: str) -> list[str]:
    found = re.split(r"[\s,]+", words.strip()[:200])
    return found if all(re.fullmatch(r"-?\d{1,3}(?:\.\d+)?", one) for one in found) else []
