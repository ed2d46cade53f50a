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
from harvesters.hdruk_words import addresses, british_day, coded, said, split
from harvesters.json_values import at, doi, first, many, node, number, text, web, whole, word, words
from ontologies.vocabularies import Vocabularies

Dataset = Mapping[str, object]
"""A dataset as its publisher or the Gateway describes it."""

_AGES: Final = re.compile(r"(\d{1,3})\s*-\s*(\d{1,3})")
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
    return first(*own)


def values(dataset: Dataset, vocabularies: Vocabularies) -> dict[str, Given]:
    """What a dataset says, by the names of our fields; a place that is no country becomes a keyword."""
    countries, regions = _places(dataset, vocabularies)
    summary, coverage = node(dataset.get("summary")), node(dataset.get("coverage"))
    temporal = node(at(dataset, "provenance", "temporal"))
    standards = node(at(dataset, "accessibility", "formatAndStandards"))
    frequency = text(temporal.get("accrualPeriodicity")) or text(temporal.get("publishingFrequency"))
    table = tables(dataset)
    title = text(summary.get("title"))
    return {
        "title": title or text(summary.get("shortTitle")),
        "alternative": _others([summary.get("shortTitle"), *many(summary.get("datasetAliases"))], title),
        "description": _description(dataset),
        "keyword": words([*_keywords(dataset), *regions]),
        "theme": "HEAL",
        "identifier": identifier_of(dataset),
        "otherIdentifier": _identifiers(summary),
        **_counts(dataset),
        **_ages(coverage),
        "populationCoverage": _population(coverage),
        "country": countries,
        "temporal": {
            "startDate": british_day(temporal.get("startDate")),
            "endDate": british_day(temporal.get("endDate")),
        },
        "standard": coded(standards, "conformsTo"),
        "codingSystem": [
            _CODING.get(one.lower(), one)
            for one in coded(standards, "vocabularyEncodingScheme", "vocabularyEncodingSchemes")
        ],
        "language": coded(standards, "language", "languages"),
        "structured": True if table else None,
        "variables": {"title": title, "table": table} if table else None,
        "distribution": _distributions(dataset),
        "sample": [{"title": "Synthetic data", "accessURL": one} for one in _synthetic(dataset)],
        "accessRights": _access(dataset),
        "provenance": _provenance(dataset),
        "purpose": [{"description": one} for one in coded(_origin(dataset), "purpose")],
        **_people(dataset),
        **_links(dataset),
        "frequency": _FREQUENCY.get(frequency.lower(), frequency),
        "issued": british_day(_own(dataset, "issued")),
        "modified": british_day(_own(dataset, "modified")),
        "version": _own(dataset, "version"),
    }


def _own(dataset: Dataset, name: str) -> str:
    return text(dataset.get(name)) or text(at(dataset, "required", name))


def _origin(dataset: Dataset) -> Mapping[str, object]:
    return node(at(dataset, "provenance", "origin"))


def _others(values: list[object], but: str) -> list[str]:
    return [one for one in words(values) if one != but]


def _description(dataset: Dataset) -> list[str]:
    """The abstract and the description, or one of them where it holds the other."""
    abstract = text(at(dataset, "summary", "abstract"))
    whole = text(at(dataset, "documentation", "description")) or text(at(dataset, "summary", "description"))
    return [whole] if abstract in whole else words([abstract, whole])


def _keywords(dataset: Dataset) -> list[str]:
    summary, origin = node(dataset.get("summary")), _origin(dataset)
    places = [
        summary.get(name) for name in ("keywords", "controlledKeywords", "datasetType", "datasetSubType")
    ]
    kinds = many(origin.get("datasetType"))
    within = [part for one in kinds for part in many(node(one).get("subTypes"))]
    return list(
        dict.fromkeys(
            word for one in [*places, kinds, within, origin.get("datasetSubType")] for word in split(one)
        )
    )


def _identifiers(summary: Mapping[str, object]) -> list[Given]:
    others = [doi(one) or one for one in split(summary.get("alternateIdentifiers"))]
    name = text(summary.get("doiName"))
    return [{"notation": one} for one in words([doi(name) or name, *others])]


def _counts(dataset: Dataset) -> dict[str, Given]:
    """People and records: as the summary says, else as the latest observation of each."""
    seen = sorted((node(one) for one in many(dataset.get("observations"))), key=_observed_on)
    told = {word(one.get("observedNode")).lower(): number(one.get("measuredValue")) for one in seen}
    size = number(at(dataset, "summary", "populationSize"))
    persons = [size, *(count for what, count in told.items() if what in _PERSONS)]
    records = [count for what, count in told.items() if what in _RECORDS]
    return {"persons": first(*filter(_is_count, persons)), "records": first(*filter(_is_count, records))}


def _observed_on(observation: Mapping[str, object]) -> str:
    return british_day(observation.get("observationDate"))


def _is_count(told: str) -> bool:
    """Whether it counts anything; zero stands where nothing was filled in."""
    return bool(whole(told))


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
    followed = said(coverage.get("followUp")) or said(coverage.get("followup"))
    return words([said(coverage.get("pathway")), f"Follow-up: {followed}" if followed else ""])


def _places(dataset: Dataset, vocabularies: Vocabularies) -> tuple[list[str], list[str]]:
    """Countries and other places; the nations of the United Kingdom bring it with them."""
    access = node(at(dataset, "accessibility", "access"))
    told = split(at(dataset, "coverage", "spatial")) or split(access.get("jurisdiction"))
    places = [code[1] if (code := _COUNTRY.fullmatch(one)) else one for one in told]
    countries = [one for one in places if web(one) or vocabularies.concept("country", one)]
    others = [one for one in places if one not in countries]
    british = any(one.lower() in _NATIONS for one in others)
    return words([*countries, _KINGDOM] if british else countries), others


def _distributions(dataset: Dataset) -> list[Given]:
    """The one way to get the data, once in each format that they are given in."""
    access = node(at(dataset, "accessibility", "access"))
    standards = node(at(dataset, "accessibility", "formatAndStandards"))
    released = british_day(at(dataset, "provenance", "temporal", "distributionReleaseDate"))
    way: dict[str, Given] = {
        "accessURL": first(*addresses([access.get("accessService"), access.get("accessRights")])),
        "description": _terms(access),
        "rights": _rights(dataset),
    }
    formats = coded(standards, "format", "formats")
    if not formats and not any(way.values()):
        return []
    return [{**way, "format": one, "issued": released} for one in formats or [""]]


def _terms(access: Mapping[str, object]) -> list[str]:
    """How access is given, what it costs and how long it takes."""
    service = [said(one) for one in many(access.get("accessService"))]
    costs = ", ".join(filter(None, map(said, many(access.get("accessRequestCost")))))
    wait = said(access.get("deliveryLeadTime"))
    told = [one for one in service if not web(one)]
    return words([*told, f"Cost: {costs}" if costs else "", f"Time until access: {wait}" if wait else ""])


def _rights(dataset: Dataset) -> Given:
    usage = node(at(dataset, "accessibility", "usage"))
    limits = coded(usage, "dataUseLimitation")
    duties = coded(usage, "dataUseRequirements", "dataUseRequirement")
    terms = [said(one) for one in many(at(dataset, "accessibility", "access", "accessRights"))]
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
    lag = said(at(dataset, "provenance", "temporal", "timeLag"))
    parts = {
        "Source": coded(origin, "source"),
        "Setting": coded(origin, "collectionSource", "collectionSituation"),
        "Time lag": [lag] if lag else [],
    }
    told = [f"{name}: {', '.join(found)}." for name, found in parts.items() if found]
    return [{"label": " ".join(told)}] if told else []


def _people(dataset: Dataset) -> dict[str, Given]:
    summary = node(dataset.get("summary"))
    publisher = _publisher(summary)
    usage, access = (node(at(dataset, "accessibility", name)) for name in ("usage", "access"))
    creators = [one for one in map(said, many(usage.get("resourceCreator"))) if len(one) <= _LONGEST_NAME]
    controller = said(access.get("dataController"))
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
        IRI: first(*(one for name in names if "//ror.org/" in (one := web(told.get(name))))),
        "name": first(*(word(told.get(name)) for name in ("name", "publisherName"))),
        "description": said(told.get("description")),
        "mbox": first(*(one for one in words(told.get("contactPoint")) if "@" in one)),
    }


def _contact(told: str, publisher: Mapping[str, Given]) -> Given:
    way = {"hasURL": web(told)} if web(told) else {"hasEmail": told} if "@" in told else {"fn": told}
    return {"fn": publisher.get("name"), **way}


def _links(dataset: Dataset) -> dict[str, Given]:
    usage = node(at(dataset, "accessibility", "usage"))
    access = node(at(dataset, "accessibility", "access"))
    linkage = {**node(dataset.get("linkage")), **node(dataset.get("enrichmentAndLinkage"))}
    linked = {**linkage, **node(linkage.get("datasetLinkage"))}
    media = [at(dataset, "documentation", "associatedMedia"), linkage.get("associatedMedia")]
    completeness = at(dataset, "coverage", "datasetCompleteness")
    return {
        "page": addresses([*media, access.get("accessRights"), completeness]),
        "isReferencedBy": addresses(
            [
                usage.get("isReferencedBy"),
                *_named(linkage, "isReferenceIn publicationAboutDataset publicationUsingDataset"),
            ]
        ),
        "source": addresses(_named(linked, "derivation derivedFrom isDerivedFrom isGeneratedUsing")),
        "relation": addresses(
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
    return addresses(places)
