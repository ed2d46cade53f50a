"""A SPARQL endpoint: its records are listed in order, and described some at a time."""

import json
import logging
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from pyoxigraph import NamedNode, Quad

from catalogue.batches import batches
from catalogue.errors import CatalogueError, Refused, Unavailable, Unreadable
from catalogue.rdf_guard import guarded
from catalogue.records import Declared, Harvested, Incomplete, Reached, Record, Rejected
from harvesters.choices import whole_number
from harvesters.http import Fetched
from harvesters.kind import Asked, Kind
from harvesters.payload import KEPT_BYTES, described, document, long_values_refused
from harvesters.sparql_answers import JSON, iris, number, solutions
from harvesters.sparql_endpoint import Endpoint
from harvesters.sparql_queries import scope

log = logging.getLogger(__name__)

MAX_PAGES: Final = 100_000
AT_ONCE: Final = 50
IN_ADDRESS: Final = 5
"""So many records are described by one query: in a form, and in an address, which must stay short."""

SURE: Final = 1_000
"""No endpoint holds solutions back below this; above it they are counted (Virtuoso: 10,000)."""

FAILURES: Final = 8
"""After so many queries in a row that were not answered the endpoint is left alone."""

_GRAPH: Final = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"
_IN_QUERIES: Final = re.compile(r"[^\x00-\x20\x7f\"\\]+")
"""An IRI that can stand in a query as text whatever the endpoint makes of escapes."""


@dataclass(slots=True)
class _Place:
    """How far the listing has come."""

    after: str = ""
    listed: int = 0
    faults: int = 0


def harvest(asked: Asked, max_pages: int = MAX_PAGES) -> Iterator[Harvested]:
    """The records of an endpoint in the order of their IRIs; raises when it does not even list them."""
    yield from _Harvest(asked, max_pages).items()


class _Harvest:
    def __init__(self, asked: Asked, max_pages: int) -> None:
        self._asked = asked
        self._endpoint = Endpoint(asked.client, asked.url)
        self._scope = scope(asked.option("types"), asked.option("graph"))
        self._batch = whole_number(asked, "batch", 200, 1, 10_000)
        self._max_pages = max_pages
        self._place = _placed(asked.cursor)
        self._resumed = bool(self._place.after)
        self._at_once = AT_ONCE
        self._failures = 0
        self._total: int | None = None

    def items(self) -> Iterator[Harvested]:
        place = self._place
        if place.faults:
            yield Incomplete(f"{place.faults:,} faults were found before this run went on.")
        page = self._listed()
        if not page and not self._resumed:
            raise Unreadable(
                f"{self._endpoint.url} lists no dataset, series, service or catalogue. Check its address "
                "and the options graph and types."
            )
        yield from self._counted()
        yield from self._pages(page)

    def _pages(self, page: Sequence[str]) -> Iterator[Harvested]:
        place, before = self._place, frozenset[str]()
        for count in range(1, self._max_pages + 1):
            fresh = [iri for iri in page if iri not in before]
            usable = [iri for iri in page if _IN_QUERIES.fullmatch(iri)]
            if not page:
                yield from self._compared()
                return
            if not fresh or not usable or usable[-1] == place.after:
                yield self._fault(f"The listing behind {place.after} brings nothing new.")
                return
            if self._total is None and [*page] != sorted(page):
                yield self._fault("The endpoint neither counts its records nor lists them in order.")
            place.listed += len(fresh)
            yield from self._records(fresh)
            log.info("page %s: %s records up to %s", count, len(fresh), usable[-1])
            if self._failures >= FAILURES:
                return
            place.after, before = usable[-1], frozenset(page)
            yield Reached(json.dumps(asdict(place)))
            try:
                page = self._listed()
            except CatalogueError as error:
                yield self._fault(f"The listing behind {place.after} could not be had: {error}")
                return
        yield self._fault(f"The listing has more than {self._max_pages:,} pages; the rest was not read.")

    def _listed(self) -> list[str]:
        query = self._scope.listing(self._place.after, self._batch)
        return iris(self._endpoint.ask(query, JSON), "d")

    def _counted(self) -> Iterator[Harvested]:
        """What the endpoint says it holds; it may be too large to be counted."""
        try:
            self._total = number(self._endpoint.ask(self._scope.number(), JSON), "n")
            nameless = number(self._endpoint.ask(self._scope.nameless(), JSON), "n")
        except CatalogueError as error:
            log.warning("the endpoint does not count its records: %s", error)
            return
        yield Declared(self._total)
        if nameless:
            yield Rejected(
                self._endpoint.url,
                f"{self._endpoint.url}#without-iri",
                f"{nameless:,} records have no IRI (blank nodes), so that they cannot be asked for.",
            )

    def _compared(self) -> Iterator[Incomplete]:
        if self._total is not None and self._place.listed < self._total:
            yield self._fault(
                f"{self._endpoint.url} counts {self._total:,} records and listed {self._place.listed:,}."
            )

    def _records(self, subjects: Sequence[str]) -> Iterator[Harvested]:
        """The records of these subjects; a query that fails is asked again in halves."""
        names: list[NamedNode] = []
        for subject in subjects:
            try:
                names.append(NamedNode(subject))
            except ValueError as error:
                yield Rejected(self._endpoint.url, subject, f"Its IRI is not one: {error}.", subject.encode())
        groups = deque(batches(names, IN_ADDRESS if self._endpoint.in_address else self._at_once))
        while groups and self._failures < FAILURES:
            group = groups.popleft()
            try:
                found = self._described(group)
            except CatalogueError as error:
                self._failures += not isinstance(error, Refused)
                if len(group) > 1 and self._failures < FAILURES:
                    groups.extendleft((group[len(group) // 2 :], group[: len(group) // 2]))
                else:
                    what = (
                        f"{group[0].value} and {len(group) - 1:,} more" if len(group) > 1 else group[0].value
                    )
                    yield self._fault(f"The description of {what} could not be had: {error}")
                continue
            self._failures = 0
            if found is None and len(group) > 1:
                self._at_once = max(1, len(group) // 2)
                groups.extendleft((group[len(group) // 2 :], group[: len(group) // 2]))
            else:
                yield from found or [self._too_long(group[0])]

    def _described(self, group: Sequence[NamedNode]) -> list[Harvested] | None:
        """What is said of some records; None when the endpoint held a part of it back."""
        fetched = self._endpoint.ask(self._scope.description(group), _GRAPH)
        if not fetched.content.strip():
            raise Unavailable(f"{self._endpoint.url} says nothing of what it lists.")
        content = guarded(document(self._endpoint.url, fetched.content, fetched.content_type))
        try:
            with long_values_refused(self._endpoint.url):
                statements = [*content.quads()]
        except (SyntaxError, ValueError) as error:
            if len(group) > 1:
                raise Unreadable(f"{self._endpoint.url} answered with RDF that is wrong: {error}") from error
            return [item for item in described(content) if _is_of(item, group)] or [
                _damaged(fetched, group[0])
            ]
        if self._is_cut(statements, group):
            return None
        found: list[Harvested] = [item for item in described(content) if _is_of(item, group)]
        return found + self._missing(group, found, statements)

    def _is_cut(self, statements: Sequence[Quad], group: Sequence[NamedNode]) -> bool:
        here = solutions(statements, group)
        if here < SURE:
            return False
        return here < number(self._endpoint.ask(self._scope.solutions(group), JSON), "n")

    def _missing(
        self, group: Sequence[NamedNode], found: Sequence[Harvested], statements: Sequence[Quad]
    ) -> list[Harvested]:
        """The records that were asked for and did not come."""
        there = {item.subject.value for item in found if isinstance(item, Record)}
        there |= {item.place.partition(" ")[0] for item in found if isinstance(item, Rejected)}
        spoken = {quad.subject for quad in statements}
        absent: list[Harvested] = []
        for subject in group:
            if subject.value in there:
                continue
            if subject in spoken:
                reason = "The endpoint says nothing of it but its class."
                absent.append(Rejected(self._endpoint.url, subject.value, reason))
            else:
                absent.append(
                    self._fault(f"{self._endpoint.url} lists {subject.value} and says nothing of it.")
                )
        return absent

    def _too_long(self, subject: NamedNode) -> Rejected:
        reason = "The endpoint gives out only a part of its description, which is too long for one answer."
        return Rejected(self._endpoint.url, subject.value, reason)

    def _fault(self, what: str) -> Incomplete:
        self._place.faults += 1
        log.warning("%s", what)
        return Incomplete(what)


def _is_of(item: Record | Rejected, group: Sequence[NamedNode]) -> bool:
    """Whether it speaks of what was asked for, and not of what that only points at."""
    return isinstance(item, Rejected) or item.subject in group


def _damaged(fetched: Fetched, subject: NamedNode) -> Rejected:
    return Rejected(
        fetched.url, subject.value, "Its description is RDF that is wrong.", fetched.content[:KEPT_BYTES]
    )


def _placed(cursor: str) -> _Place:
    try:
        told = json.loads(cursor)
        return _Place(str(told["after"]), int(told["listed"]), int(told["faults"]))
    except (ValueError, TypeError, LookupError):
        return _Place()


KIND: Final = Kind(
    "sparql",
    "A SPARQL endpoint that holds DCAT descriptions.",
    "The address of the endpoint, such as https://data.example/sparql.",
    harvest,
    {
        "graph": "The IRI of the graph that holds the descriptions, where it is not the default graph.",
        "types": "Which records: dataset, series, service, catalogue or IRIs of classes, else these four.",
        "batch": "How many records are listed by one query, 200 when not given.",
    },
)
