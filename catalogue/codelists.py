"""Which list of codes each profile holds a field to, and how a value stands to that list."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pyoxigraph import NamedNode

from catalogue.fields import Field, Kind, Profile
from catalogue.mapping import Value
from ontologies.vocabularies import Vocabularies


class Standing(StrEnum):
    """How a value stands to a list of codes."""

    MEMBER = "member"
    RENAMED = "renamed"  # a known other name or former address of a code
    UNCONFIRMED = "unconfirmed"  # of the list by its address, and the list is only known in part
    OUTSIDE = "outside"


_FREE: Final = frozenset({"legislation", "programme"})
"""Fields that suggest values and allow any."""

_HEALTH_ONLY: Final = frozenset({
    *("standard", "publisher-type", "health-category", "health-theme"),
    *("coding-system", "health-activity", "personal-data"),
})  # fmt: skip
"""Lists that DCAT-AP does not ask for."""

_ADVISED_BY_DCAT_AP: Final = frozenset({"data-theme", "access-right"})
_CLOSED_IN_DCAT_AP: Final = frozenset({"media-type"})

_BY_ADDRESS: Final[Mapping[str, tuple[str, ...]]] = {
    "media-type": (
        "http://www.iana.org/assignments/media-types/",
        "https://www.iana.org/assignments/media-types/",
    ),
    "country": (
        "http://publications.europa.eu/resource/authority/place/",
        "http://publications.europa.eu/resource/authority/continent/",
        "http://sws.geonames.org/",
        "https://sws.geonames.org/",
    ),
    "personal-data": ("https://w3id.org/dpv/dpv-pd#",),
}
"""Addresses under which every code counts as a member, as the profiles themselves judge them."""

_KNOWN_IN_PART: Final[Mapping[str, str]] = {
    "language": "http://publications.europa.eu/resource/authority/language/",
    "file-type": "http://publications.europa.eu/resource/authority/file-type/",
    "dataset-type": "http://publications.europa.eu/resource/authority/dataset-type/",
    "standard": "https://hdeu-dcat.data.health.europa.eu/resource/authority/standard/",
    "publisher-type": "https://hdeu-dcat.data.health.europa.eu/resource/authority/publisher-type/",
}
"""Lists that our vocabularies hold in part: their other codes cannot be called wrong."""


def list_of(field: Field, profile: Profile) -> str:
    """The vocabulary that values of the field are looked up in, "" where any value may stand."""
    if field.kind is not Kind.CONCEPT or field.vocabulary in _FREE:
        return ""
    if profile is Profile.DCAT_AP and field.vocabulary in _HEALTH_ONLY:
        return ""
    return field.vocabulary


def closed(field: Field, profile: Profile) -> bool:
    """Whether a value outside the list is a violation and not only worth a warning."""
    if profile is not Profile.DCAT_AP:
        return field.closed
    if field.vocabulary in _CLOSED_IN_DCAT_AP:
        return True
    return field.closed and field.vocabulary not in _ADVISED_BY_DCAT_AP


def standing(vocabularies: Vocabularies, vocabulary: str, value: Value) -> Standing:
    """How a value stands to the list; a node without an IRI is never a code."""
    if not isinstance(value, NamedNode):
        return Standing.OUTSIDE
    iri = value.value
    concept = vocabularies.concept(vocabulary, iri)
    if (concept and concept.iri == iri) or iri.startswith(_BY_ADDRESS.get(vocabulary, ())):
        return Standing.MEMBER
    if concept:
        return Standing.RENAMED
    partial = _KNOWN_IN_PART.get(vocabulary)
    return Standing.UNCONFIRMED if partial and iri.startswith(partial) else Standing.OUTSIDE
