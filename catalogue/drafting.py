"""From plain values by field name to triples, for what does not come as RDF: the field table says how.

A value that is not what its field asks for is kept as the words it came in, for the check to tell.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Final, TypeAlias, cast

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.errors import Invalid
from catalogue.fields import CLASSES, TABLE_OF_KIND, TABLES, Field, Kind
from catalogue.lines import Lines
from ontologies.namespaces import DCAT, RDF, XSD
from ontologies.vocabularies import Vocabularies

Given: TypeAlias = str | int | float | bool | date | Mapping[str, "Given"] | Sequence["Given"] | None
"""What a field can be given: one value or several; words by language; a node by its own field names.

A node may carry its IRI under "@id". None, blanks and what is empty count as not given.
"""

IRI: Final = "@id"

_DATE: Final = re.compile(
    r"(?P<date>-?\d{4}-\d\d-\d\d)"
    r"|(?P<dateTime>(-?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?)"
    r"|(?P<gYearMonth>\d{4}-\d\d)"
    r"|(?P<gYear>\d{4})",
    re.ASCII,
)
_DATES: Final = {name: str(XSD.term(name)) for name in _DATE.groupindex}
_EMAIL: Final = re.compile(r"[^\s@<>:/]+@[^\s@<>/.]+(?:\.[^\s@<>/.]+)+")
_NAMING: Final = ("http:", "https:", "urn:")
_MAILED: Final = frozenset({"hasEmail", "mbox"})
_DIALLED: Final = frozenset({"hasTelephone"})
_TYPE: Final = f" {RDF.type} "
_REMEMBERED: Final = 2048
_LONGEST: Final = 300
"""What is longer is not remembered."""

_NUMBER: Final = str(XSD.nonNegativeInteger)
_BOOLEAN: Final = str(XSD.boolean)
_datatype = cache(XSD.term)

_CALLED: Final[Mapping[str, str]] = {
    "Agent": "name",
    "Kind": "fn",
    "ContactPoint": "email",
    "LicenseDocument": "label",
    "RightsStatement": "label",
    "ProvenanceStatement": "label",
    "Activity": "label",
    "Location": "prefLabel",
    "Identifier": "notation",
    "Purpose": "description",
    "LegalBasis": "description",
    "Distribution": "accessURL",
    "TableGroup": "title",
    "Table": "title",
    "Column": "columnName",
    "Code": "notation",
    "Relationship": "relation",
    "QualityCertificate": "oaBody",
    "Attribution": "agent",
    "TemporalEntity": "description",
    "Instant": "inXSDDate",
}
"""The field that a bare word stands for, where a node is expected."""


def drafted(
    vocabularies: Vocabularies, kind: str, subject: str, values: Mapping[str, Given]
) -> tuple[Triple, ...]:
    """The triples of one record of a kind, each once, the record's own first; raises as `lines` does."""
    return tuple(lines(vocabularies, kind, subject, values))


def lines(vocabularies: Vocabularies, kind: str, subject: str, values: Mapping[str, Given]) -> Lines:
    """What is said of one record of a kind, the record's own first.

    Raises Invalid when the subject is no IRI, KeyError for a field that the table does not have.
    """
    if not is_iri(subject):
        raise Invalid(f"“{subject[:500]}” is not an IRI, so it cannot name a record.")
    node = f"<{subject}>"
    draft = _Draft(vocabularies)
    if kind == "series":
        draft.lines.append(f"{node}{_TYPE}{DCAT.DatasetSeries} .\n")
    draft.describe(node, TABLE_OF_KIND[kind], values)
    return Lines("".join(dict.fromkeys(draft.lines)))


def named(text: str) -> NamedNode | None:
    """The node that a text is the absolute IRI of; None for a text that is no IRI."""
    return _remembered_node(text) if len(text) <= _LONGEST else _node(text)


def is_iri(text: str) -> bool:
    """Whether a text can stand as an absolute IRI."""
    return named(text) is not None


class _Draft:
    """One record in the making; its blank nodes are numbered in the order in which they come.

    Statements are written as N-Triples: to make objects of them takes longer than all else here.
    """

    def __init__(self, vocabularies: Vocabularies) -> None:
        self._vocabularies = vocabularies
        self._blank = 0
        self.lines: list[str] = []

    def describe(self, node: str, table: str, values: Mapping[str, Given]) -> None:
        self.lines.append(f"{node}{_TYPE}{CLASSES[table]} .\n")
        rows = _rows(table)
        for name, given in values.items():
            if (given or given == 0) and name != IRI:
                self._add(node, rows[name], given)

    def _add(self, node: str, row: "_Row", given: Given) -> None:
        add, start, make = self.lines.append, node + row.path, row.make
        if make is not None:
            for text in _words(given):
                add(f"{start}{make(self._vocabularies, row.field, text)} .\n")
        elif row.field.node:
            for one in _many(given):
                self._add_node(node, row, one)
        else:
            for literal in _spoken(given):
                add(f"{start}{literal} .\n")

    def _add_node(self, node: str, row: "_Row", given: Given) -> None:
        table = row.field.node
        values = _mapping(given) or _called(table, _text(given or ""))
        for value in values.values():
            if value or value == 0:
                break
        else:
            return
        name = values.get(IRI)
        there = f"<{name}>" if name and isinstance(name, str) and is_iri(name) else self._new()
        self.lines.append(f"{node}{row.path}{there} .\n")
        if len(values) > 1 or IRI not in values:
            self.describe(there, table, values)

    def _new(self) -> str:
        self._blank += 1
        return f"_:n{self._blank}"


def _link(_: Vocabularies, field: Field, text: str) -> str:
    if field.name in _MAILED and _EMAIL.fullmatch(text):
        return f"<mailto:{text}>" if is_iri(f"mailto:{text}") else _literal(text)
    if is_iri(text):
        return f"<{text}>"
    digits = re.sub(r"[^0-9+]", "", text) if field.name in _DIALLED else ""
    return f"<tel:{digits}>" if digits else _literal(text)


def _concept(vocabularies: Vocabularies, field: Field, text: str) -> str:
    look_up = _remembered_code if len(text) <= _LONGEST else _code
    return look_up(vocabularies, field.vocabulary, text)


def _date(_: Vocabularies, field: Field, text: str) -> str:
    found = _DATE.fullmatch(text)
    if found is None:
        return _literal(text)
    form = found.lastgroup or ""
    return f'"{_moment(*found.group(3, 4, 5)) if form == "dateTime" else text}"^^{_DATES[form]}'


def _moment(second: str, fraction: str | None, zone: str | None) -> str:
    """A moment without needless zeros and with UTC as Z: stores give back no other form."""
    kept = (fraction or "").rstrip("0").rstrip(".")
    return f"{second}{kept}{'Z' if zone in ('+00:00', '-00:00') else zone or ''}"


def _integer(_: Vocabularies, field: Field, text: str) -> str:
    return f'"{text}"^^{_NUMBER}' if text.isascii() and text.isdigit() else _literal(text)


def _boolean(_: Vocabularies, field: Field, text: str) -> str:
    is_one = text.lower() in ("true", "false")
    return f'"{text.lower()}"^^{_BOOLEAN}' if is_one else _literal(text)


def _typed(_: Vocabularies, field: Field, text: str) -> str:
    return _literal(text, _datatype(field.datatype)) if field.datatype else _literal(text)


_Make: TypeAlias = Callable[[Vocabularies, Field, str], str]
_MAKE: Final[Mapping[Kind, _Make]] = {
    Kind.LINK: _link,
    Kind.CONCEPT: _concept,
    Kind.DATE: _date,
    Kind.INTEGER: _integer,
    Kind.BOOLEAN: _boolean,
    Kind.LITERAL: _typed,
}


@dataclass(frozen=True, slots=True)
class _Row:
    """A field with what is looked up once: `make` is None for words in languages and for nodes.

    `path` is the property with blanks around it.
    """

    field: Field
    path: str
    make: _Make | None


def _text(given: Given) -> str:
    if type(given) is str:
        return given.strip()
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, datetime | date):
        return given.isoformat()
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    return str(given).strip()


def _mapping(given: Given) -> Mapping[str, Given] | None:
    """What is given where it is a mapping; the checks are in the order of how quick they are."""
    kind = type(given)
    is_one = kind is dict or (kind is not str and kind is not list and isinstance(given, Mapping))
    return cast(Mapping[str, Given], given) if is_one else None


def _many(given: Given) -> Sequence[Given]:
    """The values of a list, or the one that stands where a list might."""
    kind = type(given)
    if kind is list or (kind is not str and not isinstance(given, str) and isinstance(given, Sequence)):
        return cast(Sequence[Given], given)
    return (given,)


def _words(given: Given) -> list[str]:
    """The words of one value or of several, without those that are empty."""
    if type(given) is str:
        return [text] if (text := given.strip()) else []
    return [text for one in _many(given) if one is not None and (text := _text(one))]


def _spoken(given: Given) -> list[str]:
    """Words by language, or in none."""
    spoken = _mapping(given)
    if spoken is None:
        return [_literal(text) for text in _words(given)]
    return [
        _literal(text, language=language) if language and _is_language(language) else _literal(text)
        for language, words in spoken.items()
        for text in _words(words)
    ]


def _literal(text: str, datatype: NamedNode | None = None, language: str | None = None) -> str:
    """A literal of any text; halves of characters, which no RDF can hold, become question marks."""
    if datatype is None and language is None and '"' not in text and "\\" not in text and text.isprintable():
        return f'"{text}"'
    try:
        return str(Literal(text, datatype=datatype, language=language))
    except ValueError:
        return _literal(text.encode("utf-8", "replace").decode(), datatype, language)


def _node(text: str) -> NamedNode | None:
    try:
        return None if text.endswith(":") and text.count(":") == 1 else NamedNode(text)
    except ValueError:
        return None


def _code(vocabularies: Vocabularies, vocabulary: str, text: str) -> str:
    if text.startswith(_NAMING) and is_iri(text):
        return f"<{text}>"
    concept = vocabularies.concept(vocabulary, text)
    return f"<{concept.iri}>" if concept else _literal(text)


_remembered_node = lru_cache(_REMEMBERED)(_node)
_remembered_code = lru_cache(_REMEMBERED)(_code)


@lru_cache(maxsize=1024)
def _is_language(tag: str) -> bool:
    try:
        Literal("", language=tag)
    except ValueError:
        return False
    return True


def _called(table: str, text: str) -> Mapping[str, Given]:
    """What a bare text says of a node of this table."""
    if table == "PeriodOfTime":
        start, _, end = text.partition("/")
        return {"startDate": start.strip(" ."), "endDate": end.strip(" .")}
    if table != "Distribution" and text.startswith(_NAMING) and is_iri(text):
        return {IRI: text}
    if table == "Kind" and _EMAIL.fullmatch(text.removeprefix("mailto:")):
        return {"hasEmail": text.removeprefix("mailto:")}
    return {_CALLED[table]: text} if text else {}


@cache
def _rows(table: str) -> Mapping[str, _Row]:
    return {field.name: _Row(field, f" {field.path} ", _MAKE.get(field.kind)) for field in TABLES[table]}
