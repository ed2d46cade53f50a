"""Microdata of HTML as the same things that JSON-LD makes.

https://html.spec.whatwg.org/multipage/microdata.html
"""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin

from lxml import etree

from harvesters.linked_json import Json, Thing, local_name

MAX_ITEMS: Final = 5_000
MAX_REFERRING: Final = 100
"""Items beyond these have what stands within them alone, whatever else on the page they refer to."""

MAX_TEXT: Final = 10_000_000
"""Letters of text on one page beyond which values are left out: elements within each other repeat theirs."""

_ADDRESSES: Final = {
    "a": "href", "area": "href", "link": "href", "audio": "src", "embed": "src", "iframe": "src",
    "img": "src", "source": "src", "track": "src", "video": "src", "object": "data",
}  # fmt: skip
_LONGEST: Final = 100_000


def items(tree: etree._Element, base: str) -> list[Thing]:
    """The items at the top of a page, with their types and properties by local names."""
    elements = list(tree.iter(etree.Element))
    by_id = {name: element for element in reversed(elements) if (name := element.get("id"))}
    scopes = [element for element in elements if element.get("itemscope") is not None][:MAX_ITEMS]
    found = {element: _empty(element, base) for element in scopes}
    referring = {*[scope for scope in scopes if scope.get("itemref")][:MAX_REFERRING]}
    left = MAX_TEXT
    for scope in scopes:
        for element in _properties(scope, by_id if scope in referring else {}):
            value: Json = found.get(element)
            if value is None:
                value = _value(element, base)[:left] if left else ""
                left -= len(value)
            for name in element.get("itemprop", "").split():
                known = found[scope].setdefault(local_name(name), [])
                if isinstance(known, list):
                    known.append(value)
    return [thing for element, thing in found.items() if element.get("itemprop") is None]


def _empty(scope: etree._Element, base: str) -> Thing:
    thing: Thing = {"@type": [local_name(name) for name in scope.get("itemtype", "").split()]}
    if name := scope.get("itemid"):
        thing["@id"] = _joined(base, name)
    return thing


def _properties(scope: etree._Element, by_id: dict[str, etree._Element]) -> Iterator[etree._Element]:
    """The elements that carry properties of an item itself, in the order of the page."""
    referred = [by_id[name] for name in scope.get("itemref", "").split() if name in by_id]
    waiting = [*reversed([*scope, *referred])]
    seen: set[etree._Element] = {scope}
    while waiting:
        element = waiting.pop()
        if element in seen or not isinstance(element.tag, str):
            continue
        seen.add(element)
        if element.get("itemprop") is not None:
            yield element
        if element.get("itemscope") is None:
            waiting.extend(reversed(element))


def _value(element: etree._Element, base: str) -> str:
    name = str(element.tag)
    if name == "meta" or element.get("content") is not None:
        return str(element.get("content") or "")
    if name in _ADDRESSES:
        return _joined(base, element.get(_ADDRESSES[name]) or "")
    if name in ("data", "meter"):
        return str(element.get("value") or "")
    if name == "time" and element.get("datetime"):
        return str(element.get("datetime"))
    return _words(element)


def _words(element: etree._Element) -> str:
    """The text of an element and of all in it, as far as a value may be long."""
    found: list[str] = []
    left = _LONGEST
    for part in element.itertext():
        found.append(part[:left])
        left -= len(part)
        if left <= 0:
            break
    return " ".join("".join(found).split())


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return ""
