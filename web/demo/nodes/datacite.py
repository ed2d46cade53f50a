"""Havsund, a data repository that registers DOIs: the REST interface of DataCite behind a cursor."""

import re
from importlib.resources import files
from typing import Final
from urllib.parse import urlencode

import orjson

from web.demo.playing import Answering, Heard, Part, Served

CLIENT: Final = "fair.havsund"
_TYPE: Final = "application/vnd.api+json; charset=utf-8"
_SINCE: Final = re.compile(r"updated:\[(\S+) TO \*\]")


def answering(address: str) -> Answering:
    """The interface, listening at an address."""
    content = (files("web.demo") / "sources" / "datacite" / "dois.json").read_bytes()
    records = [{"id": one["doi"].lower(), "type": "dois", "attributes": one} for one in orjson.loads(content)]
    by_path: dict[str, dict[str, object]] = {f"/dois/{one['id']}": {"data": one} for one in records}
    by_path[f"/clients/{CLIENT}"] = {"data": {"id": CLIENT, "type": "clients", "attributes": _about()}}

    def answer(heard: Heard) -> Served | None:
        found = by_path.get(heard.path.lower())
        if heard.path == "/dois":
            found = _page(records, heard.query, address)
        return None if found is None else Served(heard.target, _TYPE, orjson.dumps(found))

    return answer


def _about() -> dict[str, object]:
    return {
        "name": "Havsund Data Repository",
        "symbol": CLIENT.upper(),
        "description": "Research data of the universities and hospitals around the Havsund.",
        "url": "https://havsund.example/",
    }


def _page(records: list[dict[str, object]], query: dict[str, str], address: str) -> dict[str, object]:
    """A page; the cursor is where it begins."""
    since = _SINCE.search(query.get("query", ""))
    listed = [one for one in records if not since or _updated(one) >= since[1]]
    cursor, length = query.get("page[cursor]", "1"), query.get("page[size]", "25")
    start = int(cursor) - 1 if cursor.isdecimal() else 0
    end = start + (int(length) if length.isdecimal() else 25)
    more = {**query, "page[cursor]": str(end + 1)}
    links = {"next": f"{address}/dois?{urlencode(more)}"} if end < len(listed) else {}
    return {"data": listed[start:end], "meta": {"total": len(listed)}, "links": links}


def _updated(record: dict[str, object]) -> str:
    attributes = record["attributes"]
    return str(attributes.get("updated", "")) if isinstance(attributes, dict) else ""


NODE: Final = Part("havsund", "datacite", f"/dois?client-id={CLIENT}", answering, {"size": "2"})
