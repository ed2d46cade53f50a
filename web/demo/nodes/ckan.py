"""Olmeda: a regional data portal of Spain and Portugal that runs CKAN, without the extension for RDF."""

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

import orjson

from web.demo.playing import Answering, Heard, Part, Served

_API: Final = "/api/3/action/"
_SINCE: Final = re.compile(r"metadata_modified:\[(\S+?)Z? TO \*\]")
_ABOUT: Final = {
    "site_title": "Olmeda open and health data",
    "site_description": "What the health services of Olmeda and Alvoreda hold, and how to ask for it.",
    "ckan_version": "2.11.3",
    "extensions": ["stats", "scheming_datasets", "harvest"],
}

Package = Mapping[str, object]


def _answering(address: str) -> Answering:
    packages: list[Package] = orjson.loads(
        (files("web.demo") / "sources" / "ckan" / "packages.json").read_bytes()
    )
    by_id = {str(one["id"]): one for one in packages}

    def result(heard: Heard) -> object:
        match heard.path.removeprefix(_API):
            case "status_show":
                return _ABOUT
            case "package_search":
                return _found(packages, heard.query)
            case "package_show":
                return by_id.get(heard.query.get("id", ""))
        return None

    def answer(heard: Heard) -> Served | None:
        found = result(heard) if heard.path.startswith(_API) else None
        told = {"help": f"{address}{_API}help_show", "success": True, "result": found}
        return Served(heard.target, "application/json", orjson.dumps(told)) if found is not None else None

    return answer


def _found(packages: list[Package], query: Mapping[str, str]) -> object:
    """What a search finds: of the language of Solr only what the harvest says in it."""
    asked = query.get("fq", "")
    since = found[1] if (found := _SINCE.search(asked)) else ""
    hidden = "harvest" if "-dataset_type:" in asked else ""
    chosen = [
        one for one in packages if one["type"] != hidden and str(one.get("metadata_modified", "")) >= since
    ]
    start, rows = (
        int(told) if (told := query.get(name, "")).isdecimal() else 0 for name in ("start", "rows")
    )
    page = chosen[start : start + rows]
    if "fl" in query:
        return {"count": len(chosen), "results": [_row(one) for one in page]}
    return {"count": len(chosen), "results": page}


def _row(package: Package) -> Package:
    """A dataset where only its id and its own IRI are asked for."""
    extras = package.get("extras")
    among = [one["value"] for one in extras if one["key"] == "uri"] if isinstance(extras, list) else []
    own = package.get("uri") or next(iter(among), None)
    return {"id": package["id"], **({"extras_uri": own} if own else {})}


NODE: Final = Part(
    "olmeda", "ckan", "/dataset", _answering, {"rows": "2", "base": "https://data.olmeda.example"}
)
