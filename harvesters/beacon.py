"""A GA4GH Beacon (v2): its datasets and cohorts, never what it knows of an individual.

https://docs.genomebeacons.org
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import orjson

from catalogue.errors import CatalogueError, Invalid, NotFound, Refused, Unreadable
from catalogue.records import Characterisation, Harvested, Incomplete, Reached, Record, Rejected
from harvesters import beacon_mapping
from harvesters.beacon_answers import LISTED, NEEDED, OF_TYPE, Answers, Page, error_of, escaped
from harvesters.beacon_counts import profile
from harvesters.beacon_mapping import Beacon, Values
from harvesters.choices import whole_number
from harvesters.json_kept import kept
from harvesters.json_values import Node, first, node, nodes, text, texts, whole
from harvesters.kind import Asked, Kind

log = logging.getLogger(__name__)

MAX_PAGES: Final = 10_000
_ENOUGH: Final = 0.98
_DECIDING: Final = ("configuration", "entry_types", "map")
_MAPPERS: Final[Mapping[str, Callable[[Node, Beacon, str], Values | None]]] = {
    "datasets": beacon_mapping.dataset,
    "cohorts": beacon_mapping.cohort,
}


@dataclass(slots=True)
class _Collection:
    """How far a collection is read.

    `by_page` says that `skip` counts pages; some Beacons count entries. `is_understood` once the second
    page has shown which.
    """

    name: str
    skip: int = 0
    by_page: bool = True
    is_understood: bool = False
    listed: int = 0
    total: int | None = None
    ids: set[str] = field(default_factory=set)
    digests: set[bytes] = field(default_factory=set)

    def news(self, page: Page) -> list[Node]:
        """The entries of a page that no page brought before; those without an id always."""
        found = []
        for entry in page.entries:
            id = text(entry.get("id"))
            if not id or id not in self.ids:
                found.append(entry)
            self.ids.add(id)
        return found

    def cursor(self) -> str:
        place = {"name": self.name, "skip": self.skip, "by_page": self.by_page, "listed": self.listed}
        return orjson.dumps(place).decode()


def harvest(asked: Asked, max_pages: int = MAX_PAGES) -> Iterator[Harvested]:
    """The datasets and cohorts of a Beacon, and last the Beacon as a service; a full pass each time.

    Raises what hinders the first request, and Invalid for a Beacon of version 1.
    """
    yield from _Harvest(asked, max_pages).items()


class _Harvest:
    def __init__(self, asked: Asked, max_pages: int) -> None:
        self._asked = asked
        self._max_pages = max_pages
        self._answers = Answers(asked.client, asked.url, whole_number(asked, "limit", 100, 1, 1_000))
        self._root = self._answers.root
        self._granularity = self._lowered = ""
        self._has_lists = bool(asked.cursor)
        self._faults: list[str] = []

    def items(self) -> Iterator[Harvested]:
        going = self._beginning()
        info = self._introduced()
        kinds, security = self._configured()
        yield from self._untold()
        resources, terms = self._filtering_terms()
        beacon = Beacon(
            self._root,
            self._asked.vocabularies,
            info,
            security,
            tuple(beacon_mapping.systems_of(resources, self._asked.vocabularies)),
            bool(kinds & {"genomicVariant", "genomicVariation", "g_variants"}),
            self._asked.smallest,
        )
        if not self._asked.cursor:
            yield from self._record("catalogue", self._root, beacon_mapping.catalogue(beacon), member=False)
        for name in LISTED[LISTED.index(going.name) :]:
            collection = going if name == going.name else _Collection(name)
            if not kinds or kinds & {*OF_TYPE[name]}:
                yield from self._collection(collection, beacon, is_told=bool(kinds))
            else:
                log.info("this Beacon has no %s", name)
            if name != LISTED[-1]:
                yield Reached(_Collection(LISTED[LISTED.index(name) + 1]).cursor())
        if not self._has_lists:
            yield Incomplete("This Beacon lists neither datasets nor cohorts.")
        names = beacon_mapping.ontology_names(resources)
        described = beacon_mapping.service(beacon, terms, names, (self._granularity, self._lowered))
        yield from self._record("service", beacon.interface, described)

    def _beginning(self) -> _Collection:
        if not self._asked.cursor:
            return _Collection(LISTED[0])
        try:
            given = node(orjson.loads(self._asked.cursor))
        except orjson.JSONDecodeError as error:
            raise Invalid("The place where the harvest was interrupted is not readable.") from error
        name, skip, listed = text(given.get("name")), whole(given.get("skip")), whole(given.get("listed"))
        if name not in LISTED:
            return _Collection(LISTED[0])
        return _Collection(
            name,
            skip=skip or 0,
            by_page=given.get("by_page") is not False,
            is_understood=bool(skip),
            listed=listed or 0,
        )

    def _introduced(self) -> Node:
        """What the Beacon says of itself, at its info or at its root."""
        try:
            answer = self._answers.of("info")
        except NotFound as error:
            try:
                answer = self._answers.of("")
            except CatalogueError:
                raise error from None
        info = node(answer.get("response"))
        version = first(
            info.get("apiVersion"), node(answer.get("meta")).get("apiVersion"), answer.get("apiVersion")
        )
        if version.lower().lstrip("v").startswith(("0.", "1.")) and not info:
            raise Invalid(f"{self._root} is a Beacon of version {version}. {NEEDED}")
        if not info:
            raise Unreadable(f"{self._root} does not answer like a Beacon. {error_of(answer)}{NEEDED}")
        log.info("%s is the Beacon %s, version %s", self._root, first(info.get("id"), "?"), version or "?")
        if text(info.get("environment")).lower() not in ("prod", ""):
            log.warning("%s is marked as “%s”", self._root, text(info.get("environment"))[:50])
        return {**self._about("service-info"), **info}

    def _configured(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """The types of entry that the Beacon has, where it tells, and its levels of security."""
        configuration = node(self._about("configuration").get("response"))
        types = node(configuration.get("entryTypes"))
        types = types or node(node(self._about("entry_types").get("response")).get("entryTypes"))
        kinds = {kind for key, one in types.items() for kind in (key, text(node(one).get("id"))) if kind}
        if not kinds:
            sets = node(node(self._about("map").get("response")).get("endpointSets"))
            kinds = {kind for key, one in sets.items() for kind in (key, text(node(one).get("entryType")))}
        security = node(configuration.get("securityAttributes"))
        self._granularity = text(security.get("defaultGranularity"))
        return frozenset(kinds), tuple(level.upper() for level in texts(security.get("securityLevels")))

    def _filtering_terms(self) -> tuple[list[Node], list[str]]:
        """The ontologies that questions can be asked in, and some of the terms."""
        limit = str(beacon_mapping.MOST_WORDS)
        response = node(self._about("filtering_terms", skip="0", limit=limit).get("response"))
        found = nodes(response.get("filteringTerms"))
        labels = [text(one.get("label")) for one in found if text(one.get("label"))]
        return nodes(response.get("resources")), labels[: beacon_mapping.MOST_WORDS]

    def _about(self, name: str, **parameters: str) -> Node:
        """What the Beacon tells about itself; nothing when it does not."""
        try:
            return self._answers.of(name, **parameters)
        except CatalogueError as error:
            if name in _DECIDING and not isinstance(error, NotFound | Invalid | Refused):
                self._faults.append(f"What the Beacon has could not be learnt: {error}")
            log.info("%s is not told by this Beacon: %s", name, error)
            return {}

    def _untold(self) -> Iterator[Incomplete]:
        """What could not be learnt for now, so that the records may lack what it says."""
        yield from map(Incomplete, self._faults)

    def _collection(self, collection: _Collection, beacon: Beacon, is_told: bool) -> Iterator[Harvested]:
        """The records of a collection, page by page."""
        name = collection.name
        for number in range(1, self._max_pages + 1):
            try:
                page = self._answers.page(name, collection.skip)
            except NotFound as error:
                if is_told or number > 1 or collection.skip:
                    self._has_lists = True
                    yield Incomplete(f"The {name} could not be listed: {error}")
                else:
                    log.info("this Beacon has no %s: %s", name, error)
                return
            except CatalogueError as error:
                self._has_lists = True
                yield Incomplete(f"Page {number} of the {name} could not be had: {error}")
                return
            self._has_lists = True
            log.info("page %s of %s: %s entries", number, name, len(page.entries))
            if page.granularity not in ("", "record"):
                self._lowered = page.granularity
            new = collection.news(page)
            yield from self._entries(new, page, name, beacon)
            fault = self._advance(collection, page, len(new))
            if fault is not None:
                yield from (Incomplete(one) for one in [fault] if one)
                return
            if collection.is_understood:
                yield Reached(collection.cursor())
        yield Incomplete(f"There are more than {self._max_pages:,} pages of {name}; the rest was not read.")

    def _entries(
        self, entries: list[Node], page: Page, name: str, beacon: Beacon
    ) -> Iterator[Record | Characterisation | Rejected]:
        for entry in entries:
            id = escaped(text(entry.get("id")))
            subject = f"{self._root}/{name}/{id}"
            raw: Node = {} if name == "cohorts" else entry  # a cohort counts people
            if not id:
                why = "It has no id that could stand in an address."
                yield Rejected(f"{self._root}/{name}", "", why, _kept(raw))
                continue
            values = _MAPPERS[name](entry, beacon, subject)
            if values is not None:
                yield from self._record("dataset", subject, values, raw=raw)
            if values is not None and name == "cohorts":
                yield from self._counted(entry, subject, beacon)
        for _ in range(page.unusable):
            yield Rejected(f"{self._root}/{name}", "", "An entry of the list is no object.")

    def _counted(self, cohort: Node, subject: str, beacon: Beacon) -> Iterator[Characterisation]:
        version = first(beacon.info.get("apiVersion"))
        found = profile(cohort, subject, version, self._asked.now().date())
        yield from (found,) if found else ()

    def _advance(self, collection: _Collection, page: Page, new: int) -> str | None:
        """Go on to the next page; at the end what the list lacks, "" when it lacks nothing."""
        name, entries = collection.name, len(page.entries)
        is_first = collection.listed == 0
        is_repeated = page.digest in collection.digests and entries > 0
        collection.digests.add(page.digest)
        collection.listed += new + page.unusable
        collection.total = page.total if page.total is not None else collection.total
        told = collection.total
        if not entries and is_first:
            return "" if page.is_empty else f"The {name} came as an empty list that does not say it is empty."
        is_shifted = (
            collection.by_page
            and not is_first
            and not collection.is_understood
            and entries > 0
            and new <= entries // 2
        )
        if is_repeated or (not new and not is_shifted):
            return self._lacking(collection, is_repeated=entries > 0)
        is_reached = told is None or collection.listed >= told
        if is_reached and not is_shifted and (entries < page.limit or entries > self._answers.size):
            return ""
        if is_shifted:
            log.warning("this Beacon skips entries and not pages, so its pages are asked for that way")
            collection.by_page = False
        collection.is_understood = collection.is_understood or not is_first
        collection.skip = collection.skip + 1 if collection.by_page else collection.listed
        return None

    def _lacking(self, collection: _Collection, is_repeated: bool) -> str:
        """What a list lacks whose last page brought nothing new."""
        if collection.total is not None:
            if collection.listed >= _ENOUGH * collection.total:
                return ""
            told = f"The Beacon says that it has {collection.total:,} {collection.name}"
            return f"{told}, but listed {collection.listed:,}."
        if not is_repeated:
            return ""
        return f"The {collection.name} repeat themselves on the page at skip={collection.skip}."

    def _record(
        self,
        kind: str,
        subject: str,
        values: Values,
        member: bool = True,
        raw: Node | None = None,
    ) -> Iterator[Record | Rejected]:
        origin = self._root + "/info" if kind != "dataset" else subject
        catalogues = (self._root,) if member else ()
        try:
            yield self._asked.record(kind, subject, values, origin, catalogues)
        except Invalid as error:
            yield Rejected(origin, subject, f"It cannot be kept as a record: {error}", _kept(raw))


def _kept(raw: Node | None) -> bytes:
    return kept(raw) if raw else b""


KIND: Final = Kind(
    "beacon",
    "A GA4GH Beacon (v2): its datasets and cohorts, with their conditions of use.",
    "The root of the Beacon, such as https://beacon.example/api.",
    harvest,
    {"limit": "How many entries a page holds, from 1 to 1000; 100 when not given."},
)
