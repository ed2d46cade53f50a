"""From a dataset of CKAN to the values of our fields: its own fields, and those of ckanext-dcat.

The latter stand either at the top, where ckanext-scheming is used, or among the extras, where lists
are written as JSON in a string. https://docs.ckan.org/projects/ckanext-dcat/en/latest/mapping/
"""

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

import orjson

from catalogue.drafting import IRI, Given
from harvesters.ckan_people import Package, called, people
from harvesters.json_values import (
    day,
    doi,
    first,
    many,
    node,
    nodes,
    number,
    spoken,
    text,
    web,
    webs,
    word,
    words,
)
from ontologies.vocabularies import Vocabularies

SERIES: Final = "dataset_series"

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_NO_LICENCE: Final = frozenset({"", "notspecified", "none"})

# Our field, how its values are read, and where they may stand: the first that holds anything counts.
_SPOKEN: Final = {
    "alternative": ("alternative", "alternative_title", "acronym"),
    "description": ("notes_translated", "description_translated", "notes", "description"),
    "populationCoverage": ("population_coverage",),
    "versionNotes": ("version_notes",),
}
_CODED: Final = {
    "type": ("dcat_type",),
    "healthCategory": ("health_category",),
    "healthTheme": ("health_theme",),
    "standard": ("conforms_to",),
    "codingSystem": ("coding_system", "has_coding_system"),
    "codeValues": ("code_values", "has_code_values"),
    "language": ("language", "languages"),
    "applicableLegislation": ("applicable_legislation",),
    "personalData": ("personal_data",),
}
_CODED_ONCE: Final = {
    "accessRights": ("access_rights",),
    "frequency": ("frequency", "accrual_periodicity", "update_frequency"),
}
_LINKED: Final = {
    "page": ("documentation", "page"),
    "isReferencedBy": ("is_referenced_by",),
    "relation": ("related_resource", "relation"),
    "source": ("source",),
    "hasVersion": ("has_version",),
}
_COUNTED: Final = {
    "persons": ("number_of_unique_individuals",),
    "records": ("number_of_records",),
    "minAge": ("min_typical_age",),
    "maxAge": ("max_typical_age",),
}
_PLAIN: Final = {
    "version": ("version", "dcat_version"),
    "temporalResolution": ("temporal_resolution",),
    "spatialResolution": ("spatial_resolution_in_meters",),
}
_DATED: Final = {"issued": ("issued", "metadata_created"), "modified": ("modified", "metadata_modified")}

_FILE_SPOKEN: Final = {
    "title": ("name_translated", "name", "title"),
    "description": ("description_translated", "description"),
}
_FILE_CODED: Final = {
    "format": ("format", "distribution_format"),
    "mediaType": ("mimetype", "media_type"),
    "compressFormat": ("compress_format",),
    "packageFormat": ("package_format",),
    "status": ("status",),
    "availability": ("availability",),
    "temporalResolution": ("temporal_resolution",),
    "spatialResolution": ("spatial_resolution_in_meters",),
}
_FILE_LINKED: Final = {
    "language": ("language",),
    "standard": ("conforms_to",),
    "page": ("documentation",),
    "applicableLegislation": ("applicable_legislation",),
}
_FILE_DATED: Final = {"issued": ("issued", "created"), "modified": ("modified", "last_modified")}


def merged(package: Package) -> dict[str, object]:
    """The fields at the top and the extras as one; what stands at the top comes first."""
    extras = package.get("extras")
    if isinstance(extras, dict) and "key" not in extras:
        return {**_filled(extras), **_filled(package)}
    listed = {word(one.get("key")): one.get("value") for one in nodes(extras)}
    return {**_filled(listed), **_filled(package)}


def _filled(own: Package) -> dict[str, object]:
    """The fields that hold anything, with what is JSON in a string read."""
    return {name: _plain(value) for name, value in own.items() if value or value == 0}


def own_iri(package: Package) -> str:
    """The IRI that the publisher of a dataset gave it; "" for one that has none of its own."""
    among = [one.get("value") for one in nodes(package.get("extras")) if one.get("key") == "uri"]
    named = (package.get("uri"), package.get("extras_uri"), *among)
    return next((iri for one in named if one and (iri := web(one))), "")


def key_of(package: Package) -> str:
    """What tells a dataset from all others of its site; "" when nothing does."""
    return text(package.get("id")) or text(package.get("name"))


def iri_of(package: Package, base: str) -> str:
    """The IRI of a dataset, which ckanext-dcat would give it too; "" when it has nothing to be known by."""
    key = key_of(package)
    return own_iri(package) or (f"{base}/dataset/{quote(key, safe='')}" if key else "")


def values(package: Package, base: str, vocabularies: Vocabularies) -> dict[str, Given]:
    """What a dataset says, by the names of our fields."""
    own = merged(package)
    licence = _licence(own, vocabularies)
    countries, places = _places(own, vocabularies)
    return {
        "title": spoken(own.get("title_translated")) or spoken(own.get("title")) or text(own.get("name")),
        **_read(own, _SPOKEN, spoken),
        **_subjects(own, places, vocabularies),
        **_read(own, _CODED, _codes),
        **_read(own, _CODED_ONCE, _code),
        **_read(own, _LINKED, webs),
        **_read(own, _COUNTED, _count),
        **_read(own, _PLAIN, word),
        **_read(own, _DATED, day),
        **_identifiers(own),
        **people(own, base),
        "landingPage": webs(own.get("url")) + webs(own.get("homepage")),
        "country": countries,
        "temporal": _periods(own, "temporal_coverage", "temporal"),
        "retentionPeriod": _periods(own, "retention_period", "retention")[:1],
        "inSeries": _series(own, base),
        "provenance": [{"label": said}] if (said := spoken(own.get("provenance"))) else [],
        "generatedBy": [_activity(one) for one in many(own.get("provenance_activity"))],
        "purpose": _described(own.get("purpose")),
        "legalBasis": _described(own.get("legal_basis")),
        "qualityAnnotation": [_quality(one) for one in many(own.get("quality_annotation"))],
        "qualifiedRelation": [_relationship(one) for one in many(own.get("qualified_relation"))],
        "distribution": [_distribution(node(one), licence) for one in many(own.get("resources"))],
        "sample": [_sampled(one) for one in many(own.get("sample"))],
        "analytics": [_sampled(one) for one in many(own.get("analytics"))],
    }


def _read(
    own: Package, table: Mapping[str, tuple[str, ...]], read: Callable[[object], Given]
) -> dict[str, Given]:
    found: dict[str, Given] = {}
    for name, places in table.items():
        for place in places:
            if place in own and (said := read(own[place])):
                found[name] = said
                break
    return found


def _plain(value: object) -> object:
    """A value that is no string with JSON in it."""
    if isinstance(value, str) and value.lstrip().startswith(("[", "{")):
        try:
            found: object = orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
        return found
    return value


def _codes(value: object) -> list[str]:
    """Codes, words or IRIs, which may also stand in one string with commas between them."""
    if isinstance(value, str) and "," in value:
        return words(value.split(","))
    return words(value)


def _code(value: object) -> str:
    return first(*_codes(value))


def _count(value: object) -> str:
    return number(many(value)[0]) if many(value) else ""


def _subjects(own: Package, places: list[str], vocabularies: Vocabularies) -> dict[str, Given]:
    """Themes, and keywords, by language where they are told so.

    A group that is no known theme is a keyword, and so are `places`, which are no countries.
    """
    groups = [called(one) for one in many(own.get("groups"))]
    known = [group for group in groups if vocabularies.concept("data-theme", group)]
    themes = [*(_codes(own.get("theme")) or _codes(own.get("themes"))), *known]
    others: list[object] = [group for group in groups if group not in known]
    tags = [one.get("display_name") or one if isinstance(one, dict) else one for one in many(own.get("tags"))]
    translated = spoken(own.get("keywords") or own.get("tags_translated") or own.get("keyword"))
    if isinstance(translated, dict):
        return {"theme": themes, "keyword": {**translated, "": words([*tags, *others, *places])}}
    listed: list[object] = [*translated] if isinstance(translated, list) else []
    return {"theme": themes, "keyword": words([*tags, *listed, *others, *places])}


def _identifiers(own: Package) -> dict[str, Given]:
    identifier = first(*(word(own.get(name)) for name in ("identifier", "guid", "id")))
    others = [doi(one) or one for one in _codes(own.get("alternate_identifier")) + words(own.get("doi"))]
    return {"identifier": identifier, "otherIdentifier": [{"notation": one} for one in dict.fromkeys(others)]}


def _places(own: Package, vocabularies: Vocabularies) -> tuple[list[str], list[str]]:
    """Countries and places with an IRI, and names of other places; shapes and coordinates name none."""
    named = [web(one.get("uri")) or word(one.get("text")) for one in nodes(own.get("spatial_coverage"))]
    others = [web(own.get("spatial_uri")) or word(own.get("spatial_text"))]
    plain = [one for one in many(own.get("spatial")) if isinstance(one, str)]
    found = words([*named, *others, *plain])
    known = [one for one in found if vocabularies.concept("country", one) or web(one)]
    return known, [one for one in found if one not in known]


def _periods(own: Package, listed: str, spread: str) -> list[Given]:
    found = [(one.get("start"), one.get("end")) for one in nodes(own.get(listed))]
    found = found or [(own.get(f"{spread}_start"), own.get(f"{spread}_end"))]
    return [{"startDate": day(start), "endDate": day(end)} for start, end in found]


def _series(own: Package, base: str) -> list[str]:
    """The series that a dataset is in, which it names by IRI or by the id of a dataset of the site."""
    named = words(own.get("in_series"))
    return [web(one) or f"{base}/dataset/{one}" for one in named if web(one) or _UUID.fullmatch(one)]


def _activity(value: object) -> Given:
    own = node(value)
    label = word(own.get("label")) or text(value)
    return {IRI: web(own.get("uri")), "label": label, "type": word(own.get("dct_type"))}


def _described(value: object) -> list[Given]:
    return [{IRI: iri} if (iri := web(one)) else {"description": one} for one in words(value)]


def _quality(value: object) -> Given:
    own = node(value)
    return {
        "oaBody": web(own.get("body")) or web(value),
        "oaTarget": web(own.get("target")),
        "motivatedBy": web(own.get("motivated_by")),
    }


def _relationship(value: object) -> Given:
    own = node(value)
    return {"relation": web(own.get("relation")) or web(own.get("uri")), "hadRole": web(own.get("role"))}


def _sampled(value: object) -> Given:
    """A distribution that is told by its address alone, or as a resource."""
    return _distribution(value, None) if isinstance(value, dict) else {"accessURL": text(value)}


def _licence(own: Package, vocabularies: Vocabularies) -> Given:
    """The licence of a dataset, by its address before its code before its title."""
    code, title = text(own.get("license_id")), text(own.get("license_title"))
    address = web(own.get("license_url"))
    if address or code.lower() in _NO_LICENCE:
        return address or None
    known = vocabularies.concept("licence", code)
    return known.iri if known else title or code


def _distribution(resource: Package, licence: Given) -> Given:
    """A resource as a distribution, which has an IRI only where it was given one.

    Ids of resources change at some sites whenever their data are loaded anew, so none is made of them.
    """
    own = _filled(resource)
    url = text(own.get("url"))
    uploaded = url if own.get("url_type") == "upload" else ""
    found: dict[str, Given] = {
        IRI: web(own.get("uri")),
        **_read(own, _FILE_SPOKEN, spoken),
        "accessURL": web(own.get("access_url")) or web(url) or url,
        "downloadURL": web(own.get("download_url")) or web(uploaded),
        **_read(own, _FILE_CODED, word),
        **_read(own, _FILE_LINKED, _codes),
        **_read(own, _FILE_DATED, day),
        "byteSize": size if (size := number(own.get("size"))).isdecimal() else "",
        "rights": [{"label": said}] if (said := spoken(own.get("rights"))) else [],
    }
    if not any(found.values()):
        return None
    checksum = {"checksumValue": text(own.get("hash")), "algorithm": web(own.get("hash_algorithm"))}
    return {
        **found,
        "license": word(own.get("license")) or licence,
        "checksum": checksum if checksum["checksumValue"] else None,
    }
