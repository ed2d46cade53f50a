"""Small answers of FHIR servers for the tests."""

import json
from collections.abc import Iterable, Mapping

from catalogue.records import Harvested, Incomplete, Record
from tests.harvest.loopback import Reply, Site

BASE = "/fhir"
JSON = {"Content-Type": "application/fhir+json"}

Resource = Mapping[str, object]


def said(resource: object) -> Reply:
    return Reply(json.dumps(resource).encode(), headers=JSON)


def statement(
    *types: str, version: str = "4.0.1", parameters: Iterable[str] = (), history: bool = False, **more: object
) -> Reply:
    """A CapabilityStatement; every type has these search parameters."""
    codes = ["read", "search-type", *(["history-type"] if history else [])]
    resource = [
        {
            "type": type,
            "searchParam": [{"name": name} for name in parameters],
            "interaction": [{"code": code} for code in codes],
        }
        for type in types
    ]
    rest = [{"mode": "server", "resource": resource}]
    return said({"resourceType": "CapabilityStatement", "fhirVersion": version, "rest": rest, **more})


def library(id: str, **more: object) -> Resource:
    return {"resourceType": "Library", "id": id, "status": "active", "title": id, **more}


def bundle(*resources: Resource, then: str = "", total: int | None = None, **more: object) -> Reply:
    """A page of a search; `then` is the link to the next page."""
    found: dict[str, object] = {"resourceType": "Bundle", "type": "searchset", **more}
    if total is not None:
        found["total"] = total
    if then:
        found["link"] = [{"relation": "next", "url": then}]
    return said({**found, "entry": [{"resource": one} for one in resources]})


def serving(site: Site, *types: str, **more: object) -> str:
    """Give the site a statement and return the address of its base."""
    site.pages[f"{BASE}/metadata"] = statement(*types, **more)  # type: ignore[arg-type]
    return site.url + BASE


def listing(type: str = "Library", size: int = 100) -> str:
    return f"{BASE}/{type}?_count={size}"


def ids(items: Iterable[Harvested]) -> list[str]:
    """The ids of the records that stand for resources, in order."""
    found = [item.subject.value for item in items if isinstance(item, Record)]
    return [one.rpartition("/")[2] for one in found if not one.endswith(("/fhir", "/metadata", "#data"))]


def lacks(items: Iterable[Harvested]) -> list[str]:
    return [item.reason for item in items if isinstance(item, Incomplete)]


def record(items: Iterable[Harvested], end: str) -> Record:
    """The record whose IRI ends so."""
    found = [item for item in items if isinstance(item, Record)]
    return next(item for item in found if item.subject.value.endswith(end))


def values(record: Record, name: str) -> list[str]:
    """The values of all properties with this local name, anywhere in a record."""
    named = [t for t in record.triples if t.predicate.value.replace("#", "/").endswith(f"/{name}")]
    return [getattr(t.object, "value", "") for t in named]
