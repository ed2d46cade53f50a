"""Rowanshire: four custodians of the United Kingdom in one list, as it is published for the federation."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

import orjson

from web.demo.playing import Answering, Heard, Part, Served

LIMIT: Final = 2
"""As many datasets as a part of the list holds."""

_LIST: Final = "/api/datasets"
_SCHEMA: Final = "https://schemata.example/HDRUK/4.0.0/schema.json"

Dataset = Mapping[str, object]


def _answering(address: str) -> Answering:
    datasets: list[Dataset] = orjson.loads(
        (files("web.demo") / "sources" / "hdruk" / "datasets.json").read_bytes()
    )
    by_path: dict[str, Dataset] = {f"{_LIST}/{one['identifier']}": one for one in datasets}

    def answer(heard: Heard) -> Served | None:
        found = by_path.get(heard.path)
        if heard.path == _LIST:
            offset = heard.query.get("offset", "0")
            found = _part(datasets, int(offset) if offset.isdecimal() else 0, address)
        return None if found is None else Served(heard.target, "application/json", orjson.dumps(found))

    return answer


def _part(datasets: list[Dataset], offset: int, address: str) -> Dataset:
    items = [_item(one, address) for one in datasets[offset : offset + LIMIT]]
    query = {"q": "", "total": len(datasets), "limit": LIMIT, "offset": offset}
    return {"items": items, "query": query}


def _item(dataset: Dataset, address: str) -> Dataset:
    summary = dataset["summary"]
    assert isinstance(summary, dict)
    return {
        "@schema": _SCHEMA,
        "type": "dataset",
        "name": summary["title"],
        "description": summary["abstract"],
        "persistentId": f"https://rowanshire.example/dataset/{dataset['identifier']}",
        "self": f"{address}{_LIST}/{dataset['identifier']}",
        "version": dataset["version"],
        "issued": dataset["issued"],
        "modified": dataset["modified"],
        "source": "Rowanshire",
    }


NODE: Final = Part("rowanshire", "hdruk", _LIST, _answering)
