"""The controlled vocabularies: what a code or an IRI in a record means, in words.

Each file in `skos/` is one vocabulary. A value is looked up as it stands first; only when that
fails is it compared in a form without case, scheme and separators, and under the other addresses
that the file names (`void:uriSpace`). The answers of this second look are remembered.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_SPACE: Final = "http://rdfs.org/ns/void#uriSpace"
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_LANGUAGES: Final = "http://publications.europa.eu/resource/authority/language/"
_LONGEST: Final = 300
_REMEMBERED: Final = 4096
_SEPARATORS: Final = re.compile(r"[\s_-]+")
_LANGUAGE_TAG: Final = re.compile(r"([a-z]{2,3})-[a-z]{2,4}(-[a-z]{2})?")
# Deeds, legal codes and national versions all begin with the address of the licence.
_CREATIVE_COMMONS: Final = re.compile(r"creativecommons\.org/[a-z]+/[a-z-]+(/\d\.\d)?(?=/|$)")
_WORD_START: Final = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z])")

_Statements = Mapping[str, list[Literal | NamedNode]]


@dataclass(frozen=True, slots=True)
class Concept:
    """One entry of a vocabulary; labels and definitions are by language, in the file's order."""

    iri: str
    code: str
    labels: Mapping[str, str] = field(hash=False)
    definitions: Mapping[str, str] = field(hash=False)

    def label(self, language: str = "en") -> str:
        """The label in this language, else in English, else in any, else the code."""
        found = self.labels.get(language) or self.labels.get(language.partition("-")[0])
        return found or self.labels.get("en") or next(iter(self.labels.values()), self.code)


class Vocabularies:
    """All vocabularies, by name. A name that is not one of `names()` raises KeyError."""

    def __init__(self, vocabularies: Mapping[str, "_Vocabulary"]) -> None:
        self._vocabularies = dict(vocabularies)
        self._exact = {name: one.exact for name, one in self._vocabularies.items()}

    def concept(self, vocabulary: str, value: str) -> Concept | None:
        """The concept that this IRI, code, word or former IRI stands for."""
        found = self._exact[vocabulary].get(value)
        return found or self._vocabularies[vocabulary].resembling(value)

    def label(self, vocabulary: str, value: str, language: str = "en") -> str:
        """What to show for the value: never empty unless the value is."""
        found = self.concept(vocabulary, value)
        return found.label(language) if found else _readable(value)

    def concepts(self, vocabulary: str) -> tuple[Concept, ...]:
        """Every concept, in the order of the file."""
        return self._vocabularies[vocabulary].concepts

    def names(self) -> tuple[str, ...]:
        """The names of the vocabularies, sorted."""
        return tuple(self._vocabularies)


@cache
def load() -> Vocabularies:
    """The vocabularies that come with the program, read once by each process."""
    found = sorted((files("ontologies") / "skos").iterdir(), key=lambda file: file.name)
    return Vocabularies(
        {
            file.name.removesuffix(".ttl"): _vocabulary(file.read_bytes())
            for file in found
            if file.name.endswith(".ttl")
        }
    )


class _Vocabulary:
    """One vocabulary and its alias tables: values as they stand, and values as `_folded`."""

    def __init__(
        self,
        concepts: tuple[Concept, ...],
        exact: dict[str, Concept],
        alike: dict[str, Concept],
        spaces: tuple[str, ...],
    ) -> None:
        self.concepts = concepts
        self.exact = exact
        self._alike = alike
        self._spaces = spaces
        self._holds_languages = any(concept.iri.startswith(_LANGUAGES) for concept in concepts)
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._find)

    def resembling(self, value: str) -> Concept | None:
        """The concept that the value means although it is written differently."""
        return self._remembered(value) if len(value) <= _LONGEST else None

    def _find(self, value: str) -> Concept | None:
        key = _folded(value)
        return next(filter(None, map(self._alike.get, self._spellings(key))), None)

    def _spellings(self, key: str) -> Iterator[str]:
        yield key
        for space in self._spaces:
            if key.startswith(space):
                yield key.removeprefix(space)
                yield re.split("[/#]", key)[-1]
        if licence := _CREATIVE_COMMONS.match(key):
            yield licence[0]
        if self._holds_languages and (tag := _LANGUAGE_TAG.fullmatch(key)):
            yield tag[1]


def _vocabulary(turtle: bytes) -> _Vocabulary:
    subjects = _subjects(turtle)
    concepts = [
        (_concept(iri, statements), statements)
        for iri, statements in subjects.items()
        if _SKOS + "notation" in statements
    ]
    exact: dict[str, Concept] = {}
    for concept, statements in concepts:
        for name in _identities(concept, statements):
            exact.setdefault(name, concept)
    alike = {_folded(name): concept for name, concept in exact.items()}
    for names in (_other_names, _foreign_names):
        for concept, statements in concepts:
            for name in names(concept, statements):
                alike.setdefault(_folded(name), concept)
    spaces = (space for one in subjects.values() for space in one.get(_SPACE, ()))
    return _Vocabulary(
        concepts=tuple(concept for concept, _ in concepts),
        exact=exact,
        alike=alike,
        spaces=tuple(_folded_space(space.value) for space in spaces),
    )


def _subjects(turtle: bytes) -> dict[str, dict[str, list[Literal | NamedNode]]]:
    subjects: dict[str, dict[str, list[Literal | NamedNode]]] = {}
    for quad in parse(turtle, RdfFormat.TURTLE):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal | NamedNode):
            statements = subjects.setdefault(quad.subject.value, {})
            statements.setdefault(quad.predicate.value, []).append(quad.object)
    return subjects


def _concept(iri: str, statements: _Statements) -> Concept:
    notations = statements[_SKOS + "notation"]
    return Concept(
        iri=iri,
        code=next(n.value for n in notations if isinstance(n, Literal) and _plain(n)),
        labels=_by_language(statements, "prefLabel"),
        definitions=_by_language(statements, "definition"),
    )


def _plain(literal: Literal) -> bool:
    return literal.datatype.value == _STRING


def _by_language(statements: _Statements, name: str) -> dict[str, str]:
    found = statements.get(_SKOS + name, ())
    return {text.language: text.value for text in found if isinstance(text, Literal) and text.language}


def _identities(concept: Concept, statements: _Statements) -> Iterator[str]:
    """What nobody else may be called: the IRI, the code and the IRIs that mean the same."""
    yield concept.iri
    yield concept.code
    for same in statements.get(_SKOS + "exactMatch", ()):
        yield same.value


def _other_names(concept: Concept, statements: _Statements) -> Iterator[str]:
    for name in ("notation", "hiddenLabel", "altLabel"):
        for text in statements.get(_SKOS + name, ()):
            yield text.value
    if "en" in concept.labels:
        yield concept.labels["en"]


def _foreign_names(concept: Concept, statements: _Statements) -> Iterator[str]:
    yield from concept.labels.values()


def _folded(value: str) -> str:
    folded = _SEPARATORS.sub("-", value.strip().casefold())
    for scheme in ("http://", "https://"):
        if folded.startswith(scheme):
            folded = folded.removeprefix(scheme).removeprefix("www.")
    return folded.rstrip("/")


def _folded_space(space: str) -> str:
    return _folded(space) + ("/" if space.endswith("/") else "")


def _readable(value: str) -> str:
    if not value.lower().startswith(("http://", "https://", "urn:")):
        return value
    segment = unquote(re.split("[/#]|urn:", value.rstrip("/#"))[-1])
    words = _WORD_START.sub(" ", segment.replace("_", " ").replace("-", " ")).strip()
    return words or value
