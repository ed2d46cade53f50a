"""JSON in the words of schema.org and Croissant, read by its names: no context is ever fetched.

What a context says is looked at only for the names that it gives to these two vocabularies.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias, cast

import orjson

from catalogue.errors import Refused, Unreadable

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Thing: TypeAlias = dict[str, Json]
"""A node by the local names of its properties; "@type" holds a list of local names."""

MAX_DEPTH: Final = 100

_OURS: Final = re.compile(
    r"https?://(?:www\.)?(?:schema\.org|mlcommons\.org/croissant(?:/\d\.\d)?(?:/rai)?)[/#]*", re.I
)
_TERM: Final = re.compile(_OURS.pattern + r"(?P<name>\w+)", re.I)
_USUAL: Final = frozenset({"schema", "sc", "sdo", "cr", "rai", "dct", "dcterms"})
_WRAPPING: Final = (b"<!--", b"-->", b"<![CDATA[", b"]]>", b"//", b"/*", b"*/", b";")
_STRING: Final = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_BRACKETS: Final = re.compile(_STRING + rb"|[\[{]|[\]}]", re.S)
_STEPS: Final = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
_FAULTS: Final = re.compile(rb"(" + _STRING + rb")|,(?=\s*[}\]])", re.S)
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*:|_:|#|/", re.I)


def things(content: bytes) -> list[Thing]:
    """The nodes at the top of a document: of an object, an array or a @graph, in the order written.

    Those of a document that names another vocabulary alone are none. Commas too many, bare line
    breaks and what wraps JSON in a page are mended. Raises Unreadable, and Refused for deep nesting.
    """
    found: list[Thing] = []
    value = loaded(content)
    for top in value if isinstance(value, list) else [value]:
        if isinstance(top, dict):
            found.extend(_nodes(top))
    return found


def loaded(content: bytes) -> Json:
    """JSON as it is meant, mended where it must be; raises as `things` does."""
    text = _unwrapped(content)
    depth = 0
    for token in _BRACKETS.finditer(text):
        depth += _STEPS.get(token[0], 0)
        if depth > MAX_DEPTH:
            raise Refused(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
    try:
        return cast(Json, orjson.loads(text))
    except orjson.JSONDecodeError as error:
        for mended in (_FAULTS.sub(_mended, text), _unescaped(text)):
            try:
                return cast(Json, orjson.loads(mended))
            except orjson.JSONDecodeError:
                continue
        line = text.count(b"\n", 0, error.pos) + 1
        raise Unreadable(f"Line {line} is not valid JSON: {error.msg}.", line) from error


def joined(nodes: Iterable[Thing]) -> None:
    """Put each described node in place of the mere mentions of it; the values may then form circles."""
    every = list(within(nodes))
    described: dict[str, Thing] = {}
    for node in every:
        name = node.get("@id")
        if isinstance(name, str) and not _is_mention(node):
            described.setdefault(name, node)
    for node in every:
        for key, value in node.items():
            if isinstance(value, list):
                node[key] = [_described(one, described) for one in value]
            else:
                node[key] = _described(value, described)


def within(nodes: Iterable[Thing]) -> Iterator[Thing]:
    """All nodes that these hold, themselves first, each once; circles do no harm."""
    waiting: list[Json] = [*reversed(list(nodes))]
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict) and id(value) not in seen:
            seen.add(id(value))
            yield value
            waiting.extend(reversed(value.values()))


def local_name(name: str) -> str:
    """The local name of an IRI of the vocabularies; any other name as it is."""
    found = _TERM.fullmatch(name)
    return found["name"] if found else name


def _described(value: Json, described: Mapping[str, Thing]) -> Json:
    if isinstance(value, dict) and _is_mention(value) and isinstance(name := value.get("@id"), str):
        return described.get(name, value)
    return value


def _is_mention(node: Thing) -> bool:
    """Whether a node says no more than what it is called and of which type it is."""
    return node.keys() <= {"@id", "@type"}


def _nodes(top: dict[str, Json]) -> Iterator[Thing]:
    names = _Names(top.get("@context"))
    if not names.ours:
        return
    graph = top.get("@graph")
    rest = {key: value for key, value in top.items() if key != "@graph"}
    for node in [*(graph if isinstance(graph, list) else [graph]), rest]:
        read = names.read(node)
        if isinstance(read, dict) and read.keys() - {"@id"}:
            if names.language:
                read.setdefault("@language", names.language)
            yield read


class _Names:
    """What the names of one document mean, as far as its context says it in the document itself."""

    def __init__(self, context: Json) -> None:
        self.language = ""
        self.ours = context is None
        self._prefixes = set(_USUAL)
        self._local: dict[str, str] = {}
        for entry in context if isinstance(context, list) else [context]:
            if isinstance(entry, str):
                self.ours = self.ours or bool(_OURS.match(entry))
            elif isinstance(entry, dict):
                self._take(entry)

    def _take(self, entry: dict[str, Json]) -> None:
        for key, value in entry.items():
            iri = value.get("@id") if isinstance(value, dict) else value
            if not isinstance(iri, str):
                continue
            if key == "@language":
                self.language = iri
            elif _OURS.fullmatch(iri):
                self.ours = True
                self._prefixes.add(key)
            elif not key.startswith("@"):
                name = self._name(iri)
                if name != iri:
                    self._local[key] = name

    def read(self, value: Json) -> Json:
        """The value with local names; its depth has been looked at before."""
        if isinstance(value, list):
            return [
                part
                for one in value
                for part in (_listed(self.read(one)) if _is_list(one) else [self.read(one)])
            ]
        if not isinstance(value, dict):
            return value
        if _is_list(value):
            return self.read(_listed(next(iter(value.values()))))
        node: Thing = {}
        for key, given in value.items():
            name = self._name(key)
            if name in ("type", "id") and f"@{name}" not in value and _is_keyword(name, given):
                name = f"@{name}"
            if name == "@type":
                node[name] = [self._name(one) for one in _listed(given) if isinstance(one, str)]
            elif name not in ("@context", "@reverse"):
                read = self.read(given)
                node[name] = [*_listed(node[name]), *_listed(read)] if name in node else read
        return node

    def _name(self, name: str) -> str:
        known = self._local.get(name)
        if known is None:
            known = self._local[name] = self._shortened(name)
        return known

    def _shortened(self, name: str) -> str:
        prefix, colon, rest = name.partition(":")
        if not colon:
            return name
        if prefix in self._prefixes and rest.isidentifier():
            return rest
        return local_name(name)


def _is_keyword(name: str, given: Json) -> bool:
    """Whether `id` or `type` stand for @id and @type, which the context of schema.org lets them."""
    if name == "type":
        return all(isinstance(one, str) and (one[:1].isupper() or ":" in one) for one in _listed(given))
    return isinstance(given, str) and bool(_ADDRESS.match(given))


def _is_list(value: Json) -> bool:
    """Whether this is a list or a set as JSON-LD writes it."""
    return isinstance(value, dict) and len(value) == 1 and ("@list" in value or "@set" in value)


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _unwrapped(content: bytes) -> bytes:
    """JSON without the comments and the CDATA that pages wrap it in."""
    text, before = content.removeprefix(b"\xef\xbb\xbf").strip(), b""
    while text != before:
        before = text
        for mark in _WRAPPING:
            text = text.removeprefix(mark).removesuffix(mark).strip()
    return text


def _mended(fault: re.Match[bytes]) -> bytes:
    return re.sub(rb"[\x00-\x1f]+", b" ", fault[1]) if fault[1] else b""


def _unescaped(text: bytes) -> bytes:
    """JSON whose quotes were written as entities of HTML."""
    plain = html.unescape(text.decode(errors="replace")).encode() if b"&quot;" in text[:200] else text
    return _FAULTS.sub(_mended, plain)
