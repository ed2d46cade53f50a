"""Dublin Core, as every repository has it, with the terms that some add to it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from catalogue.drafting import Given
from harvesters import scholarly
from harvesters.iris import doi, link
from harvesters.oai_xml import Element, children, language, local, words
from harvesters.scholarly import byte_size, conditions, country, counts, day, distributions, period
from ontologies.vocabularies import Vocabularies

_ROLE: Final = "http://registry.it.csiro.au/def/isotc211/CI_RoleCode/contributor"

_Told = Mapping[str, list[Element]]


def dublin_core(vocabularies: Vocabularies, metadata: Element) -> tuple[tuple[str, ...], Mapping[str, Given]]:
    """The types and values of a resource."""
    told = _told(metadata)
    return tuple(_texts(told, "type")), _values(vocabularies, told)


def _told(metadata: Element) -> _Told:
    """The elements by their names, those without text left out."""
    found: dict[str, list[Element]] = {}
    for one in children(metadata):
        if words(one):
            found.setdefault(local(one), []).append(one)
    return found


def _texts(told: _Told, *names: str) -> list[str]:
    return [words(one) for name in names for one in told.get(name, ())]


def _spoken(elements: Iterable[Element]) -> dict[str, Given]:
    """Words by language."""
    found: dict[str, list[Given]] = {}
    for one in elements:
        found.setdefault(language(one), []).append(words(one))
    return {**found}


def _values(vocabularies: Vocabularies, told: _Told) -> Mapping[str, Given]:
    titles = told.get("title", [])
    main = {language(one): one for one in reversed(titles)}.values()
    others = [one for one in titles if one not in main]
    people = _texts(told, "contributor")
    return {
        "title": _spoken(main),
        "alternative": _spoken([*others, *told.get("alternative", [])]),
        "description": _spoken(told.get("description", []) or told.get("abstract", [])),
        "keyword": _spoken(told.get("subject", [])),
        "publisher": next(({"name": name} for name in _texts(told, "publisher")), None),
        "creator": [{"name": name} for name in _texts(told, "creator")],
        "attribution": [{"agent": {"name": name}, "hadRole": _ROLE} for name in people],
        "language": [
            found for text in _texts(told, "language") if (found := scholarly.language(vocabularies, text))
        ],
        "provenance": [{"label": text} for text in _texts(told, "provenance")],
        **_coverage(vocabularies, told),
        **_history(told),
        **_links(told),
        **counts(_texts(told, "extent", "format")),
        **_access(vocabularies, told),
    }


def _coverage(vocabularies: Vocabularies, told: _Told) -> Mapping[str, Given]:
    """Years and places, which one element may hold in any order."""
    said = _texts(told, "coverage", "temporal", "spatial")
    spans = {text: span for text in said if (span := period(text))}
    places = (
        country(vocabularies, text) for text in _texts(told, "coverage", "spatial") if text not in spans
    )
    return {"temporal": [*spans.values()], "country": [*filter(None, places)]}


def _history(told: _Told) -> Mapping[str, Given]:
    issued = [*filter(None, map(day, _texts(told, "issued", "date", "available")))]
    modified = [*filter(None, map(day, _texts(told, "modified")))]
    return {
        "issued": issued[0] if issued else "",
        "modified": max(modified, default=""),
        "version": next(iter(_texts(told, "version")), ""),
    }


def _links(told: _Told) -> Mapping[str, Given]:
    identifiers = list(dict.fromkeys(_texts(told, "identifier")))
    dois = [*filter(None, map(doi, identifiers))]
    name = (dois or identifiers or [""])[0]
    return {
        "identifier": name,
        "otherIdentifier": [{"notation": text} for text in identifiers if name not in (text, doi(text))],
        "landingPage": _page(told),
        "relation": [*_linked(told, "relation")],
        "source": [*_linked(told, "source")],
        "isReferencedBy": [*_linked(told, "isReferencedBy")],
        "hasVersion": [*_linked(told, "hasVersion")],
    }


def _page(told: _Told) -> str:
    """The page of the record itself: the address among its identifiers, else its DOI."""
    found = [*filter(None, map(link, _texts(told, "identifier")))]
    pages = [one for one in found if one.startswith("http")]
    return next((one for one in pages if not doi(one)), next(iter(pages), ""))


def _linked(told: _Told, name: str) -> Iterator[Given]:
    yield from dict.fromkeys(filter(None, map(link, _texts(told, name))))


def _access(vocabularies: Vocabularies, told: _Told) -> Mapping[str, Given]:
    told_rights = _texts(told, "accessRights", "license", "rights")
    statements = [("", text) if link(text) else (text, "") for text in told_rights]
    said = conditions(vocabularies, statements)
    formats = [text for text in _texts(told, "format", "medium") if len(text) <= 80]
    size = byte_size(_texts(told, "extent", "format"))
    return {
        "accessRights": said.access,
        "distribution": [*distributions((), _page(told), formats, size, said)],
    }
