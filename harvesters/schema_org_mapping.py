"""A Dataset or DataCatalog of schema.org as values of the field table.

https://schema.org/Dataset; what is read of each property is told in docs/sources/schema-org.md.
"""

import re
from typing import Final

from catalogue.drafting import Given, is_iri
from harvesters.iris import doi
from harvesters.linked_json import Json, Thing
from harvesters.schema_org_coverage import date, periods, places
from harvesters.schema_org_files import access_right, distributions, licence, reached
from harvesters.schema_org_people import agents, contacts
from harvesters.schema_org_words import (
    address,
    link,
    links,
    many,
    mentioned,
    nodes,
    sound,
    spoken,
    text,
    texts,
    types,
    without_empty,
)
from ontologies.vocabularies import Vocabularies

_FUNDER: Final = "http://id.loc.gov/vocabulary/relators/fnd"
_CONTRIBUTOR: Final = "http://id.loc.gov/vocabulary/relators/ctb"
_CONDITIONS: Final = frozenset({"MedicalCondition", "Disease", "DiseaseOrCondition", "MedicalEntity"})
_COUNT: Final = re.compile(
    r"(\d{1,3}(?:[ .,'\u00a0\u202f]\d{3})+|\d+)(?:\.0+)?\s+([A-Za-z-]+)(?:\s+([A-Za-z]+))?.*", re.S
)
_MANIFOLD: Final = frozenset("thousand million billion k m".split())
_PEOPLE: Final = frozenset(
    "participants patients individuals people persons person subjects women men children adults donors "
    "cases members".split()
)
_ROWS: Final = frozenset("records record rows observations visits encounters samples scans images".split())


def dataset_values(dataset: Thing, page: str, vocabularies: Vocabularies) -> dict[str, Given]:
    """What a Dataset that is described on `page` says; pages are also those that it is reached at."""
    language = text(dataset.get("@language"))
    identifier, others = identifiers(dataset)
    publisher = dataset.get("publisher") or dataset.get("provider") or dataset.get("sourceOrganization")
    return without_empty(
        {
            "title": spoken(dataset.get("name") or dataset.get("headline"), language),
            "alternative": _all_spoken(dataset.get("alternateName"), language),
            "description": spoken(dataset.get("description") or dataset.get("abstract"), language),
            "keyword": _keywords(dataset),
            **_topics(dataset, vocabularies),
            "identifier": identifier,
            "otherIdentifier": [{"notation": one} for one in others],
            "landingPage": reached(dataset.get("url"), page) or page,
            **_size(dataset),
            "country": places(dataset, vocabularies),
            "temporal": periods(dataset.get("temporalCoverage") or dataset.get("temporal")),
            "variables": _variables(dataset),
            "language": _languages(dataset.get("inLanguage")),
            "distribution": distributions(dataset, page, vocabularies),
            "generatedBy": [{"label": one} for one in texts(dataset.get("measurementTechnique"))],
            "accessRights": access_right(dataset, vocabularies),
            "contactPoint": contacts(
                dataset.get("contactPoint"), dataset.get("maintainer"), publisher, dataset.get("creator")
            )[:3],
            "publisher": agents(publisher, "publisher")[:1],
            "creator": agents([*many(dataset.get("creator")), *many(dataset.get("author"))], "creator"),
            "attribution": [
                *_roles(dataset, ("funder", "sponsor"), _FUNDER),
                *_roles(dataset, ("contributor",), _CONTRIBUTOR),
            ],
            "page": list(links(dataset.get("usageInfo"))),
            "isReferencedBy": _citations(dataset),
            "relation": related(dataset),
            "source": list(links([*many(dataset.get("isBasedOn")), *many(dataset.get("isBasedOnUrl"))])),
            **_history(dataset),
        }
    )


def catalogue_values(catalogue: Thing, page: str, vocabularies: Vocabularies) -> dict[str, Given]:
    """What a DataCatalog says of itself; `page` is its home page where it tells none."""
    language = text(catalogue.get("@language"))
    publisher = catalogue.get("publisher") or catalogue.get("provider") or catalogue.get("creator")
    return without_empty(
        {
            "title": spoken(catalogue.get("name"), language),
            "description": spoken(catalogue.get("description"), language),
            "keyword": _keywords(catalogue),
            "identifier": identifiers(catalogue)[0],
            "publisher": agents(publisher, "publisher")[:1],
            "language": _languages(catalogue.get("inLanguage")),
            "homepage": reached(catalogue.get("url"), page) or page,
            "license": licence(catalogue.get("license"), vocabularies),
            "issued": date(catalogue.get("datePublished")),
            "modified": date(catalogue.get("dateModified")),
        }
    )


def identifiers(thing: Thing) -> tuple[str, list[str]]:
    """The identifier, a DOI where there is one, and the others that it has and is the same as."""
    found: list[str] = []
    for one in many(thing.get("identifier")):
        words = _identifier(one) if isinstance(one, dict) else text(one)
        found.append(doi(words) or words)
    same = [*texts(thing.get("@id")), *links(thing.get("sameAs"))]
    found.extend(doi(one) or one for one in same if is_iri(one))
    every = list(dict.fromkeys(filter(None, found)))
    first = next((one for one in every if one.startswith("https://doi.org/")), "") or next(iter(every), "")
    return first, [one for one in every if one != first]


def related(thing: Thing) -> list[Given]:
    """The addresses of its parts and of what it is a part of."""
    parts = [*many(thing.get("hasPart")), *many(thing.get("isPartOf")), *many(thing.get("isRelatedTo"))]
    return list(dict.fromkeys(links(parts)))


def _identifier(value: Thing) -> str:
    """A PropertyValue: its value, with the scheme of its own where it is no address."""
    words = text(value.get("value")) or text(value.get("url")) or text(value.get("@id")) or text(value)
    scheme = text(value.get("propertyID")).lower().rpartition("/")[2]
    return f"https://doi.org/{words}" if scheme == "doi" and words.startswith("10.") else words


def _all_spoken(value: Json, language: str) -> dict[str, Given]:
    found: dict[str, list[Given]] = {}
    for one in many(value):
        for tongue, words in spoken(one, language).items():
            found.setdefault(tongue, []).append(words)
    return dict(found)


def _keywords(thing: Thing) -> list[Given]:
    """Keywords one by one; those in one text are parted by its commas or semicolons."""
    found = list(texts(thing.get("keywords")))
    if len(found) == 1:
        found = re.split(r"[;\n]" if ";" in found[0] else r"[,\n]", found[0])
    found.extend(text(one.get("name")) for one in _conditions(thing))
    found.extend(words for one in many(thing.get("about")) if not address(words := text(one)))
    unlike: dict[str, Given] = {}
    for word in filter(None, map(str.strip, found)):
        unlike.setdefault(word.casefold(), word)
    return list(unlike.values())


def _conditions(thing: Thing) -> list[Thing]:
    """The diseases that a dataset is about."""
    about = [one for one in nodes(thing.get("about")) if types(one) & _CONDITIONS or "code" in one]
    audience = [one for each in nodes(thing.get("audience")) for one in nodes(each.get("healthCondition"))]
    return [*nodes(thing.get("healthCondition")), *about, *audience]


def _topics(thing: Thing, vocabularies: Vocabularies) -> dict[str, Given]:
    """Themes by the words of the vocabulary, and the codes of the diseases."""
    codes: list[str] = []
    systems: list[str] = []
    for condition in _conditions(thing):
        for code in many(condition.get("code")):
            codes.append(text(code.get("codeValue")) if isinstance(code, dict) else text(code))
            name = text(code.get("codingSystem")) if isinstance(code, dict) else ""
            if known := vocabularies.concept("coding-system", name):
                systems.append(known.iri)
    themes = [vocabularies.concept("health-theme", str(word)) for word in _keywords(thing)]
    programmes = [vocabularies.concept("programme", word) for word in texts(thing.get("isPartOf"))]
    return {
        "healthTheme": list(dict.fromkeys(one.iri for one in themes if one)),
        "programme": list(dict.fromkeys(one.iri for one in programmes if one)),
        "codingSystem": list(dict.fromkeys(systems)),
        "codeValues": list(dict.fromkeys(filter(None, codes))),
    }


def _size(thing: Thing) -> dict[str, Given]:
    """How many persons and records, where the size says of what it is one."""
    found: dict[str, Given] = {}
    for one in many(thing.get("size")):
        words = text(one)
        if isinstance(one, dict) and "unitText" in one:
            words = f"{text(one.get('value'))} {text(one.get('unitText'))}"
        parts = _COUNT.fullmatch(words[:200])
        units = {unit.lower() for unit in parts.groups()[1:] if unit} if parts else set()
        if parts is None or units & _MANIFOLD:
            continue
        number = int(re.sub(r"\D", "", parts[1])[:15])
        if units & _PEOPLE:
            found.setdefault("persons", number)
        elif units & _ROWS:
            found.setdefault("records", number)
    return found


def _variables(thing: Thing) -> list[Given]:
    columns = [_column(one) for one in many(thing.get("variableMeasured"))]
    named: list[Given] = [one for one in columns if one]
    title = spoken(thing.get("name"), text(thing.get("@language")))
    return [{"title": title, "table": [{"title": title, "column": named}]}] if named else []


def _column(value: Json) -> dict[str, Given]:
    if not isinstance(value, dict):
        words = text(value)
        return {"columnName": words, "columnTitle": words} if words else {}
    name = text(value.get("name")) or text(value)
    unit = text(value.get("unitText")) or text(value.get("unitCode"))
    column = {
        "columnName": name,
        "columnTitle": text(value.get("alternateName")) or name,
        "description": text(value.get("description")),
        "unit": "" if address(unit) else unit,
        "propertyUrl": link(value.get("propertyID")) or link(value.get("measuredProperty")),
    }
    return without_empty(column) if name else {}


def _languages(value: Json) -> list[Given]:
    """Languages by their codes where they are told, else by name."""
    found: list[Given] = []
    for one in many(value):
        codes = [one.get("alternateName"), one.get("identifier")] if isinstance(one, dict) else []
        found.append(sound(next(filter(None, map(text, [*codes, one])), "")))
    return found


def _roles(thing: Thing, names: tuple[str, ...], role: str) -> list[Given]:
    """Agents of other roles, also those of a grant (`funding`)."""
    found = [agent for name in names for agent in agents(thing.get(name), name)]
    if role == _FUNDER:
        grants = nodes(thing.get("funding"))
        found.extend(agent for grant in grants for agent in agents(grant.get("funder"), "funder"))
    unlike = {str(agent): agent for agent in reversed(found)}
    return [{"agent": agent, "hadRole": role} for agent in reversed(unlike.values())]


def _citations(thing: Thing) -> list[Given]:
    """Publications by their addresses, else in the words that they are cited by."""
    found: list[str] = []
    for one in many(thing.get("citation")):
        ids = identifiers(one)[0] if isinstance(one, dict) else ""
        words = text(one)
        found.append(address(ids) or link(one) or mentioned(words) or sound(words))
    return list(dict.fromkeys(filter(None, found)))


def _history(thing: Thing) -> dict[str, Given]:
    return {
        "issued": date(thing.get("datePublished")) or date(thing.get("dateCreated")),
        "modified": date(thing.get("dateModified")),
        "version": text(thing.get("version")),
    }
