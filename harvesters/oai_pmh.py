"""Repositories that speak OAI-PMH 2.0, with metadata as DCAT, DataCite, DDI Codebook or Dublin Core.

https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from catalogue.errors import CatalogueError, Invalid
from catalogue.records import Changes, Declared, Harvested, Incomplete, Noted, Reached, Unchanged
from harvesters.iris import link
from harvesters.kind import Asked, Kind
from harvesters.oai_answer import Answer, Header
from harvesters.oai_listing import MAX_PAGES, Listing, Seen
from harvesters.oai_plan import IDENTIFIERS, RECORDS, Plan, planned
from harvesters.oai_provider import Provider
from harvesters.oai_records import Place, Reader
from harvesters.oai_subjects import Subjects

log = logging.getLogger(__name__)

MAX_SINGLE: Final = 1_000
"""Records that are asked for one by one in a harvest, where a page of them cannot be had."""

MAX_FAILURES: Final = 5
"""Single records that may fail one after the other before the repository is taken for ill."""


def harvest(asked: Asked, max_pages: int = MAX_PAGES, max_single: int = MAX_SINGLE) -> Iterator[Harvested]:
    """The data sets of a repository, or what changed among them since the last complete harvest."""
    provider = Provider(asked.url, asked.client)
    repository = provider.identify()
    plan = planned(asked, repository, asked.option("prefix") or provider.prefix())
    if plan.is_changes:
        yield Changes()
    place = Place(provider, link(str(provider.url)))
    if not asked.cursor:
        said = repository.described()
        yield asked.record("catalogue", place.catalogue, said, provider.url_of("Identify"))
    yield from _Harvest(asked, place, plan, max_pages, max_single).items()


class _Harvest:
    def __init__(self, asked: Asked, place: Place, plan: Plan, max_pages: int, max_single: int) -> None:
        self._is_resumed = bool(asked.cursor)
        self._provider = place.provider
        self._plan = plan
        self._max_pages = max_pages
        self._singles_left = max_single
        self._at = plan.start
        self._seen = Seen()
        subjects = Subjects(place.provider.host, plan.start.subjects)
        self._reader = Reader(asked, place, plan, subjects)
        self._is_whole = True

    def items(self) -> Iterator[Harvested]:
        for part, (verb, arguments) in enumerate(self._plan.lists()):
            if part == self._at.part:
                yield from self._list(verb, arguments)
        yield from self._declared()
        log.info("%s records were no data sets or taken away", self._reader.aside)
        if self._is_whole:
            yield from self._noted()

    def _list(self, verb: str, arguments: dict[str, str]) -> Iterator[Harvested]:
        at = self._at
        listing = Listing(
            self._provider, verb, arguments, self._seen, at.token, at.came, max_pages=self._max_pages
        )
        for page in listing.pages():
            yield from self._page(verb, page, listing)
        if listing.error is not None:
            listing.fault = self._refused(listing.error)
        if listing.lost and verb == RECORDS:
            yield from self._singly(arguments, listing)
        if not listing.fault and not listing.came and not (verb == RECORDS and at.since):
            listing.fault = "The repository lists no records, where it should list all that it has."
        if listing.fault:
            self._is_whole = False
            yield Incomplete(listing.fault)
        yield from self._done(verb, listing)

    def _page(self, verb: str, page: Answer, listing: Listing) -> Iterator[Harvested]:
        if verb == RECORDS:
            for entry in page.entries:
                yield from self._reader.items(entry)
        else:
            yield from self._unchanged([entry.header for entry in page.entries], listing)
        log.info("%s: %s records of %s", verb, listing.came, listing.size or "an unknown number")
        if listing.token and not listing.fault:
            self._at = replace(self._at, token=listing.token, came=listing.came)
            yield from self._reached()

    def _unchanged(self, headers: list[Header], listing: Listing) -> Iterator[Harvested]:
        """What is still there. What changed after the list of changes was read is asked for singly."""
        there = []
        for header in headers:
            if header.deleted:
                continue
            if header.datestamp >= self._at.since and self._singles_left and not self._is_resumed:
                self._singles_left -= 1
                if (items := self._single(header.identifier)) is not None:
                    yield from items
                    continue
            there.append(self._reader.subjects.of(header.identifier))
        if not all(there):
            listing.fault = "What is unchanged cannot be told from the identifiers of the records."
        if any(there):
            yield Unchanged(tuple(filter(None, there)))

    def _done(self, verb: str, listing: Listing) -> Iterator[Harvested]:
        self._reader.aside += listing.repeated
        size = listing.size if verb == RECORDS else 0
        unsized = self._at.unsized or size is None
        self._at = replace(self._at.next(), size=self._at.size + (size or 0), unsized=unsized)
        yield from self._reached()

    def _reached(self) -> Iterator[Harvested]:
        """A place to go on at; after a fault there is none, so that its part is tried again."""
        if self._is_whole:
            reader = self._reader
            self._at = replace(
                self._at,
                aside=reader.aside,
                mixed=reader.is_mixed,
                subjects=reader.subjects.noted(),
            )
            yield Reached(self._at.text())

    def _declared(self) -> Iterator[Harvested]:
        """The number of data sets that the declared sizes mean, which is known only in the end.

        A size counts what was taken away and what is no data set, too.
        """
        if not self._at.since and not self._at.unsized:
            yield Declared(max(0, self._at.size - self._reader.aside))

    def _noted(self) -> Iterator[Harvested]:
        if not self._reader.subjects.are_known:
            log.info("the subjects do not follow from identifiers, so all is read again the next time")
            return
        yield Noted("from", self._at.started)
        yield Noted("list", self._plan.signature())
        yield Noted("subjects", self._reader.subjects.noted())
        if self._reader.is_mixed:
            yield Noted("mixed", "yes")

    def _refused(self, error: Answer) -> str:
        """What an error of protocol means; raised where it is the first answer of the first list."""
        said = f"{error.url} was refused with the error {error.error}: {error.said[:500]}"
        if self._at.part or self._at.since or self._is_resumed:
            return said
        raise Invalid(f"{said} Check the options prefix and set of the source.")

    def _singly(self, arguments: dict[str, str], listing: Listing) -> Iterator[Harvested]:
        """The records that are missing of a list whose pages cannot be had, one by one."""
        log.warning("%s What is missing is asked for one by one.", listing.fault)
        headers = Listing(self._provider, IDENTIFIERS, arguments, self._seen, max_pages=self._max_pages)
        failures = 0
        for page in headers.pages():
            for entry in page.entries:
                if entry.header.deleted:
                    yield from self._reader.items(entry)
                    continue
                if not self._singles_left or failures >= MAX_FAILURES:
                    return
                self._singles_left -= 1
                items = self._single(entry.header.identifier)
                failures = failures + 1 if items is None else 0
                yield from items or [self._reader.rejected(entry.header.identifier, listing.fault)]
        if headers.came:
            listing.came, listing.fault = headers.came, headers.fault

    def _single(self, identifier: str) -> Iterator[Harvested] | None:
        """What is to be told of one record; None when it cannot be had."""
        arguments = {"identifier": identifier, "metadataPrefix": self._plan.prefix}
        try:
            answer = self._provider.ask("GetRecord", **arguments)
        except CatalogueError as error:
            log.warning("%s could not be had: %s", identifier, error)
            return None
        if answer.error == "idDoesNotExist":
            return iter(())
        if answer.error:
            return iter([self._reader.rejected(identifier, f"{answer.error}: {answer.said}")])
        return (item for entry in answer.entries for item in self._reader.items(entry))


KIND: Final = Kind(
    "oai-pmh",
    "A repository or archive that speaks OAI-PMH.",
    "The base URL of the repository, such as https://archive.example/oai.",
    harvest,
    {
        "prefix": "Metadata prefix of the format to be read; the best of those offered when not given.",
        "set": "Set to be read, as its setSpec; several are parted by commas; everything when not given.",
        "all_types": "“yes” takes everything that is listed, and not data sets and collections alone.",
    },
)
