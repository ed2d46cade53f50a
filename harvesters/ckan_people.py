"""The people and organisations of a dataset of CKAN."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from catalogue.drafting import IRI, Given
from harvesters.json_values import first, many, node, spoken, text, web, word, words

Package = Mapping[str, object]
"""A dataset as CKAN tells it, or one of its resources."""

_MEMBERS: Final = ("uri", "identifier", "name", "type", "url", "homepage", "email")
"""What an agent or a contact point may tell."""

_SPREAD: Final = {
    name: {member: f"{name}_{member}" for member in _MEMBERS}
    for name in ("creator", "publisher", "hdab", "custodian", "contact")
}
"""Where its members stand when they are extras of their own, such as contact_email."""


def people(own: Package, base: str) -> dict[str, Given]:
    """Who made, publishes, holds and answers for a dataset, by the names of our fields."""
    author = {"name": text(own.get("author")), "mbox": text(own.get("author_email"))}
    creators = [_agent(one) for one in many(own.get("creator"))] or [_agent(_spread(own, "creator"))]
    return {
        "publisher": _publisher(own, base),
        "creator": creators if any(creators) else [author],
        "hdab": _agents(own, "hdab")[:1],
        "custodian": _agents(own, "custodian")[:1],
        "attribution": [_attribution(one) for one in many(own.get("qualified_attribution"))],
        "contactPoint": _contacts(own),
    }


def called(organisation: object) -> str:
    """What a group or organisation is called, its title before its name in addresses."""
    own = node(organisation)
    return first(*(word(own.get(name)) for name in ("title", "display_name", "name"))) or text(organisation)


def _publisher(own: Package, base: str) -> Given:
    """Who publishes a dataset: by what it says itself, else the organisation that it belongs to."""
    about = {
        "type": first(*words(own.get("publisher_type"))),
        "description": spoken(own.get("publisher_note")),
    }
    for told in _agents(own, "publisher"):
        if isinstance(told, dict) and told:
            return {**about, **{name: said for name, said in told.items() if said}}
    organisation = node(own.get("organization"))
    key = text(organisation.get("id"))
    name = called(organisation)
    if not name:
        return None
    return {**about, IRI: f"{base}/organization/{quote(key, safe='')}" if key else "", "name": name}


def _agents(own: Package, name: str) -> list[Given]:
    """Agents in a list of objects, or in fields of their own such as publisher_name."""
    listed = [_agent(one) for one in many(own.get(name))]
    return [one for one in listed if one] or [_agent(_spread(own, name))]


def _spread(own: Package, name: str) -> dict[str, object]:
    return {member: own[place] for member, place in _SPREAD[name].items() if place in own}


def _agent(value: object) -> Mapping[str, Given]:
    if not value:
        return {}
    if not isinstance(value, dict):
        iri = web(value)
        return {IRI: iri} if iri else _told({"name": text(value)})
    return _told(
        {
            IRI: web(value.get("uri")) or web(value.get("identifier")),
            "name": word(value.get("name")),
            "type": word(value.get("type")),
            "homepage": web(value.get("url")) or web(value.get("homepage")),
            "mbox": text(value.get("email")).removeprefix("mailto:"),
        }
    )


def _told(said: Mapping[str, Given]) -> Mapping[str, Given]:
    return {name: one for name, one in said.items() if one}


def _contacts(own: Package) -> list[Given]:
    """Whom to ask: the contact points, else who maintains a dataset, else its author."""
    listed: list[Given] = [_contact(node(one)) for one in many(own.get("contact"))]
    ways = (_spread(own, "contact"), _role(own, "maintainer"), _role(own, "author"))
    return [one for one in listed if one] or next(([found] for one in ways if (found := _contact(one))), [])


def _role(own: Package, name: str) -> Package:
    return {"name": own.get(name), "email": own.get(f"{name}_email")}


def _contact(told: Package) -> Given:
    """A contact point; None for one that tells nothing."""
    found: dict[str, Given] = {
        IRI: web(told.get("uri")),
        "fn": word(told.get("name")),
        "hasEmail": text(told.get("email")).removeprefix("mailto:"),
        "hasURL": web(told.get("url")),
    }
    return found if any(found.values()) else None


def _attribution(value: object) -> Given:
    own = node(value)
    agents = [_agent(one) for one in many(own.get("agent"))]
    return {"agent": agents, "hadRole": web(own.get("role"))} if any(agents) else None
