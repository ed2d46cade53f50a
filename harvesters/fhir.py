"""A FHIR server (R4, R4B, R5): what it says about data, never the data of a patient.

What may be asked for is in `fhir_bounds`; of patients no more than their number is.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import orjson

from catalogue.drafting import Given
from catalogue.errors import Invalid, Unavailable, Unreadable
from catalogue.profiles.measured import Measured, Told
from catalogue.records import (
    Changes,
    Characterisation,
    Harvested,
    Incomplete,
    Noted,
    Reached,
    Record,
    Rejected,
    Withdrawn,
)
from harvesters import fhir_counts, fhir_holdings
from harvesters.choices import one_of, whole_number, yes
from harvesters.counted import counted
from harvesters.fhir_bounds import COUNTED, RESTRICTED, is_id
from harvesters.fhir_elements import Context
from harvesters.fhir_mapping import MAPPERS, UNPUBLISHED, measure
from harvesters.fhir_paging import MAX_PAGES, Paging, Step
from harvesters.fhir_pools import Measures, Organisations, Variables
from harvesters.fhir_server import Server
from harvesters.json_kept import kept
from harvesters.json_values import Node, node, text
from harvesters.kind import Asked, Kind

log = logging.getLogger(__name__)

OVERLAP: Final = timedelta(hours=1)
_MEASURES: Final = "Measure"
_ORDER: Final = (*MAPPERS, _MEASURES)


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a harvest is: the type whose page comes next, and what is to be known of the pages before."""

    type: str = _ORDER[0]
    url: str = ""
    listed: int = 0
    start: str = ""
    since: str = ""

    def cursor(self) -> str:
        return orjson.dumps(
            {
                "type": self.type,
                "url": self.url,
                "listed": self.listed,
                "start": self.start,
                "since": self.since,
            }
        ).decode()

    def after(self) -> "_Place | None":
        """The beginning of the next type; None after the last."""
        place = _ORDER.index(self.type) + 1
        return replace(self, type=_ORDER[place], url="", listed=0) if place < len(_ORDER) else None


def harvest(asked: Asked, max_pages: int = MAX_PAGES) -> Iterator[Harvested]:
    """What a FHIR server describes, type by type.

    Only changes come when the last complete run is remembered. Raises what hinders the first request,
    and Unreadable when the server has no type that is read and tells no numbers.
    """
    yield from _Harvest(asked, max_pages).items()


class _Harvest:
    def __init__(self, asked: Asked, max_pages: int) -> None:
        self._asked = asked
        self._counts = yes(asked, "numbers", True)
        self._patients = one_of(asked, "patients", fhir_counts.SEX, *fhir_counts.WAYS)
        self._server = Server(asked.client, asked.url)
        self._paging = Paging(self._server, whole_number(asked, "count", 100, 1, 1_000), max_pages)
        self._variables = Variables("")
        self._base = ""
        self._context = Context("", asked.vocabularies)

    def items(self) -> Iterator[Harvested]:
        place = self._beginning()
        types = self._server.introduce().types
        self._base = self._server.bounds.root
        self._variables = Variables(self._base)
        self._context = Context(
            self._base, self._asked.vocabularies, Organisations(self._server).agent, self._variables.of
        )
        if place.since:
            yield Changes()
        if not set(types) & {*MAPPERS, "MeasureReport", *COUNTED}:
            raise Unreadable(
                f"{self._base} supports no type of resource that describes data, such as Library or "
                "ResearchStudy, and none of health data that could be counted."
            )
        if not self._asked.cursor:
            yield from self._itself()
            yield Reached(place.cursor())
        yield from self._types(place)
        yield Noted("since", place.start)

    def _beginning(self) -> _Place:
        if self._asked.cursor:
            try:
                given = node(orjson.loads(self._asked.cursor))
                place = _Place(**given)  # type: ignore[arg-type]
            except (orjson.JSONDecodeError, TypeError) as error:
                raise Invalid("The place where the harvest was interrupted is not readable.") from error
            return place if place.type in _ORDER else _Place(start=place.start, since=place.since)
        start = (self._asked.now() - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
        return _Place(start=start, since=self._asked.remembered.get("since", ""))

    def _itself(self) -> Iterator[Harvested]:
        """The server as catalogue, as service, and what it holds in numbers."""
        capability, base = self._server.capability, self._base
        told = capability.inner or "itself"
        log.info("%s speaks FHIR %s and knows itself as %s", base, capability.version or "?", told)
        numbers: Mapping[str, int] = {}
        if self._counts and "Patient" in capability.types:
            try:
                numbers = fhir_holdings.counts(self._server, self._asked.smallest)
            except Unavailable as error:
                yield Incomplete(f"How many patients the server holds could not be learnt: {error}")
        interface, data = f"{base}/metadata", f"{base}#data"
        catalogue = fhir_holdings.catalogue(capability, base, self._asked.vocabularies)
        yield from self._record("catalogue", base, catalogue, interface, member=False)
        service = fhir_holdings.service(capability, base, data if numbers else "")
        yield from self._record("service", interface, service, interface)
        if numbers:
            held = fhir_holdings.holdings(capability, base, numbers, interface, self._asked.vocabularies)
            yield from self._record("dataset", data, held, interface)
            persons = numbers["Patient"]
            beside = fhir_counts.patients(self._server, persons, self._patients, self._asked.now().year)
            yield from self._profile(data, fhir_holdings.title(capability, base), persons, beside)

    def _profile(
        self, dataset: str, name: str, persons: int | None, beside: Sequence[Measured]
    ) -> Iterator[Characterisation]:
        about = Told("FHIR", self._server.capability.version, name, self._asked.now().date())
        found = counted(dataset, about, persons, beside)
        yield from (found,) if found else ()

    def _types(self, place: _Place) -> Iterator[Harvested]:
        if place.type in ("Library", "ResearchStudy"):
            yield from self._read_variables()
        going: _Place | None = place
        while going is not None:
            if going.type == _MEASURES:
                yield from self._reported_measures()
            else:
                yield from self._deletions(going)
                yield from self._records(going)
            going = going.after()
            if going is not None:
                yield Reached(going.cursor())

    def _records(self, place: _Place) -> Iterator[Harvested]:
        """The records of one type, with a place to go on from after each page."""
        listing = self._paging.listing(place.type, place.since)
        if listing is None:
            return
        listing.listed = place.listed
        for step in self._paging.steps(listing, place.url):
            if not isinstance(step, Step):
                yield step
                continue
            for resource in step.resources:
                yield from self._resource(resource, place.type)
            if step.following:
                yield Reached(replace(place, url=step.following, listed=step.listed).cursor())

    def _resource(self, resource: Node, type: str) -> Iterator[Harvested]:
        id = text(resource.get("id"))
        address = f"{self._base}/{type}/{id}"
        if not is_id(id):
            yield self._rejected(resource, "", "It has no id by which it could be found again.")
            return
        status = text(resource.get("status"))
        if status == "entered-in-error":
            yield Withdrawn(address)
        elif status not in UNPUBLISHED:
            kind, mapper = MAPPERS[type]
            values = mapper(resource, self._context)
            if values is not None:
                yield from self._record(kind, address, values, address, resource=resource)

    def _record(
        self,
        kind: str,
        subject: str,
        values: Mapping[str, Given],
        origin: str,
        member: bool = True,
        resource: Node | None = None,
    ) -> Iterator[Record | Rejected]:
        try:
            yield self._asked.record(kind, subject, values, origin, (self._base,) if member else ())
        except Invalid as error:
            yield self._rejected(resource or {}, subject, f"It cannot be kept as a record: {error}")

    def _rejected(self, resource: Node, place: str, why: str) -> Rejected:
        """Something that cannot be used; what could name patients is not kept for anybody."""
        type = text(resource.get("resourceType"))
        raw = b"" if type in RESTRICTED or not resource else kept(resource)
        return Rejected(place or f"{self._base}/{type}", place, why, raw)

    def _deletions(self, place: _Place) -> Iterator[Harvested]:
        """What was deleted since the last complete run, where the server keeps its history."""
        listing = None if place.url else self._paging.history(place.type, place.since)
        if listing is None:
            return
        settled: set[str] = set()
        for step in self._paging.steps(listing):
            if not isinstance(step, Step):
                yield step
                continue
            for id, method in step.newest:
                if method == "DELETE" and is_id(id) and id not in settled:
                    yield Withdrawn(f"{self._base}/{place.type}/{id}")
                settled.add(id)

    def _read_variables(self) -> Iterator[Harvested]:
        """Variables, which come with the datasets that they belong to."""
        for item in self._all("EvidenceVariable"):
            if not isinstance(item, Mapping):
                yield item
            elif not self._variables.add(item):
                yield Incomplete("There are too many variables; the rest was not read.")
                return
        if self._variables.unclaimed:
            log.info("%s variables name no dataset and are passed over", self._variables.unclaimed)

    def _reported_measures(self) -> Iterator[Harvested]:
        """Measures on which aggregate reports exist, as datasets of statistics."""
        measures = Measures(self._asked.smallest)
        reported = False
        for type in ("MeasureReport", "Measure"):
            for item in self._all(type) if reported or type == "MeasureReport" else ():
                if not isinstance(item, Mapping):
                    yield item
                elif type == "MeasureReport":
                    reported = True
                    measures.add(item, self._context)
                elif text(item.get("status")) not in UNPUBLISHED:
                    measures.define(item, measure(item, self._context), self._context.address(item))
        for address, values, told in measures.records(self._base):
            own = address.startswith(f"{self._base}/")
            yield from self._record("dataset", address, values, address if own else f"{self._base}/metadata")
            yield from self._profile(address, text(values["title"]), told.persons, told.counted)

    def _all(self, type: str) -> Iterator[Node | Incomplete | Rejected]:
        """All resources of a type, one by one."""
        listing = self._paging.listing(type)
        for step in self._paging.steps(listing) if listing else ():
            if isinstance(step, Step):
                yield from step.resources
            else:
                yield step


KIND: Final = Kind(
    "fhir",
    "An HL7 FHIR server (R4, R4B or R5): what it says about studies and data, and how much it holds.",
    "The address of the server, without the type of a resource, such as https://fhir.example/r4.",
    harvest,
    {
        "count": "How many resources a page holds, from 1 to 1000; 100 when not given.",
        "numbers": "Whether the server is asked how many patients and resources it holds (no record "
        "is read): yes or no; yes when not given.",
        "patients": "By what patients are counted for a profile, once their number is known: none, sex, or "
        "years, which is by sex and by year of birth, one question a year; sex when not given.",
    },
    own_pages=True,
)
