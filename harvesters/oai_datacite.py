"""DataCite metadata in XML (kernel 3 and 4), brought into the form of DataCite's API and mapped as that."""

from collections.abc import Iterator, Mapping
from typing import Final

from catalogue.drafting import Given
from harvesters import datacite_mapping
from harvesters.oai_xml import Element, child, children, local, words
from ontologies.vocabularies import Vocabularies

_LISTS: Final[Mapping[str, str]] = {
    "titles": "title",
    "subjects": "subject",
    "dates": "date",
    "descriptions": "description",
    "relatedIdentifiers": "relatedIdentifier",
    "rightsList": "rights",
    "alternateIdentifiers": "alternateIdentifier",
}
"""Lists of elements with text and attributes, and what the text is called in the API."""

_RENAMED: Final = {"valueURI": "valueUri", "rightsURI": "rightsUri", "awardURI": "awardUri"}


def datacite(vocabularies: Vocabularies, metadata: Element) -> tuple[tuple[str, ...], Mapping[str, Given]]:
    """The types and values of a resource, which may stand in the envelope of oai_datacite."""
    resource = metadata
    if local(metadata) != "resource":
        resource = next(metadata.iter("{*}resource"), metadata)
    attributes = _attributes(resource)
    return datacite_mapping.types(attributes), datacite_mapping.values(vocabularies, attributes)


def _attributes(resource: Element) -> Mapping[str, object]:
    parts = {local(one): one for one in children(resource)}
    identifier, publisher, kind = (parts.get(name) for name in ("identifier", "publisher", "resourceType"))
    return {
        **{name: [*_plain(parts.get(name), text)] for name, text in _LISTS.items()},
        "doi": words(identifier),
        "creators": [*_people(parts.get("creators"), "creatorName")],
        "contributors": [*_people(parts.get("contributors"), "contributorName")],
        "publisher": {"name": words(publisher), **(_given(publisher) if publisher is not None else {})},
        "publicationYear": words(parts.get("publicationYear")),
        "types": _given(kind) if kind is not None else {},
        "language": words(parts.get("language")),
        "version": words(parts.get("version")),
        "sizes": [*map(words, children(parts.get("sizes"), "size"))],
        "formats": [*map(words, children(parts.get("formats"), "format"))],
        "geoLocations": [*_places(parts.get("geoLocations"))],
        "fundingReferences": [*_fundings(parts.get("fundingReferences"))],
    }


def _given(element: Element) -> Mapping[str, object]:
    """The attributes of an element as they are called in the API."""
    own = {name.rpartition("}")[2]: value for name, value in element.items()}
    return {_RENAMED.get(name, name): value for name, value in own.items()} if own else own


def _plain(several: Element | None, name: str) -> Iterator[Mapping[str, object]]:
    for one in children(several):
        yield {**_given(one), name: words(one)}


def _people(several: Element | None, name: str) -> Iterator[Mapping[str, object]]:
    for one in children(several):
        yield {
            **_given(one),
            "name": words(child(one, name)),
            "givenName": words(child(one, "givenName")),
            "familyName": words(child(one, "familyName")),
            "nameIdentifiers": [
                {**_given(found), "nameIdentifier": words(found)} for found in children(one, "nameIdentifier")
            ],
            "affiliation": [words(found) for found in children(one, "affiliation")],
        }


def _places(several: Element | None) -> Iterator[Mapping[str, object]]:
    """Places by name; in kernel 3 one location could have several."""
    for one in children(several):
        for place in children(one, "geoLocationPlace"):
            yield {"geoLocationPlace": words(place)}


def _fundings(several: Element | None) -> Iterator[Mapping[str, object]]:
    for one in children(several):
        award = child(one, "awardNumber")
        funder = child(one, "funderIdentifier")
        yield {
            **{local(part): words(part) for part in children(one)},
            **(_given(funder) if funder is not None else {}),
            **(_given(award) if award is not None else {}),
        }
