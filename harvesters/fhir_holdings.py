"""What a FHIR server is and holds: its catalogue, its service, and its data as one dataset in numbers."""

import logging
from collections.abc import Mapping
from typing import Final

import httpx

from catalogue.errors import CatalogueError, Refused, Unavailable
from harvesters.fhir_bounds import COUNTED
from harvesters.fhir_elements import Values, contacts, countries, harmless, labelled, paragraphs, spoken
from harvesters.fhir_server import Capability, Server
from harvesters.json_values import first, node, nodes, shortened, text
from harvesters.statuses import is_final
from ontologies.vocabularies import Vocabularies

log = logging.getLogger(__name__)

_TITLE_LENGTH: Final = 200


def counts(server: Server, smallest: int) -> Mapping[str, int]:
    """How many resources of each type of health data there are, where that is `smallest` or more.

    Nothing when there are fewer patients, or nobody knows how many, for then all other numbers may be
    about a few. Raises Unavailable when the number of patients cannot be had for now.
    """
    found: dict[str, int] = {}
    for type in COUNTED:
        if type not in server.capability.types:
            continue
        try:
            number = server.count(type)
        except Refused as error:
            log.warning("no numbers are taken from this server: %s", error)
            return {}
        except CatalogueError as error:
            if type == "Patient" and isinstance(error, Unavailable) and not is_final(error):
                raise
            log.warning("the number of %s is not known: %s", type, error)
            number = None
        if number is not None and number >= smallest:
            found[type] = number
        elif type == "Patient":
            log.info("the number of patients is not provided, so no other number is asked for")
            return {}
    log.info("numbers of %s types of resource, without reading any", len(found))
    return found


def catalogue(capability: Capability, base: str, vocabularies: Vocabularies) -> Values:
    """The server as the catalogue of what it describes."""
    implementation = node(capability.statement.get("implementation"))
    return {
        **_named(capability, base),
        "publisher": _publisher(capability),
        "country": countries(vocabularies, capability.statement.get("jurisdiction")),
        "homepage": harmless(implementation.get("url")) or base,
        "modified": text(capability.statement.get("date")),
    }


def service(capability: Capability, base: str, holdings: str) -> Values:
    """The interface of the server; `holdings` is the dataset behind it, if there is one."""
    software = node(capability.statement.get("software"))
    kept = sorted(type for type in capability.types if type)
    made = " ".join(filter(None, (text(software.get("name")), text(software.get("version")))))
    return {
        "title": spoken(capability.statement, f"FHIR interface of {title(capability, base)}"),
        "description": paragraphs(
            f"An HL7 FHIR interface, version {capability.version or 'not told'}.",
            labelled("Software", [made] if made else []),
            labelled("Types of resource", kept),
        ),
        "keyword": ["HL7 FHIR"],
        "endpointURL": base,
        "endpointDescription": f"{base}/metadata",
        "servesDataset": holdings,
        "publisher": _publisher(capability),
        "contactPoint": contacts(capability.statement),
        "accessRights": _access(capability),
    }


def holdings(
    capability: Capability,
    base: str,
    numbers: Mapping[str, int],
    interface: str,
    vocabularies: Vocabularies,
) -> Values:
    """What the server holds, in numbers alone."""
    others = {type: number for type, number in sorted(numbers.items()) if type != "Patient"}
    persons = numbers.get("Patient")
    return {
        "title": spoken(capability.statement, f"Health records held by {title(capability, base)}"),
        "description": paragraphs(
            text(capability.statement.get("description")),
            "The numbers were told by the server; no record of a patient was read.",
            labelled("Patients", [f"{persons:,}"] if persons else []),
            labelled("Resources", (f"{type} {number:,}" for type, number in others.items())),
        ),
        "country": countries(vocabularies, capability.statement.get("jurisdiction")),
        "theme": ["HEAL"],
        "type": ["PERSONAL_DATA"],
        "personalData": ["HealthRecord"],
        "structured": True,
        "standard": ["FHIR"],
        "persons": persons,
        "records": sum(others.values()) or None,
        "publisher": _publisher(capability),
        "contactPoint": contacts(capability.statement),
        "accessRights": _access(capability),
        "distribution": [{"accessURL": base, "accessService": interface}],
    }


def _named(capability: Capability, base: str) -> Values:
    return {
        "title": spoken(capability.statement, title(capability, base)),
        "description": spoken(capability.statement, text(capability.statement.get("description"))),
    }


def title(capability: Capability, base: str) -> str:
    """The name of the server: what its operator calls it, else its software, else its host."""
    statement = capability.statement
    name = first(
        node(statement.get("implementation")).get("description"),
        statement.get("title"),
        statement.get("name"),
        node(statement.get("software")).get("name"),
        httpx.URL(base).host,
    )
    return shortened(name.split("\n")[0], _TITLE_LENGTH)


def _publisher(capability: Capability) -> Values:
    name = text(capability.statement.get("publisher"))
    return {"name": name} if name else {}


def _access(capability: Capability) -> str:
    """Restricted, where the server says that people must sign in."""
    rules = [node(rest.get("security")) for rest in nodes(capability.statement.get("rest"))]
    return "RESTRICTED" if any(nodes(one.get("service")) for one in rules) else ""
