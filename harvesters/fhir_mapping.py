"""Resources that describe data, as values of the field table; None for one that does not.

Both R4 and R5 spellings of an element are read, whatever version the server speaks.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from harvesters.fhir_elements import (
    Context,
    Values,
    ages,
    all_words,
    codes,
    concept_words,
    contacts,
    contexts,
    countries,
    extensions,
    harmless,
    identifiers,
    labelled,
    licence,
    merged,
    paragraphs,
    people,
    period,
    reach,
    related,
    spoken,
    themes,
)
from harvesters.json_values import Node, count, first, many, node, nodes, text, whole

Mapper: TypeAlias = Callable[[Node, Context], Values | None]

UNPUBLISHED: Final = frozenset({"draft", "entered-in-error", "in-review", "disapproved", "withdrawn"})
"""The states in which a resource describes nothing that could be used, or not yet."""

_NOT_DATA: Final = frozenset({"logic-library", "model-definition", "module-definition"})
_SPONSORS: Final = ("sponsor", "lead-sponsor", "primary-sponsor")
_INVESTIGATORS: Final = ("primary-investigator", "principal-investigator", "lead-investigator")
_NO_PHASE: Final = frozenset({"", "n-a", "na", "not applicable"})


def library(resource: Node, context: Context) -> Values | None:
    """A Library that holds data; those of logic and models are none."""
    kinds = {code.lower() for code in codes([resource.get("type")])}
    if kinds & _NOT_DATA:
        return None
    contents = [one for one in nodes(resource.get("content")) if harmless(one.get("url"), context.base)]
    own: Values = {
        "description": spoken(resource, _library_words(resource)),
        "keyword": all_words(resource.get("topic")) + all_words(extensions(resource, "classifier")),
        "healthTheme": themes(context.vocabularies, resource.get("topic"), resource.get("useContext")),
        "temporal": period(resource.get("effectivePeriod")),
        "standard": ["FHIR"] if any("fhir" in text(one.get("contentType")) for one in contents) else [],
        "distribution": _distributions(resource, contents, context),
    }
    return merged(own, _canonical(resource, context), _variables(resource, context))


def study(resource: Node, context: Context) -> Values | None:
    """A ResearchStudy: a registry, cohort or trial."""
    parties = nodes(resource.get("associatedParty"))
    sponsor = node(resource.get("sponsor")) or _party(parties, _SPONSORS)
    investigator = node(resource.get("principalInvestigator")) or _party(parties, _INVESTIGATORS)
    recruitment = node(resource.get("recruitment"))
    rights = licence(resource, context.vocabularies)
    own: Values = {
        "description": spoken(resource, _study_words(resource, recruitment)),
        "keyword": [
            *all_words(resource.get("condition")),
            *all_words(resource.get("keyword")),
            *all_words(resource.get("focus")),
            *all_words(extensions(resource, "classifier")),
        ],
        "healthTheme": themes(
            context.vocabularies, *(resource.get(name) for name in ("condition", "keyword", "focus"))
        ),
        "codeValues": codes(resource.get("condition")),
        "persons": count(recruitment.get("actualNumber")),
        "temporal": period(resource.get("period")),
        "country": countries(
            context.vocabularies, many(resource.get("location")) + many(resource.get("region"))
        ),
        "publisher": context.agent(sponsor, resource),
        "creator": people(investigator),
        "alternative": [text(one.get("value")) for one in nodes(resource.get("label"))],
        "issued": text(resource.get("date")),
        "distribution": [{"accessURL": context.address(resource), **rights}] if rights else [],
        **_activity(resource),
    }
    usage = [node(one) for one in extensions(resource, "researchStudy-context")]
    return merged(own, _canonical(resource, context, usage), _variables(resource, context))


def citation(resource: Node, context: Context) -> Values | None:
    """A Citation of a dataset; those of articles are none."""
    cited = node(resource.get("citedArtifact"))
    if not _cites_data(resource, cited):
        return None
    forms = nodes(cited.get("publicationForm"))
    publishers = [node(node(one.get("publishedIn")).get("publisher")) for one in forms]
    pages = [harmless(one.get("url"), context.base) for one in nodes(cited.get("webLocation"))]
    publisher = next((one for one in publishers if one), {})
    own: Values = {
        "title": spoken(resource, first(*(one.get("text") for one in nodes(cited.get("title"))))),
        "description": spoken(
            resource,
            paragraphs(
                *(text(one.get("text")) for one in nodes(cited.get("abstract"))),
                text(resource.get("description")),
            ),
        ),
        "publisher": context.agent(publisher, resource),
        "creator": _contributors(cited),
        "issued": first(*(one.get("articleDate") for one in forms)),
        "landingPage": next(filter(None, pages), ""),
        "keyword": [
            word for one in nodes(cited.get("classification")) for word in all_words(one.get("classifier"))
        ],
    }
    ids = identifiers({}, and_more=cited.get("identifier"))
    return merged(own, ids, _canonical(resource, context))


def group(resource: Node, context: Context) -> Values | None:
    """A Group that defines a population; an actual group of people is none and its members are not read."""
    if not is_definition(resource) or text(resource.get("type")) not in ("person", ""):
        return None
    own: Values = {
        "description": spoken(
            resource, paragraphs(text(resource.get("description")), text(resource.get("purpose")))
        ),
        "populationCoverage": spoken(resource, "; ".join(_characteristics(resource))),
        "persons": count(resource.get("quantity")),
        **_typical_ages(resource),
        "publisher": context.agent(node(resource.get("managingEntity")), resource),
    }
    return merged(own, _canonical(resource, context))


def is_definition(resource: Node) -> bool:
    """Whether a Group is a definition, by R4 (`actual`) and R5 (`membership`) alike."""
    membership = text(resource.get("membership"))
    if "member" in resource:
        return False
    return membership in ("definitional", "conceptual") or (
        not membership and resource.get("actual") is False
    )


def endpoint(resource: Node, context: Context) -> Values | None:
    """An Endpoint in use."""
    address = harmless(resource.get("address"), context.base)
    if text(resource.get("status")) not in ("active", "limited", "") or not address:
        return None
    protocol = ", ".join(all_words(resource.get("connectionType")))
    name = first(resource.get("name"), protocol, address)
    contact = reach(resource.get("contact"))
    return {
        "title": spoken(resource, name),
        "description": spoken(
            resource, paragraphs(text(resource.get("description")), labelled("Protocol", [protocol]))
        ),
        "endpointURL": address,
        "publisher": context.agent(node(resource.get("managingOrganization")), resource),
        "contactPoint": [contact] if contact else [],
        **{name: value for name, value in identifiers(resource).items() if name == "identifier"},
    }


def measure(resource: Node, context: Context) -> Values:
    """A Measure, for the records of what is reported on it."""
    words = paragraphs(text(resource.get("description")), text(resource.get("purpose")))
    own: Values = {
        "description": spoken(resource, words),
        "keyword": all_words(resource.get("topic")),
        "healthTheme": themes(context.vocabularies, resource.get("topic")),
    }
    return merged(own, _canonical(resource, context))


MAPPERS: Final[Mapping[str, tuple[str, Mapper]]] = {
    "Library": ("dataset", library),
    "ResearchStudy": ("dataset", study),
    "Citation": ("dataset", citation),
    "Group": ("dataset", group),
    "Endpoint": ("service", endpoint),
}
"""The kind of record and the mapper of each type of which every resource is a record."""


def _canonical(resource: Node, context: Context, usage: list[Node] | None = None) -> Values:
    """What all of them have in common, as far as it is given."""
    title = first(resource.get("title"), resource.get("name"), resource.get("id"))
    others = [text(resource.get(name)) for name in ("subtitle", "shortTitle", "name")]
    publisher = text(resource.get("publisher"))
    return merged(
        {
            "title": spoken(resource, title),
            "alternative": [one for one in others if one and one != title],
            "theme": ["HEAL"],
            "publisher": {"name": publisher} if publisher else {},
            "creator": people(resource.get("author")),
            "contactPoint": contacts(resource),
            "country": countries(context.vocabularies, resource.get("jurisdiction")),
            "modified": text(resource.get("date")),
            "version": text(resource.get("version")),
            "issued": text(resource.get("approvalDate")),
        },
        identifiers(resource),
        related(resource, context),
        contexts([*nodes(resource.get("useContext")), *(usage or [])], context.vocabularies),
    )


def _variables(resource: Node, context: Context) -> Values:
    columns = context.columns([context.address(resource), text(resource.get("url"))])
    if not columns:
        return {}
    title = first(resource.get("title"), resource.get("name"))
    return {"variables": {"title": title, "table": [{"title": title, "column": [*columns]}]}}


def _library_words(resource: Node) -> str:
    status = text(resource.get("status"))
    return paragraphs(
        text(resource.get("description")).replace("\\r\\n", "\n"),
        text(resource.get("purpose")),
        text(resource.get("usage")),
        "It is no longer maintained." if status == "retired" else "",
    )


def _distributions(resource: Node, contents: list[Node], context: Context) -> list[Values]:
    rights = licence(resource, context.vocabularies)
    found: list[Values] = [
        {
            "title": text(one.get("title")),
            "accessURL": harmless(one.get("url"), context.base),
            "downloadURL": harmless(one.get("url"), context.base),
            "mediaType": text(one.get("contentType")).partition(";")[0],
            "byteSize": whole(one.get("size")),
            "issued": text(one.get("creation")),
            **rights,
        }
        for one in contents
    ]
    return found or ([{"accessURL": context.address(resource), **rights}] if rights else [])


def _study_words(resource: Node, recruitment: Node) -> str:
    objectives = [text(one.get("name")) for one in nodes(resource.get("objective"))]
    sites = [first(one.get("display")) for one in nodes(resource.get("site"))]
    planned = whole(recruitment.get("targetNumber"))
    status = first(resource.get("status"), "").replace("-", " ")
    return paragraphs(
        text(resource.get("descriptionSummary")),
        text(resource.get("description")),
        labelled("Objectives", filter(None, objectives)),
        labelled("Sites", filter(None, sites)),
        f"Planned number of participants: {planned:,}." if planned else "",
        labelled("State of the study", [status] if status else []),
    )


def _activity(resource: Node) -> Values:
    """What kind of study it was, and the health category that follows."""
    phase = concept_words(resource.get("phase"))
    designs = all_words(resource.get("studyDesign")) + all_words(resource.get("category"))
    is_trial = phase.lower() not in _NO_PHASE or any("interventional" in one.lower() for one in designs)
    is_cohort = any(word in one.lower() for one in designs for word in ("cohort", "survey", "registry"))
    purpose = concept_words(resource.get("primaryPurposeType")).replace("-", " ")
    words = [*designs, phase.replace("-", " ") if phase.lower() not in _NO_PHASE else "", purpose]
    values: Values = {}
    if any(words) or is_trial:
        kind = "CLINICAL_TRIAL" if is_trial else "RESEARCH_PROJECT"
        values["generatedBy"] = [{"label": ", ".join(filter(None, words)), "type": kind}]
    if is_trial or is_cohort:
        values["healthCategory"] = ["EHCT" if is_trial else "RQSH"]
    return values


def _party(parties: list[Node], roles: tuple[str, ...]) -> Node:
    """The party of an R5 study in the first of these roles; its name alone where it is no reference."""
    for one in parties:
        if set(roles) & {word.lower() for word in codes([one.get("role")])}:
            return {"display": text(one.get("name")), **node(one.get("party"))}
    return {}


def _cites_data(resource: Node, cited: Node) -> bool:
    """Whether a Citation is that of a dataset: by its profile, its classification or its form."""
    said = [text(one) for one in many(node(resource.get("meta")).get("profile"))]
    for one in nodes(cited.get("classification")):
        said += [*all_words(one.get("classifier")), *codes(one.get("classifier"))]
    for one in nodes(cited.get("publicationForm")):
        said += all_words(one.get("articleType"))
        said.append(concept_words(node(one.get("publishedIn")).get("type")))
    compact = (one.lower().replace(" ", "").replace("-", "") for one in said)
    return any("dataset" in one or "database" in one for one in compact)


def _contributors(cited: Node) -> list[Values]:
    entries = nodes(node(cited.get("contributorship")).get("entry"))
    named = (first(node(one.get("contributor")).get("display"), one.get("collectiveName")) for one in entries)
    return [{"name": name} for name in dict.fromkeys(filter(None, named))]


def _characteristics(resource: Node) -> list[str]:
    found: list[str] = []
    for one in nodes(resource.get("characteristic"))[:100]:
        sign = "not " if one.get("exclude") is True else ""
        value = _characteristic_value(one)
        words = (
            f"{concept_words(one.get('code'))}: {sign}{value}".strip(": ")
            if value
            else (sign + first(one.get("description"), concept_words(one.get("code"))))
        )
        if words:
            found.append(words)
    return found


def _typical_ages(resource: Node) -> Values:
    """The ages of a population whose definition has a characteristic called age."""
    found = [one for one in nodes(resource.get("characteristic")) if one.get("exclude") is not True]
    ranges = [one for one in found if concept_words(one.get("code")).lower() == "age"]
    return ages(node(ranges[0].get("valueRange"))) if ranges else {}


def _characteristic_value(one: Node) -> str:
    if isinstance(one.get("valueBoolean"), bool):
        return "yes" if one["valueBoolean"] else "no"
    quantity, range = node(one.get("valueQuantity")), node(one.get("valueRange"))
    low, high = node(range.get("low")), node(range.get("high"))
    if low or high:
        ends = [f"{word} {_quantity(end)}" for word, end in (("from", low), ("to", high)) if _quantity(end)]
        return " ".join(ends)
    return concept_words(one.get("valueCodeableConcept")) or _quantity(quantity)


def _quantity(value: Node) -> str:
    words = (value.get("comparator"), value.get("value"), first(value.get("unit"), value.get("code")))
    return " ".join(filter(None, map(text, words)))
