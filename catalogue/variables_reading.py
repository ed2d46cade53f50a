"""The variables that the graph of a record describes: csvw tables behind `healthdcatap:hasVariables`."""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Final

from pyoxigraph import Literal, NamedNode

from catalogue.fields import field
from catalogue.mapping import Graph, Node, Term, label
from catalogue.variables import Coded, Variable

MOST: Final = 20_000
"""So many variables of a record are taken."""

MOST_CODES: Final = 500
"""So many coded values of a variable are taken."""

_LONGEST: Final = 2_000
_SHORT: Final = 300
_PREFERRED: Final = "en"


def declared(graph: Graph, subject: Node) -> tuple[Variable, ...]:
    """The variables of a record, by table and name, at most `MOST`.

    They are read past `mapping.read`, whose budget a long dictionary would exhaust.
    """
    if not _terms(graph, subject, "Dataset", "variables"):
        return ()
    found = (_variable(graph, table, column) for table, column in _columns(graph, subject))
    told = (one for one in found if one.name or one.label)
    return tuple(sorted(islice(told, MOST), key=lambda one: (one.table, one.name, repr(one))))


def _columns(graph: Graph, subject: Node) -> Iterator[tuple[str, Node]]:
    """Each column once, with the title of its table."""
    seen: set[tuple[str, Node]] = set()
    for group in _nodes(graph, subject, "Dataset", "variables"):
        for table in _nodes(graph, group, "TableGroup", "table"):
            title = _text(graph, table, "Table", "title") or _text(graph, group, "TableGroup", "title")
            for column in _nodes(graph, table, "Table", "column"):
                if (title, column) not in seen:
                    seen.add((title, column))
                    yield title, column


def _variable(graph: Graph, table: str, column: Node) -> Variable:
    name = _text(graph, column, "Column", "columnName")
    title = _text(graph, column, "Column", "columnTitle")
    concepts = _terms(graph, column, "Column", "propertyUrl")
    concept = next((one for one in concepts if isinstance(one, NamedNode)), None)
    codes = (
        Coded(_text(graph, one, "Code", "notation"), _text(graph, one, "Code", "prefLabel"))
        for some in _nodes(graph, column, "Column", "codeList")
        for one in _nodes(graph, some, "CodeList", "code")
    )
    return Variable(
        table,
        name or title,
        "" if title == name else title,
        _text(graph, column, "Column", "description", _LONGEST),
        _text(graph, column, "Column", "columnDatatype"),
        _text(graph, column, "Column", "unit"),
        concept.value if concept else "",
        label(graph, concept)[:_SHORT] if concept else "",
        tuple(sorted(islice(codes, MOST_CODES), key=_in_order)),
    )


def _in_order(one: Coded) -> tuple[int, str, str]:
    """Codes as a person sorts them: 2 before 10."""
    is_number = one.code.isascii() and one.code.isdecimal()
    return (len(one.code) if is_number else 1 << 20, one.code, one.meaning)


def _terms(graph: Graph, node: Node, table: str, name: str) -> list[Term]:
    return graph.get(node, {}).get(_path(table, name), [])


@cache
def _path(table: str, name: str) -> NamedNode:
    return field(table, name).path


def _nodes(graph: Graph, node: Node, table: str, name: str) -> Iterator[Node]:
    return (one for one in _terms(graph, node, table, name) if not isinstance(one, Literal))


def _text(graph: Graph, node: Node, table: str, name: str, longest: int = _SHORT) -> str:
    """The words of a field, in English if they can be; several in no language stand behind each other."""
    told = sorted(
        (one for one in _terms(graph, node, table, name) if not isinstance(one, Node)),
        key=lambda one: (one.language or "", one.value),
    )
    tags = [(one.language or "").partition("-")[0] for one in told]
    wanted = _PREFERRED if _PREFERRED in tags else tags[0] if tags else ""
    said = (one.value.strip() for one, tag in zip(told, tags, strict=True) if tag == wanted)
    return " ".join(" ".join(said).split())[:longest]
