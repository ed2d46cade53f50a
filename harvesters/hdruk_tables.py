"""The tables and columns that a dataset of Health Data Research UK describes."""

from collections.abc import Iterator, Mapping

from catalogue.drafting import Given
from harvesters.code_lists import code_list
from harvesters.json_values import first, many, node, nodes, text, word


def tables(dataset: Mapping[str, object]) -> list[Given]:
    """Each table with its columns, whether they stand in a list or under a name of their own."""
    told = dataset.get("structuralMetadata")
    listed = node(told).get("tables") if isinstance(told, dict) else told
    return [found for one in many(listed) if (found := _table(node(one)))]


def _table(own: Mapping[str, object]) -> Given:
    columns = [
        found for one in many(own.get("columns") or own.get("elements")) if (found := _column(node(one)))
    ]
    title = _name(own)
    return {"title": title, "column": columns} if title or columns else None


def _column(own: Mapping[str, object]) -> Given:
    name = _name(own)
    if not name:
        return None
    return {
        "columnName": name,
        "columnTitle": name,
        "columnDatatype": word(own.get("dataType")),
        "description": text(own.get("description")),
        "codeList": code_list(_codes(own)),
    }


def _codes(own: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The values that a column may have; how often each occurs is not read, for no rule has guarded it."""
    for one in nodes(own.get("values")):
        yield word(one.get("name")), text(one.get("description"))


def _name(own: Mapping[str, object]) -> str:
    return first(own.get("name"), own.get("label"))
