"""What a Beacon says of itself, its datasets and its cohorts, as values of the field table."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from catalogue.drafting import Given
from harvesters.beacon_data_use import data_use
from harvesters.json_values import (
    SMALLEST_COUNT,
    Node,
    count,
    first,
    node,
    nodes,
    shortened,
    text,
    web,
    whole,
)
from ontologies.vocabularies import Vocabularies

Values = dict[str, Given]

MOST_WORDS: Final = 50
MOST_EVENTS: Final = 1_000
_DATE: Final = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?)?)?")
_AGE: Final = re.compile(r"P(?:(\d{1,3})Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T[\dHMS]*)?")
_LONGEST: Final = 500
_EMAIL: Final = re.compile(r"(?:mailto:)?([^\s@<>:/]+@[^\s@<>/]+\.[^\s@<>/]+)")
# Prefixes of identifiers that are not themselves a name of a coding system.
_SYSTEMS: Final = {
    "HP": "HPO",
    "ORPHA": "ORPHACODE",
    "ORPHANET": "ORPHACODE",
    "SNOMED": "SNOMED-CT",
    "SNOMEDCT": "SNOMED-CT",
    "SCTID": "SNOMED-CT",
    "ICD10": "ICD-10",
    "ICD10CM": "ICD-10-NAT",
    "ICD11": "ICD-11",
    "ICDO": "ICD-O",
    "ICDO3": "ICD-O",
    "NCIT": "NCIT",
}


@dataclass(frozen=True, slots=True)
class Beacon:
    """What is known of the Beacon when its datasets and cohorts are described.

    `smallest` is the smallest number of people that may be told of a cohort.
    """

    root: str
    vocabularies: Vocabularies
    info: Node
    security: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    is_genomic: bool = False
    smallest: int = SMALLEST_COUNT

    @property
    def interface(self) -> str:
        """The IRI of its service."""
        return f"{self.root}/service-info"

    @property
    def name(self) -> str:
        """What it is called."""
        return first(self.info.get("name"), self.info.get("id"), self.root)

    def publisher(self) -> Values:
        """The organisation behind it."""
        organisation = node(self.info.get("organization"))
        name = first(organisation.get("name"), organisation.get("id"))
        if not name:
            return {}
        return {
            "name": name,
            "description": text(organisation.get("description")),
            "homepage": first(web(organisation.get("welcomeUrl")), web(organisation.get("url"))),
        }

    def contact(self) -> list[Given]:
        """Whom to ask: the address or page of the organisation."""
        organisation = node(self.info.get("organization"))
        given = first(organisation.get("contactUrl"), self.info.get("contactUrl"))
        name = text(organisation.get("name"))
        if len(given) <= _LONGEST and (email := _EMAIL.fullmatch(given)):
            return [{"fn": name, "hasEmail": email[1]}]
        return [{"fn": name, "hasURL": web(given)}] if web(given) else []


def catalogue(beacon: Beacon) -> Values:
    """The Beacon as the catalogue of its datasets and cohorts."""
    return {
        "title": beacon.name,
        "description": text(beacon.info.get("description")),
        "publisher": beacon.publisher(),
        "homepage": first(web(beacon.info.get("welcomeUrl")), beacon.root),
        "issued": moment(beacon.info.get("createDateTime")),
        "modified": moment(beacon.info.get("updateDateTime")),
    }


def service(
    beacon: Beacon, terms: Iterable[str], ontologies: Iterable[str], detail: tuple[str, str]
) -> Values:
    """The interface of the Beacon, with what can be asked through it.

    `detail` is how detailed its answers are by default, and how detailed its lists were if they were
    less so than was asked for.
    """
    granularity, lowered = detail
    environment = text(beacon.info.get("environment")).lower()
    systems = ", ".join(ontologies)
    return {
        "title": f"Beacon interface of {beacon.name}",
        "description": "\n\n".join(
            filter(
                None,
                (
                    f"A GA4GH Beacon, version {first(beacon.info.get('apiVersion'), '2')}.",
                    text(beacon.info.get("description")),
                    f"Questions can be asked in the terms of: {systems}." if systems else "",
                    f"Its answers are of this detail by default: {granularity}." if granularity else "",
                    f"Its lists were of less detail than was asked for: {lowered}." if lowered else "",
                    f"It is marked as “{environment}”." if environment not in ("", "prod") else "",
                ),
            )
        ),
        "keyword": list(dict.fromkeys(["GA4GH Beacon", *terms]))[:MOST_WORDS],
        "endpointURL": beacon.root,
        "endpointDescription": f"{beacon.root}/map",
        "publisher": beacon.publisher(),
        "contactPoint": beacon.contact(),
        "landingPage": web(beacon.info.get("welcomeUrl")),
        "accessRights": _access(beacon),
        "issued": moment(beacon.info.get("createDateTime")),
        "modified": moment(beacon.info.get("updateDateTime")),
    }


def dataset(resource: Node, beacon: Beacon, subject: str) -> Values:
    """A dataset, with its conditions of use."""
    page = web(resource.get("externalUrl"))
    return {
        "title": first(resource.get("name"), resource.get("id")),
        "description": _dataset_words(resource, beacon),
        "landingPage": page,
        "version": text(resource.get("version")),
        "issued": moment(resource.get("createDateTime")),
        "modified": moment(resource.get("updateDateTime")),
        **_common(resource, beacon, page or subject),
    }


def cohort(resource: Node, beacon: Beacon, subject: str) -> Values | None:
    """A cohort; None for one that somebody's question made."""
    kind = text(resource.get("cohortType"))
    if kind == "user-defined":
        return None
    criteria = node(resource.get("inclusionCriteria"))
    events = nodes(resource.get("collectionEvents"))[:MOST_EVENTS]
    told = (count(one.get("eventSize"), beacon.smallest) for one in events)
    sizes = [size for size in told if size is not None]
    diseases = _terms(criteria.get("diseaseConditions"), "diseaseCode")
    features = _terms(criteria.get("phenotypicConditions"), "featureType")
    own = _common(resource, beacon, subject)
    systems = _coding_systems([id for id, _ in (*diseases, *features)], beacon.vocabularies)
    given = own["codingSystem"]
    assert isinstance(given, list)
    return {
        "title": first(resource.get("name"), resource.get("id")),
        "persons": count(resource.get("cohortSize"), beacon.smallest) or max(sizes, default=None),
        "country": _places(criteria.get("locations"), beacon.vocabularies),
        "populationCoverage": _population(resource),
        "keyword": _labels(diseases) + _labels(features) + _labels(_terms(resource.get("cohortDataTypes"))),
        "codeValues": [id for id, _ in diseases if id][:MOST_WORDS],
        "temporal": _span(events),
        **_age_range(node(criteria.get("ageRange"))),
        **own,
        "healthCategory": ["RQSH", *(["HGPD"] if beacon.is_genomic else [])],
        "codingSystem": list(dict.fromkeys([*given, *systems])),
        "description": _cohort_words(resource, kind),
    }


def systems_of(resources: Iterable[Node], vocabularies: Vocabularies) -> list[str]:
    """The coding systems among the ontologies of the filtering terms."""
    names = (first(one.get("namespacePrefix"), one.get("id")) for one in resources)
    return _coding_systems((f"{name}:" for name in names if name), vocabularies)


def moment(value: object) -> str:
    """A date or time; nothing for other words."""
    found = text(value)
    return found if _DATE.fullmatch(found) else ""


def _common(resource: Node, beacon: Beacon, page: str) -> Values:
    use = data_use(resource.get("dataUseConditions"), beacon.vocabularies)
    rights: Values = {"rights": {"label": list(use.words)}} if use.words else {}
    policy: Values = {"policy": use.permitted[0]} if use.permitted else {}
    restricted = use.is_limited or (bool(beacon.security) and "PUBLIC" not in beacon.security)
    return {
        "identifier": text(resource.get("id")),
        "theme": ["HEAL"],
        "healthCategory": ["HGPD"] if beacon.is_genomic else [],
        "codingSystem": list(beacon.systems),
        "publisher": beacon.publisher(),
        "contactPoint": beacon.contact(),
        "accessRights": "RESTRICTED" if restricted else "",
        "purpose": [{"description": one} for one in use.purposes],
        "distribution": [
            {
                "title": "By way of the Beacon",
                "accessURL": page,
                "accessService": beacon.interface,
                **rights,
                **policy,
            }
        ],
    }


def _dataset_words(resource: Node, beacon: Beacon) -> str:
    words = data_use(resource.get("dataUseConditions"), beacon.vocabularies).words
    conditions = f"Conditions of use: {'; '.join(words)}." if words else ""
    return "\n\n".join(filter(None, (text(resource.get("description")), conditions)))


def _access(beacon: Beacon) -> str:
    if not beacon.security:
        return ""
    return "PUBLIC" if "PUBLIC" in beacon.security else "RESTRICTED"


def _cohort_words(resource: Node, kind: str) -> str:
    design = _label(resource.get("cohortDesign"))
    data = ", ".join(_labels(_terms(resource.get("cohortDataTypes"))))
    events = len(nodes(resource.get("collectionEvents")))
    said = {
        "study-defined": "A cohort that a study defined.",
        "beacon-defined": "A cohort defined for the Beacon.",
    }
    population = _population(resource)
    parts = (
        text(resource.get("description")),
        said.get(kind, ""),
        f"Design: {design}." if design else "",
        f"Kinds of data: {data}." if data else "",
        f"Who is in it: {population}." if population else "",
        f"Data were collected {events} times." if events > 1 else "",
    )
    return "\n\n".join(filter(None, parts))


def _population(resource: Node) -> str:
    included = _criteria(node(resource.get("inclusionCriteria")))
    excluded = _criteria(node(resource.get("exclusionCriteria")))
    return "; ".join([*included, *(f"not {one}" for one in excluded)])


def _criteria(criteria: Node) -> list[str]:
    found = [
        ", ".join(_labels(_terms(criteria.get(name), inner)))
        for name, inner in (
            ("genders", ""),
            ("ethnicities", ""),
            ("diseaseConditions", "diseaseCode"),
            ("phenotypicConditions", "featureType"),
            ("locations", ""),
        )
    ]
    ages = node(criteria.get("ageRange"))
    ends = _age(ages.get("start")), _age(ages.get("end"))
    if any(end is not None for end in ends):
        low, high = ("" if end is None else str(end) for end in ends)
        found.append(
            f"aged {low} to {high} years" if low and high else f"aged {low or f'up to {high}'} years"
        )
    return [one for one in found if one]


def _terms(value: object, inner: str = "") -> list[tuple[str, str]]:
    """Ontology terms as id and label; `inner` is where the term stands in each object."""
    found = [node(one.get(inner)) or one if inner else one for one in nodes(value)]
    return [(text(one.get("id")), text(one.get("label"))) for one in found][:MOST_WORDS]


def _labels(terms: Iterable[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(label or id for id, label in terms if label or id))


def _label(value: object) -> str:
    return first(node(value).get("label"), node(value).get("id"))


def _places(locations: object, vocabularies: Vocabularies) -> list[str]:
    found: dict[str, None] = {}
    for id, label in _terms(locations):
        spelled = (label, id, id.rpartition(":")[2])
        known = (vocabularies.concept("country", one) for one in spelled if one and not one.isdigit())
        country = next((concept.iri for concept in known if concept), "")
        found[country or label] = None
    return [one for one in found if one]


def _age_range(ages: Node) -> Values:
    given: Values = {"minAge": _age(ages.get("start")), "maxAge": _age(ages.get("end"))}
    return {name: value for name, value in given.items() if value is not None}


def _age(value: object) -> int | None:
    """The whole years of an ISO 8601 duration."""
    written = first(node(value).get("iso8601duration"), value)
    found = _AGE.fullmatch(written)
    if not found or written in ("", "P"):
        return None
    years = whole(found[1] or "0")
    return years if years is not None and years <= 150 else None


def _span(events: list[Node]) -> list[Given]:
    """From the first to the last day on which data were collected."""
    lines = [node(one.get("eventTimeline")) for one in events]
    dates = [
        moment(value)[:10]
        for value in (
            *(one.get("eventDate") for one in events),
            *(line.get(end) for line in lines for end in ("start", "end")),
        )
    ]
    known = sorted(filter(None, dates))
    return [{"startDate": known[0], "endDate": known[-1]}] if known else []


def _coding_systems(ids: Iterable[str], vocabularies: Vocabularies) -> list[str]:
    prefixes = dict.fromkeys(id.partition(":")[0].upper() for id in ids if ":" in id)
    named = (vocabularies.concept("coding-system", _SYSTEMS.get(one, one)) for one in prefixes if one)
    return list(dict.fromkeys(one.iri for one in named if one))


def ontology_names(resources: Iterable[Node]) -> list[str]:
    """The ontologies of the filtering terms in words."""
    names = (first(one.get("name"), one.get("namespacePrefix"), one.get("id")) for one in resources)
    return [shortened(one, 100) for one in dict.fromkeys(filter(None, names))][:MOST_WORDS]
