"""Datasets in the shapes of Health Data Research UK, and the lists in which they are published."""

import json
from collections.abc import Iterable, Mapping

from catalogue.records import Harvested, Record, Unchanged
from tests.harvest.loopback import Reply, Site

SCHEMA = "https://schemata.example/dataset/2.1.2/dataset.schema.json"


def dataset(name: str, **more: object) -> dict[str, object]:
    """A small dataset of version 2."""
    summary = {"title": name.capitalize(), "abstract": f"About {name}.", "publisher": {"name": "Rowan Trust"}}
    return {"identifier": f"id-{name}", "version": "1.0.0", "summary": summary, **more}


def item(name: str, version: str = "1.0.0", **more: object) -> dict[str, object]:
    """A dataset as a custodian's list names it."""
    own: dict[str, object] = {"@schema": SCHEMA, "type": "dataset", "name": name.capitalize()}
    return {**own, "persistentId": f"id-{name}", "version": version, "modified": "2026-01-01", **more}


def reply(answer: object, status: int = 200) -> Reply:
    return Reply(json.dumps(answer).encode(), status, {"Content-Type": "application/json"})


def federation(site: Site, items: list[dict[str, object]], **query: int) -> None:
    """A custodian's list at /datasets with an address for each dataset."""
    site.pages["/datasets"] = reply({"items": items, "query": query or {"total": len(items)}})
    for one in items:
        name = str(one["persistentId"]).removeprefix("id-")
        site.pages[f"/datasets/id-{name}"] = reply(dataset(name))


def gateway_page(names: str, page: int, last: int, total: int, **more: object) -> Reply:
    """A page of a Gateway's list, whose links name a server that nobody can reach."""
    following = f"http://inner.invalid/api/v1/datasets?page={page + 1}" if page < last else None
    return reply(
        {
            "current_page": page,
            "last_page": last,
            "total": total,
            "next_page_url": following,
            "data": [_at_gateway(name, **more) for name in names.split()],
        }
    )


def _at_gateway(name: str, **more: object) -> Mapping[str, object]:
    own = {"id": f"id-{name}", "status": "ACTIVE", "updated": "2026-01-01 10:00:00"}
    inner = {"gwdmVersion": "2.0", "metadata": dataset(name)}
    return {**own, "latest_metadata": {"id": 5, "version": 2, "metadata": inner}, **more}


def names(items: Iterable[Harvested]) -> list[str]:
    """The last part of the IRI of each dataset, in order."""
    records = (item.subject.value for item in items if isinstance(item, Record))
    return [iri.replace("#", "/").rpartition("/")[2].removeprefix("id-") for iri in records]


def unchanged(items: Iterable[Harvested]) -> list[str]:
    every = [one for item in items if isinstance(item, Unchanged) for one in item.subjects]
    return [one.rpartition("/")[2].removeprefix("id-") for one in every]
