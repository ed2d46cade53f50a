"""A small portal that answers as CKAN does, with the quirks that portals have."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, urlsplit

from catalogue.records import Harvested, Record, Unchanged
from tests.harvest.feeds import turtle
from tests.harvest.loopback import Asked, Reply, Site

Package = dict[str, object]
Answer = Callable[[dict[str, str]], Reply | None]


def package(name: str, **more: object) -> Package:
    """A dataset with an id and a title."""
    own: Package = {"id": f"id-{name}", "name": name, "title": name.capitalize(), "type": "dataset"}
    return {**own, "state": "active", "private": False, "metadata_modified": "2026-01-01T00:00:00", **more}


def named(names: str) -> list[Package]:
    return [package(name) for name in names.split()]


def ok(result: object) -> Reply:
    return Reply(json.dumps({"help": "", "success": True, "result": result}).encode())


def subjects(items: Iterable[Harvested]) -> list[str]:
    """The last part of the IRI of each dataset that came as a record, in order."""
    records = [item for item in items if isinstance(item, Record) and item.kind != "catalogue"]
    return [record.subject.value.rpartition("/")[2].removeprefix("id-") for record in records]


def unchanged(items: Iterable[Harvested]) -> list[str]:
    every = [one for item in items if isinstance(item, Unchanged) for one in item.subjects]
    return [one.rpartition("/")[2].removeprefix("id-") for one in every]


@dataclass
class Portal(dict[str, object]):
    """Put it in the place of a site's pages. `answers` go before its own, by action or path.

    `most` is the number of rows that it gives at most whatever is asked, `rdf` the paths at which it
    has RDF: "catalog", "dataset" or both.
    """

    packages: list[Package]
    prefix: str = ""
    most: int = 1000
    knows_fl: bool = True
    rdf: str = ""
    site: Site | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    status: Package = field(default_factory=lambda: {"site_title": "Health data of Elm", "extensions": []})

    __hash__ = object.__hash__

    def on(self, site: Site) -> "Portal":
        self.site = site
        site.pages = self  # type: ignore[assignment]
        return self

    def get(self, target: object, default: object = None) -> Callable[[Asked], Reply]:
        return lambda asked: self._reply(asked.path)

    def _reply(self, target: str) -> Reply:
        parts = urlsplit(target)
        query = {name: found[-1] for name, found in parse_qs(parts.query).items()}
        path = parts.path.removeprefix(self.prefix)
        action = path.removeprefix("/api/3/action/")
        if action in self.answers and (answer := self.answers[action](query)):
            return answer
        if not parts.path.startswith(self.prefix):
            return Reply(b"<html>404</html>", 404)
        if action == "package_search":
            return ok(self.search(query))
        if action == "status_show":
            return ok(self.status)
        return self._described(path, query)

    def search(self, query: dict[str, str]) -> Package:
        found = sorted(self.found(query.get("fq", "")), key=lambda one: str(one.get("id")))
        start, rows = int(query.get("start", 0)), min(int(query.get("rows", 10)), self.most)
        results = found[start : start + rows]
        if "fl" in query and self.knows_fl:
            results = [self._row(one) for one in results]
        return {"count": len(found), "results": results}

    def found(self, fq: str) -> list[Package]:
        """The datasets that a filter on the time of change leaves."""
        _, _, since = fq.partition("metadata_modified:[")
        moment = since[:19]
        return [one for one in self.packages if str(one.get("metadata_modified")) >= moment]

    def _row(self, one: Package) -> Package:
        own = {"extras_uri": one["uri"]} if "uri" in one else {}
        return {"id": one["id"], **own}

    def _described(self, path: str, query: dict[str, str]) -> Reply:
        assert self.site
        every = [*self.packages]
        if path == "/catalog.ttl" and "catalog" in self.rdf:
            chosen = [one for one in every if json.dumps(one["id"]) in query.get("fq", "")]
        elif path.startswith("/dataset/") and path.endswith(".ttl") and "dataset" in self.rdf:
            chosen = [one for one in every if path == f"/dataset/{quote(str(one['id']))}.ttl"]
        else:
            return Reply(b"<html>404</html>", 404, {"Content-Type": "text/html"})
        return turtle(*(self._turtle(one) for one in chosen))

    def _turtle(self, one: Package) -> str:
        assert self.site
        iri = one.get("uri") or f"{self.site.url}{self.prefix}/dataset/{one['id']}"
        return one.get("turtle", "") or f'<{iri}> a dcat:Dataset ; dct:title "{one["title"]}, in RDF" .\n'  # type: ignore[return-value]
