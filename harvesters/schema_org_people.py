"""Persons and organisations of schema.org as agents and contacts of the field table."""

import re
from collections.abc import Iterator
from typing import Final

from catalogue.drafting import IRI, Given
from harvesters.linked_json import Json, Thing
from harvesters.schema_org_words import (
    address,
    link,
    links,
    many,
    nodes,
    spoken,
    text,
    texts,
    types,
    without_empty,
)

_ORCID: Final = re.compile(
    r"(?:https?://(?:www\.)?orcid\.org/|orcid:\s*)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?", re.I
)
_ROR: Final = re.compile(r"(?:https?://)?(?:www\.)?ror\.org/(0[a-z0-9]{8})/?", re.I)
_EMAIL: Final = re.compile(r"(?:mailto:)?([^\s@<>:/]+@[^\s@<>/?]+\.[^\s@<>/?]+)(?:\?.*)?", re.I)
_LONGEST: Final = 500


def agents(value: Json, role: str) -> list[Given]:
    """The agents that the values of the property `role` name, each once."""
    found: dict[str, Given] = {}
    for one in many(value):
        for holder in _within_role(one, role):
            agent = _agent(holder) if isinstance(holder, dict) else _called(text(holder))
            if agent:
                found.setdefault(str(agent), agent)
    return list(found.values())


def contacts(*values: Json) -> list[Given]:
    """How to reach those whom the values name, as far as they tell."""
    found: dict[str, Given] = {}
    for party in (node for value in values for node in nodes(value)):
        points = [*nodes(party.get("contactPoint")), *nodes(party.get("contactPoints"))]
        for point in points or [party]:
            if contact := _contact(point, party):
                found.setdefault(str(contact), contact)
    return list(found.values())


def identity(thing: Thing) -> str:
    """The ROR or ORCID of an agent as an IRI, else the IRI that it is called by; "" when it has none."""
    named = [*texts(thing.get("@id")), *texts(thing.get("url"))]
    for value in (thing.get("identifier"), thing.get("sameAs")):
        named.extend(part for one in many(value) for part in _spellings(one))
    for words in named:
        if found := _ORCID.fullmatch(words):
            return f"https://orcid.org/{found[1].upper()}"
        if found := _ROR.fullmatch(words):
            return f"https://ror.org/{found[1].lower()}"
    return address(text(thing.get("@id")))


def email(value: Json) -> str:
    """The first address of electronic mail, without its scheme."""
    found = (_EMAIL.fullmatch(words) for words in texts(value) if len(words) <= _LONGEST)
    return next((one[1] for one in found if one), "")


def _within_role(value: Json, role: str) -> list[Json]:
    """What a Role of schema.org stands in front of, which it holds under the name of the property."""
    if isinstance(value, dict) and types(value) & {"Role", "OrganizationRole"} and role in value:
        return many(value[role])
    return [value]


def _agent(thing: Thing) -> dict[str, Given]:
    names = spoken(thing.get("name") or thing.get("legalName"))
    if not names:
        whole = " ".join(filter(None, (text(thing.get("givenName")), text(thing.get("familyName")))))
        names = {"": whole} if whole else {}
    iri = identity(thing)
    values = without_empty(
        {
            "name": names,
            "homepage": next((one for one in links(thing.get("url")) if one != iri), ""),
            "mbox": email(thing.get("email")),
        }
    )
    return {IRI: iri, **values} if iri else values


def _called(words: str) -> dict[str, Given]:
    if iri := address(words):
        return {IRI: iri}
    return {"name": words} if words else {}


def _contact(point: Thing, party: Thing) -> dict[str, Given]:
    reached = without_empty(
        {
            "hasEmail": email(point.get("email")),
            "hasTelephone": text(point.get("telephone")),
            "hasURL": link(point.get("url")) if point is not party else "",
        }
    )
    name = text(point.get("name")) or text(party.get("name"))
    return without_empty({"fn": name, **reached}) if reached else {}


def _spellings(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        for name in ("@id", "url", "value", "@value"):
            yield from texts(value.get(name))
    else:
        yield from texts(value)
