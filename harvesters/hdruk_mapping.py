"""From a dataset in the schema of Health Data Research UK, or of its Gateway, to the values of our fields.

Versions 2 to 4 differ in names and in whether a value is a list or one string with commas, and so do
files of one version; every name and shape is read wherever it stands.
https://hdruk.github.io/schemata/
"""

import re
from collections.abc import Mapping
from typing import Final

from catalogue.drafting import IRI, Given
from harvesters.hdruk_tables import tables
from harvesters.json_values import at, day, doi, fields, first, many, number, text, web, webs, word, words

Dataset = Mapping[str, object]
"""A dataset as its publisher or the Gateway describes it."""

_NOTHING_SAID: Final = frozenset(
    """not applicable|unknown|other|not known|n/a|na|null|none|not available|none/not available
|in progress|tbc|tbd|local|not specified""".replace("\n", "").split("|")
)
_COMMAS: Final = re.compile(r";,;|[;,]")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'(),;]+[^\s<>\"'(),;.]", re.I)
_AGES: Final = re.compile(r"(\d{1,3})\s*-\s*(\d{1,3})")
_BRITISH_DAY: Final = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})")
_COUNTRY: Final = re.compile(r"(?:https?://www\.geonames\.org/countries/)?([A-Z]{2})(?:[-/].*)?")
_NATIONS: Final = frozenset({"england", "scotland", "wales", "northern ireland", "great britain"})
_KINGDOM: Final = "United Kingdom"

_FREQUENCY: Final = {"static": "NEVER", "biannual": "ANNUAL_2"}
_CODING: Final = {
    "icd10": "ICD-10",
    "icd9": "ICD-9-CM",
    "icd11": "ICD-11",
    "icdo3": "ICD-O",
    "orphanet": "ORPHAcode",
}
_ACCESS: Final = {
    "open access": "PUBLIC",
    "direct access": "RESTRICTED",
    "tre/sde": "NON_PUBLIC",
    "trusted research environment": "NON_PUBLIC",
    "secure data environment": "NON_PUBLIC",
}
_PERSONS: Final = frozenset({"persons", "person", "patients"})
_RECORDS: Final = frozenset({"events", "findings", "records"})
_LONGEST_NAME: Final = 200


def identifier_of(dataset: Dataset) -> str:
    """The identifier that a dataset has from its publisher or the Gateway; "" for none."""
    own = (
        at(dataset, *path)
        for path in (("identifier",), ("required", "gatewayPid"), ("required", "gatewayId"))
    )
    return first(map(text, own))


def values(dataset: Dataset) -> dict[str, Given]:
    """What a dataset says, by the names of our fields."""
    summary, coverage = fields(dataset.get("summary")), fields(dataset.get("coverage"))
    temporal = fields(at(dataset, "provenance", "temporal"))
    standards = fields(at(dataset, "accessibility", "formatAndStandards"))
    frequency = text(temporal.get("accrualPeriodicity")) or text(temporal.get("publishingFrequency"))
    table = tables(dataset)
    title = text(summary.get("title"))
    return {
        "title": title or text(summary.get("shortTitle")),
        "alternative": _others([summary.get("shortTitle"), *many(summary.get("datasetAliases"))], title),
        "description": _description(dataset),
        "keyword": _keywords(dataset),
        "theme": "HEAL",
        "identifier": identifier_of(dataset),
        "otherIdentifier": _identifiers(summary),
        **_counts(dataset),
        **_ages(coverage),
        "populationCoverage": _population(coverage),
        "country": _places(dataset),
        "temporal": {"startDate": _day(temporal.get("startDate")), "endDate": _day(temporal.get("endDate"))},
        "standard": _coded(standards, "conformsTo"),
        "codingSystem": [
            _CODING.get(one.lower(), one)
            for one in _coded(standards, "vocabularyEncodingScheme", "vocabularyEncodingSchemes")
        ],
        "language": _coded(standards, "language", "languages"),
        "structured": True if table else None,
        "variables": {"title": title, "table": table} if table else None,
        "distribution": _distributions(dataset),
        "sample": [{"title": "Synthetic data", "accessURL": one} for one in _synthetic(dataset)],
        "accessRights": _access(dataset),
        "provenance": _provenance(dataset),
        "purpose": [{"description": one} for one in _coded(_origin(dataset), "purpose")],
        **_people(dataset),
        **_links(dataset),
        "frequency": _FREQUENCY.get(frequency.lower(), frequency),
        "issued": _day(_own(dataset, "issued")),
        "modified": _day(_own(dataset, "modified")),
        "version": _own(dataset, "version"),
    }


def _own(dataset: Dataset, name: str) -> str:
    return text(dataset.get(name)) or text(at(dataset, "required", name))


def _origin(dataset: Dataset) -> Mapping[str, object]:
    return fields(at(dataset, "provenance", "origin"))


def _split(value: object) -> list[str]:
    """The words in a list or in strings with commas, without those that say nothing."""
    parts = words([part for one in words(value) for part in _COMMAS.split(one)])
    return [one for one in parts if one.lower() not in _NOTHING_SAID]


def _coded(among: Mapping[str, object], *names: str) -> list[str]:
    return next((found for name in names if (found := _split(among.get(name)))), [])


def _others(values: list[object], but: str) -> list[str]:
    return [one for one in words(values) if one != but]


def _said(value: object) -> str:
    """Words that say something."""
    told = word(value)
    return "" if told.lower() in _NOTHING_SAID else told


def _day(value: object) -> str:
    """A date; with slashes it is written as the British do, day first."""
    told = day(value)
    if british := _BRITISH_DAY.fullmatch(told):
        return f"{british[3]}-{british[2]:0>2}-{british[1]:0>2}"
    return "" if told.lower() in _NOTHING_SAID or told.lower() == "continuous" else told


def _description(dataset: Dataset) -> list[str]:
    """The abstract and the description, or one of them where it holds the other."""
    abstract = text(at(dataset, "summary", "abstract"))
    whole = text(at(dataset, "documentation", "description")) or text(at(dataset, "summary", "description"))
    return [whole] if abstract in whole else words([abstract, whole])


def _keywords(dataset: Dataset) -> list[str]:
    summary, origin = fields(dataset.get("summary")), _origin(dataset)
    places = [
        summary.get(name) for name in ("keywords", "controlledKeywords", "datasetType", "datasetSubType")
    ]
    kinds = many(origin.get("datasetType"))
    within = [part for one in kinds for part in many(fields(one).get("subTypes"))]
    return list(
        dict.fromkeys(
            word for one in [*places, kinds, within, origin.get("datasetSubType")] for word in _split(one)
        )
    )


def _identifiers(summary: Mapping[str, object]) -> list[Given]:
    others = [doi(one) or one for one in _split(summary.get("alternateIdentifiers"))]
    name = text(summary.get("doiName"))
    return [{"notation": one} for one in words([doi(name) or name, *others])]


def _counts(dataset: Dataset) -> dict[str, Given]:
    """People and records: as the summary says, else as the latest observation of each."""
    seen = sorted((fields(one) for one in many(dataset.get("observations"))), key=_observed_on)
    told = {word(one.get("observedNode")).lower(): number(one.get("measuredValue")) for one in seen}
    size = number(at(dataset, "summary", "populationSize"))
    persons = [size, *(count for what, count in told.items() if what in _PERSONS)]
    records = [count for what, count in told.items() if what in _RECORDS]
    return {"persons": first(filter(_is_count, persons)), "records": first(filter(_is_count, records))}


def _observed_on(observation: Mapping[str, object]) -> str:
    return _day(observation.get("observationDate"))


def _is_count(told: str) -> bool:
    """Whether it counts anything; zero stands where nothing was filled in."""
    return told.isascii() and told.isdigit() and int(told) > 0


def _ages(coverage: Mapping[str, object]) -> dict[str, Given]:
    """The typical ages; from 0 to 0 stands where nothing was filled in."""
    span = _AGES.search(text(coverage.get("typicalAgeRange")))
    youngest = span[1] if span else number(coverage.get("typicalAgeRangeMin"))
    oldest = span[2] if span else number(coverage.get("typicalAgeRangeMax"))
    if {youngest, oldest} <= {"", "0"}:
        return {}
    return {"minAge": youngest, "maxAge": oldest}


def _population(coverage: Mapping[str, object]) -> list[str]:
    """Who is covered, in words, and for how long each is followed."""
    followed = _said(coverage.get("followUp")) or _said(coverage.get("followup"))
    return words([_said(coverage.get("pathway")), f"Follow-up: {followed}" if followed else ""])


def _places(dataset: Dataset) -> list[str]:
    """Countries and regions; the nations of the United Kingdom bring it with them."""
    access = fields(at(dataset, "accessibility", "access"))
    told = _split(at(dataset, "coverage", "spatial")) or _split(access.get("jurisdiction"))
    places = [code[1] if (code := _COUNTRY.fullmatch(one)) else one for one in told]
    british = any(one.lower() in _NATIONS for one in places)
    return words([_KINGDOM, *places] if british else places)


def _distributions(dataset: Dataset) -> list[Given]:
    """The one way to get the data, once in each format that they are given in."""
    access = fields(at(dataset, "accessibility", "access"))
    standards = fields(at(dataset, "accessibility", "formatAndStandards"))
    released = _day(at(dataset, "provenance", "temporal", "distributionReleaseDate"))
    way: dict[str, Given] = {
        "accessURL": first(_addresses([access.get("accessService"), access.get("accessRights")])),
        "description": _terms(access),
        "rights": _rights(dataset),
    }
    formats = _coded(standards, "format", "formats")
    if not formats and not any(way.values()):
        return []
    return [{**way, "format": one, "issued": released} for one in formats or [""]]


def _terms(access: Mapping[str, object]) -> list[str]:
    """How access is given, what it costs and how long it takes."""
    service = [_said(one) for one in many(access.get("accessService"))]
    costs = ", ".join(filter(None, map(_said, many(access.get("accessRequestCost")))))
    wait = _said(access.get("deliveryLeadTime"))
    told = [one for one in service if not web(one)]
    return words([*told, f"Cost: {costs}" if costs else "", f"Time until access: {wait}" if wait else ""])


def _rights(dataset: Dataset) -> Given:
    usage = fields(at(dataset, "accessibility", "usage"))
    limits = _coded(usage, "dataUseLimitation")
    duties = _coded(usage, "dataUseRequirements", "dataUseRequirement")
    terms = [_said(one) for one in many(at(dataset, "accessibility", "access", "accessRights"))]
    found: dict[str, Given] = {
        "label": words([*limits, *duties]),
        "description": [one for one in terms if one and not web(one)],
    }
    return found if any(found.values()) else None


def _access(dataset: Dataset) -> str:
    """Whether data are open, where the schema's own list of ways to get access says so."""
    told = word(at(dataset, "accessibility", "access", "accessServiceCategory")).lower()
    return next((code for words, code in _ACCESS.items() if words in told), "")


def _provenance(dataset: Dataset) -> list[Given]:
    origin = _origin(dataset)
    lag = _said(at(dataset, "provenance", "temporal", "timeLag"))
    parts = {
        "Source": _coded(origin, "source"),
        "Setting": _coded(origin, "collectionSource", "collectionSituation"),
        "Time lag": [lag] if lag else [],
    }
    told = [f"{name}: {', '.join(found)}." for name, found in parts.items() if found]
    return [{"label": " ".join(told)}] if told else []


def _people(dataset: Dataset) -> dict[str, Given]:
    summary = fields(dataset.get("summary"))
    publisher = _publisher(summary)
    usage, access = (fields(at(dataset, "accessibility", name)) for name in ("usage", "access"))
    creators = [one for one in map(_said, many(usage.get("resourceCreator"))) if len(one) <= _LONGEST_NAME]
    controller = _said(access.get("dataController"))
    return {
        "publisher": publisher,
        "contactPoint": [_contact(one, publisher) for one in words(summary.get("contactPoint"))],
        "creator": [{"name": one} for one in words([*creators, summary.get("leadResearcher")])],
        "custodian": {"name": controller} if 0 < len(controller) <= _LONGEST_NAME else None,
    }


def _publisher(summary: Mapping[str, object]) -> Mapping[str, Given]:
    told = summary.get("dataCustodian") or summary.get("publisher")
    if not isinstance(told, dict):
        return {"name": word(told)}
    names = ("rorId", "identifier", "gatewayId")
    return {
        IRI: first(one for name in names if "//ror.org/" in (one := web(told.get(name)))),
        "name": first(word(told.get(name)) for name in ("name", "publisherName")),
        "description": _said(told.get("description")),
        "mbox": first(one for one in words(told.get("contactPoint")) if "@" in one),
    }


def _contact(told: str, publisher: Mapping[str, Given]) -> Given:
    way = {"hasURL": web(told)} if web(told) else {"hasEmail": told} if "@" in told else {"fn": told}
    return {"fn": publisher.get("name"), **way}


def _links(dataset: Dataset) -> dict[str, Given]:
    usage = fields(at(dataset, "accessibility", "usage"))
    access = fields(at(dataset, "accessibility", "access"))
    linkage = {**fields(dataset.get("linkage")), **fields(dataset.get("enrichmentAndLinkage"))}
    linked = {**linkage, **fields(linkage.get("datasetLinkage"))}
    media = [at(dataset, "documentation", "associatedMedia"), linkage.get("associatedMedia")]
    completeness = at(dataset, "coverage", "datasetCompleteness")
    return {
        "page": _addresses([*media, access.get("accessRights"), completeness]),
        "isReferencedBy": _addresses(
            [
                usage.get("isReferencedBy"),
                *_named(linkage, "isReferenceIn publicationAboutDataset publicationUsingDataset"),
            ]
        ),
        "source": _addresses(_named(linked, "derivation derivedFrom isDerivedFrom isGeneratedUsing")),
        "relation": _addresses(
            [
                *_named(
                    linked, "qualifiedRelation linkableDatasets similarToDatasets linkedDatasets isPartOf"
                ),
                *_named(linkage, "tools investigations dataUses"),
                usage.get("investigations"),
                at(dataset, "documentation", "isPartOf"),
            ]
        ),
    }


def _named(among: Mapping[str, object], names: str) -> list[object]:
    return [among.get(name) for name in names.split()]


def _synthetic(dataset: Dataset) -> list[str]:
    places = [
        at(dataset, "structuralMetadata", "syntheticDataWebLink"),
        at(dataset, "linkage", "syntheticDataWebLink"),
    ]
    return _addresses(places)


def _addresses(values: list[object]) -> list[str]:
    """Every address of the web and every DOI in values, be they alone, in words or in objects."""
    found: list[str] = []
    for one in (one for value in values for one in many(value)):
        told = text(fields(one).get("url")) if isinstance(one, dict) else text(one)
        for part in told.split(";,;"):
            known = doi(part.strip())
            found += [known] if known else _ADDRESS.findall(part)
    return webs(found)
