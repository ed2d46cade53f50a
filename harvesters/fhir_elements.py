"""The data types of FHIR as values of the field table: concepts, identifiers, contacts, artifacts."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from catalogue.drafting import IRI, Given
from harvesters.fhir_bounds import LISTED, is_id, leads_to_patients
from harvesters.json_values import Node, count, doi, first, node, nodes, shortened, text, texts, web, whole
from ontologies.vocabularies import Vocabularies

Values = dict[str, Given]

EXTENSIONS: Final = "http://hl7.org/fhir/uv/fhir-for-fair/StructureDefinition/"
MOST_WORDS: Final = 100
"""As many keywords, codes and characteristics of one record as are kept."""

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_PEOPLE: Final = re.compile(r"number.of.(patients|participants|subjects|individuals|persons|people)", re.I)
_YEARS: Final = frozenset({"a", "yr", "year", "years", ""})
_RELATIONS: Final = {
    "documentation": "page",
    "citation": "isReferencedBy",
    "cited-by": "isReferencedBy",
    "derived-from": "source",
}
"""The field of a related artifact by its type; all others are related resources."""


def _nobody(reference: Node, contained: Node) -> Values:
    name = text(reference.get("display"))
    return {"name": name} if name else {}


@dataclass(frozen=True, slots=True)
class Context:
    """What the mapping of a resource needs to know of its server.

    `agent` turns a reference to an organisation into the fields of an agent; `columns` gives the
    variables of a dataset by the addresses it goes by.
    """

    base: str
    vocabularies: Vocabularies
    agent: Callable[[Node, Node], Values] = _nobody
    columns: Callable[[Iterable[str]], tuple[Values, ...]] = field(default=lambda names: ())

    def address(self, resource: Node) -> str:
        """Where a resource stands on its server."""
        return f"{self.base}/{text(resource.get('resourceType'))}/{text(resource.get('id'))}"


def harmless(value: object, base: str = "") -> str:
    """An address of the web that leads to nobody's data, be it below the base of the server or not."""
    found = web(value)
    return "" if not found or leads_to_patients(found, base) else found


def spoken(resource: Node, words: str) -> Given:
    """Words in the language of the resource, where it tells that."""
    language = text(resource.get("language"))
    return {language: words} if words and _LANGUAGE.fullmatch(language) else words


def concept_words(value: object) -> str:
    """A CodeableConcept, a Coding or a CodeableReference in words: its text, else displays, else codes."""
    concept = node(value)
    inner = node(concept.get("concept"))
    if inner:
        concept = inner
    codings = nodes(concept.get("coding")) or [concept]
    displays = (text(one.get("display")) for one in codings)
    reference = text(node(node(value).get("reference")).get("display"))
    codes = (text(one.get("code")) for one in codings)
    return first(concept.get("text"), *displays, reference, *codes)


def all_words(values: object) -> list[str]:
    """The words of several concepts, each once."""
    return list(dict.fromkeys(filter(None, map(concept_words, nodes(values)))))[:MOST_WORDS]


def codes(values: object) -> list[str]:
    """The codes of several concepts that are of some terminology."""
    concepts = [node(one.get("concept")) or one for one in nodes(values)]
    codings = [coding for concept in concepts for coding in nodes(concept.get("coding"))]
    found = (text(one.get("code")) for one in codings if text(one.get("system")))
    return list(dict.fromkeys(filter(None, found)))[:MOST_WORDS]


def spellings(value: object) -> list[str]:
    """All that a concept goes by: codes, displays and text."""
    concept = node(node(value).get("concept")) or node(value)
    codings = nodes(concept.get("coding"))
    words = (text(one.get(name)) for name in ("code", "display") for one in codings)
    return list(filter(None, [*words, text(concept.get("text"))]))


def themes(vocabularies: Vocabularies, *values: object) -> list[str]:
    """The health themes among concepts."""
    spelled = (word for value in values for one in nodes(value) for word in spellings(one))
    found = (vocabularies.concept("health-theme", word) for word in spelled)
    return list(dict.fromkeys(one.iri for one in found if one))


def countries(vocabularies: Vocabularies, values: object) -> list[str]:
    """The countries that concepts name; the words of a place that is none."""
    places: dict[str, None] = {}
    for one in nodes(values):
        found = (vocabularies.concept("country", word) for word in spellings(one))
        country = next((concept.iri for concept in found if concept), "")
        places[country or concept_words(one)] = None
    return [place for place in places if place and not place.isdigit()]


def identifiers(resource: Node, *, and_more: object = None) -> Values:
    """The identifiers of a resource: DOIs and addresses first, those of a system apart."""
    plain: dict[str, None] = {}
    others: list[Given] = []
    given = [*nodes(resource.get("identifier")), *nodes(and_more)]
    for one in given:
        value, system = text(one.get("value")), text(one.get("system"))
        if known := doi(value):
            plain[known] = None
        elif value and system in ("", "urn:ietf:rfc:3986"):
            plain[value] = None
        elif value:
            agency = first(node(one.get("assigner")).get("display"), system)
            others.append({"notation": value, "schemaAgency": agency})
    for address in (resource.get("url"), extension(resource, "persistentUrl")):
        if text(address):
            plain[text(address)] = None
    if not plain and others:
        plain = {text(node(others[0]).get("notation")): None}
    doi_page = next((one for one in plain if one.startswith("https://doi.org/")), "")
    return {"identifier": list(plain), "otherIdentifier": others, "landingPage": harmless(doi_page)}


def extension(resource: Node, name: str) -> object:
    """The value of the first fhir-for-fair extension of this name."""
    return next(iter(extensions(resource, name)), None)


def extensions(resource: Node, name: str) -> list[object]:
    """The values of all fhir-for-fair extensions of this name."""
    found = [
        one
        for one in nodes(resource.get("extension"))
        if text(one.get("url")).rpartition("/")[2].lower() == name.lower()
    ]
    return [value for one in found for key, value in one.items() if key.startswith("value")]


def contacts(resource: Node) -> list[Given]:
    """Whom to ask, from ContactDetails."""
    found: list[Given] = []
    for one in nodes(resource.get("contact")):
        reached = reach(one.get("telecom"))
        if reached:
            found.append({"fn": first(one.get("name"), resource.get("publisher")), **reached})
    return found


def reach(telecom: object) -> Values:
    """How somebody is reached, from ContactPoints: the first of each kind."""
    reached: Values = {}
    for one in nodes(telecom):
        value = text(one.get("value"))
        match text(one.get("system")):
            case "email" if value:
                reached.setdefault("hasEmail", value.removeprefix("mailto:"))
            case "url" if web(value):
                reached.setdefault("hasURL", web(value))
            case "phone" if value:
                reached.setdefault("hasTelephone", value)
    return reached


def people(values: object) -> list[Given]:
    """Authors and others, from ContactDetails, ContactPoints or references with a name."""
    named = (
        first(one.get("name"), one.get("display"), node(one.get("party")).get("display"))
        for one in nodes(values)
    )
    return [{"name": name} for name in dict.fromkeys(filter(None, named))]


def period(value: object) -> list[Given]:
    """A period that has a beginning or an end."""
    found = [
        {"startDate": text(one.get("start")), "endDate": text(one.get("end"))}
        for one in nodes(value)
        if text(one.get("start")) or text(one.get("end"))
    ]
    return [*found]


def related(resource: Node, context: Context) -> Values:
    """The related artifacts by field, without those that are single patients' data."""
    found: dict[str, dict[str, None]] = {}
    further = [node(one) for one in extensions(resource, "library-relatedContent")]
    for one in [*nodes(resource.get("relatedArtifact")), *further]:
        target = next(_targets(one, context), "")
        if target and target != context.address(resource):
            name = _RELATIONS.get(text(one.get("type")), "relation")
            found.setdefault(name, {})[target] = None
    return {name: list(targets) for name, targets in found.items()}


def _targets(artifact: Node, context: Context) -> Iterator[str]:
    document = node(artifact.get("document"))
    references = [artifact.get("resourceReference"), extension(artifact, "relatedArtifactResourceReference")]
    candidates = [
        artifact.get("url"),
        document.get("url"),
        artifact.get("resource"),
        *(node(one).get("reference") for one in references),
    ]
    for candidate in candidates:
        written = text(candidate).partition("|")[0]
        type, _, id = written.partition("/")
        own = f"{context.base}/{type}/{id}" if type in LISTED and is_id(id) else ""
        target = own or harmless(written, context.base)
        if target:
            yield target


def contexts(values: Iterable[Node], vocabularies: Vocabularies) -> Values:
    """UsageContexts: keywords, the number of people, their age, and where it applies."""
    keywords: dict[str, None] = {}
    population: dict[str, None] = {}
    found: Values = {}
    for one in values:
        code = node(one.get("code"))
        names = f"{text(code.get('code'))} {text(code.get('display'))}"
        quantity = node(one.get("valueQuantity"))
        if _PEOPLE.search(names) and (persons := count(quantity.get("value"))) is not None:
            found["persons"] = persons
        found.update(ages(node(one.get("valueRange"))) if "age" in names.lower().split() else {})
        words = concept_words(one.get("valueCodeableConcept"))
        if words and text(code.get("code")) in ("gender", "age", "species"):
            population[words] = None
        if words:
            keywords[words] = None
    found["keyword"] = list(keywords)[:MOST_WORDS]
    found["populationCoverage"] = "; ".join(population)
    return found


def ages(range: Node) -> Values:
    """The ends of a range of ages in years."""
    found: Values = {}
    for name, end in (("minAge", "low"), ("maxAge", "high")):
        quantity = node(range.get(end))
        unit = first(quantity.get("code"), quantity.get("unit")).lower()
        if unit in _YEARS and (years := whole(quantity.get("value"))) is not None and years <= 150:
            found[name] = years
    return found


def licence(resource: Node, vocabularies: Vocabularies) -> Values:
    """What the resource says of licence and copyright, in the fields of a distribution."""
    given = [node(one) or one for one in extensions(resource, "license") + extensions(resource, "licence")]
    spelled = [word for one in given for word in (spellings(one) if isinstance(one, dict) else texts(one))]
    found = next((one for one in (vocabularies.concept("licence", word) for word in spelled) if one), None)
    copyright = first(
        resource.get("copyright"), extension(resource, "copyright"), resource.get("copyrightLabel")
    )
    values: Values = {}
    if found:
        values["license"] = {IRI: found.iri}
    elif spelled:
        values["license"] = {"label": spelled[-1]}
    if copyright:
        values["rights"] = {"label": shortened(copyright, 2_000)}
    return values


def paragraphs(*parts: str) -> str:
    """The parts that are not empty, each once, with an empty line between them."""
    return "\n\n".join(dict.fromkeys(filter(None, parts)))


def labelled(label: str, words: Iterable[str]) -> str:
    """A sentence of a label and several words; nothing without them."""
    listed = ", ".join(words)
    return f"{label}: {listed}." if listed else ""


def merged(*values: Mapping[str, Given]) -> Values:
    """The fields of all; lists of one field are joined, of other values the first stands."""
    found: Values = {}
    for one in values:
        for name, given in one.items():
            standing = found.get(name)
            if isinstance(standing, list) and isinstance(given, list):
                found[name] = list({repr(one): one for one in (*standing, *given)}.values())
            elif standing in (None, "", [], {}):
                found[name] = given
    return found
