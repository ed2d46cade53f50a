"""From the attributes of a DOI, as DataCite's API gives them, to the values of our fields.

The XML of DataCite is brought into the same form first (oai_datacite.py). Whatever stands in the
place of a value, nothing here fails: what is not of the expected form is passed over.

https://datacite-metadata-schema.readthedocs.io/en/4.6/
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from catalogue.drafting import Given
from harvesters.iris import doi, link
from harvesters.json_values import node, nodes, text, texts
from harvesters.scholarly import (
    byte_size,
    conditions,
    country,
    counts,
    day,
    distributions,
    language,
    linked,
    period,
)
from ontologies.vocabularies import Vocabularies

Attributes: TypeAlias = Mapping[str, object]

_ROLES: Final = "http://registry.it.csiro.au/def/isotc211/CI_RoleCode/"
_ROLE_OF: Final[Mapping[str, str]] = {
    "DataCollector": "originator",
    "DataCurator": "processor",
    "DataManager": "processor",
    "Distributor": "distributor",
    "Editor": "editor",
    "Funder": "funder",
    "Producer": "originator",
    "ProjectLeader": "principalInvestigator",
    "ProjectManager": "principalInvestigator",
    "RegistrationAgency": "resourceProvider",
    "RelatedPerson": "stakeholder",
    "Researcher": "collaborator",
    "Sponsor": "sponsor",
    "Supervisor": "principalInvestigator",
}
_HOLDERS: Final = ("RightsHolder", "HostingInstitution")
_CONTACTS: Final = ("ContactPerson", "DataManager")
_FIELD_OF_RELATION: Final[Mapping[str, str]] = {
    **dict.fromkeys(("IsDocumentedBy", "IsDescribedBy", "HasMetadata", "IsReviewedBy"), "page"),
    **dict.fromkeys(("IsReferencedBy", "IsCitedBy", "IsSupplementTo"), "isReferencedBy"),
    **dict.fromkeys(("IsDerivedFrom", "IsCompiledBy", "IsCollectedBy"), "source"),
    "HasVersion": "hasVersion",
}
_CODED: Final = re.compile(r"\b(?:ICD|MeSH|SNOMED|Orpha|LOINC|ATC|HPO|OMIM|MONDO|RxNorm)", re.I)


def values(vocabularies: Vocabularies, attributes: Attributes) -> dict[str, Given]:
    """The values of a dataset's fields."""
    told = text(attributes.get("doi"))
    own_doi = doi(told)
    name = own_doi or told
    page = link(text(attributes.get("url"))) or own_doi or link(told)
    return {
        **_titles(attributes),
        **_descriptions(attributes),
        **_subjects(attributes),
        "identifier": name,
        "otherIdentifier": [*_other_identifiers(attributes, but=name)],
        "landingPage": page,
        **_people(attributes),
        **_history(attributes),
        **_relations(attributes),
        **counts(texts(attributes.get("sizes"))),
        "country": [*_places(vocabularies, attributes)],
        "language": [*filter(None, [language(vocabularies, text(attributes.get("language")))])],
        **_access(vocabularies, attributes, page),
    }


def types(attributes: Attributes) -> tuple[str, ...]:
    """The general type of the resource, and none where it has none."""
    return tuple(filter(None, [text(node(attributes.get("types")).get("resourceTypeGeneral"))]))


def _spoken(pairs: Iterable[tuple[str, str]]) -> dict[str, Given]:
    """Words by language from pairs of both."""
    found: dict[str, list[Given]] = {}
    for tongue, words in pairs:
        if words:
            found.setdefault(tongue, []).append(words)
    return {**found}


def _titles(attributes: Attributes) -> Mapping[str, Given]:
    main: list[tuple[str, str]] = []
    other: list[tuple[str, str]] = []
    for one in nodes(attributes.get("titles")):
        kind, tongue = text(one.get("titleType")), text(one.get("lang"))
        taken = {known for known, _ in main}
        is_main = not kind or (kind == "TranslatedTitle" and tongue)
        (main if is_main and tongue not in taken else other).append((tongue, text(one.get("title"))))
    return {"title": _spoken(main), "alternative": _spoken(other)}


def _descriptions(attributes: Attributes) -> Mapping[str, Given]:
    by_kind: dict[str, list[tuple[str, str]]] = {}
    for one in nodes(attributes.get("descriptions")):
        told = (text(one.get("lang")), text(one.get("description")))
        by_kind.setdefault(text(one.get("descriptionType")), []).append(told)
    said = next((by_kind[kind] for kind in ("Abstract", "", "Other", "TechnicalInfo") if kind in by_kind), [])
    how = by_kind.get("Methods", [])
    methods: list[Given] = [{"label": {tongue: words}} for tongue, words in how if words]
    return {"description": _spoken(said), "provenance": methods}


def _subjects(attributes: Attributes) -> Mapping[str, Given]:
    words: list[tuple[str, str]] = []
    codes: list[Given] = []
    for one in nodes(attributes.get("subjects")):
        words.append((text(one.get("lang")), text(one.get("subject"))))
        if _CODED.search(text(one.get("subjectScheme"))):
            codes += filter(None, [text(one.get("classificationCode")) or text(one.get("valueUri"))])
    return {"keyword": _spoken(dict.fromkeys(words)), "codeValues": codes}


def _other_identifiers(attributes: Attributes, but: str) -> Iterator[Given]:
    told = [*nodes(attributes.get("identifiers")), *nodes(attributes.get("alternateIdentifiers"))]
    seen = set()
    for one in told:
        notation = text(one.get("identifier")) or text(one.get("alternateIdentifier"))
        if notation and notation not in seen and (not but or but not in (notation, doi(notation))):
            seen.add(notation)
            agency = text(one.get("identifierType")) or text(one.get("alternateIdentifierType"))
            yield {"notation": notation, "schemaAgency": agency}


def _people(attributes: Attributes) -> Mapping[str, Given]:
    by_type: dict[str, list[Attributes]] = {}
    for one in nodes(attributes.get("contributors")):
        by_type.setdefault(text(one.get("contributorType")), []).append(one)
    holders, contacts = (
        next((by_type[kind] for kind in kinds if kind in by_type), []) for kinds in (_HOLDERS, _CONTACTS)
    )
    others: list[Given] = [
        {"agent": _agent(one), "hadRole": _ROLES + _ROLE_OF.get(kind, "contributor")}
        for kind, several in by_type.items()
        if several is not holders and several is not contacts
        for one in several
        if _name(one)
    ]
    return {
        "publisher": _publisher(attributes.get("publisher")),
        "creator": [_agent(one) for one in nodes(attributes.get("creators")) if _name(one)],
        "custodian": [_agent(one) for one in holders if _name(one)],
        "contactPoint": [_contact(one) for one in contacts if _name(one)],
        "attribution": [*others, *_funders(attributes)],
        "generatedBy": [*_projects(attributes)],
    }


def _publisher(value: object) -> Given:
    whole = node(value)
    name = text(value) or text(whole.get("name"))
    id = linked(text(whole.get("publisherIdentifier")), text(whole.get("publisherIdentifierScheme")))
    return {"@id": id, "name": name} if name else None


def _agent(person: Attributes) -> Mapping[str, Given]:
    return {"@id": _identity(person), "name": _name(person)}


def _name(person: Attributes) -> str:
    full = f"{text(person.get('givenName'))} {text(person.get('familyName'))}".strip()
    return text(person.get("name")) or full


def _identity(person: Attributes) -> str:
    named = nodes(person.get("nameIdentifiers"))
    found = (linked(text(one.get("nameIdentifier")), text(one.get("nameIdentifierScheme"))) for one in named)
    return next(filter(None, found), "")


def _contact(person: Attributes) -> Mapping[str, Given]:
    places = [text(one.get("name")) for one in nodes(person.get("affiliation"))]
    return {
        "fn": _name(person),
        "organizationName": [*texts(person.get("affiliation")), *places],
        "hasURL": _identity(person),
    }


def _funders(attributes: Attributes) -> Iterator[Given]:
    told = set()
    for one in nodes(attributes.get("fundingReferences")):
        name = text(one.get("funderName"))
        if name and name not in told:
            told.add(name)
            id = linked(text(one.get("funderIdentifier")), text(one.get("funderIdentifierType")))
            yield {"agent": {"@id": id, "name": name}, "hadRole": _ROLES + "funder"}


def _projects(attributes: Attributes) -> Iterator[Given]:
    for one in nodes(attributes.get("fundingReferences")):
        if title := text(one.get("awardTitle")):
            yield {"@id": link(text(one.get("awardUri"))), "label": title}


def _history(attributes: Attributes) -> Mapping[str, Given]:
    by_type: dict[str, list[str]] = {}
    for one in nodes(attributes.get("dates")):
        by_type.setdefault(text(one.get("dateType")), []).append(text(one.get("date")))
    covered = by_type.get("Coverage") or by_type.get("Collected") or []
    issued = [day(date) for kind in ("Issued", "Available") for date in by_type.get(kind, [])]
    year = day(text(attributes.get("publicationYear")))
    return {
        "issued": next(filter(None, issued), year),
        "modified": max(filter(None, map(day, by_type.get("Updated", []))), default=""),
        "temporal": [span for date in covered if (span := period(date))],
        "version": text(attributes.get("version")),
    }


def _relations(attributes: Attributes) -> Mapping[str, Given]:
    found: dict[str, list[Given]] = {}
    for one in nodes(attributes.get("relatedIdentifiers")):
        there = linked(text(one.get("relatedIdentifier")), text(one.get("relatedIdentifierType")))
        if there:
            field = _FIELD_OF_RELATION.get(text(one.get("relationType")), "relation")
            found.setdefault(field, []).append(there)
    return {**found}


def _places(vocabularies: Vocabularies, attributes: Attributes) -> Iterator[Given]:
    for one in nodes(attributes.get("geoLocations")):
        if place := text(one.get("geoLocationPlace")):
            yield country(vocabularies, place)


def _access(vocabularies: Vocabularies, attributes: Attributes, page: str) -> Mapping[str, Given]:
    statements = [
        (text(one.get("rights")), text(one.get("rightsUri")) or text(one.get("rightsIdentifier")))
        for one in nodes(attributes.get("rightsList"))
    ]
    said = conditions(vocabularies, statements)
    files = [*filter(None, map(link, texts(attributes.get("contentUrl"))))]
    formats = texts(attributes.get("formats"))
    size = byte_size(texts(attributes.get("sizes")))
    return {
        "accessRights": said.access,
        "distribution": [*distributions(files, page, formats, size, said)],
    }
