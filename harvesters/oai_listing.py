"""One list of a repository, page after page by resumption tokens, whatever the tokens do."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from catalogue.errors import CatalogueError
from harvesters.oai_answer import BAD_TOKEN, NO_RECORDS, Answer, Entry, Header
from harvesters.oai_provider import Provider

log = logging.getLogger(__name__)

MAX_PAGES: Final = 100_000
MAX_IDLE: Final = 20
"""Pages without any record that may follow one another; some servers filter after they page."""

MAX_RESTARTS: Final = 2
ENOUGH: Final = 0.98
"""As much of the size that a list declares must come; sizes are often estimates."""


class Seen:
    """Which records came in a run, and in which pass over a list last; held as hashes, for they are many."""

    def __init__(self) -> None:
        self._pass: dict[int, int] = {}
        self._passes = 0

    def begin(self) -> int:
        """The number of a new pass over a list."""
        self._passes += 1
        return self._passes

    def add(self, header: Header, number: int) -> int:
        """Keep a record as seen in a pass; the pass that it came in last, 0 when it never came."""
        mark = hash(header.identifier)
        before = self._pass.get(mark, 0)
        self._pass[mark] = number
        return before


class Listing:
    """A list, to be gone through once.

    After each page `token` is what leads on, `came` how many records of the list have come, `size`
    how many it declares. In the end `fault` tells why the list is not whole; `lost` that its pages
    could not be had, so that its records may be asked for singly; `error` is the error of protocol
    that it began with, and `is_empty` that the repository says there is nothing to list.
    """

    def __init__(
        self,
        provider: Provider,
        verb: str,
        arguments: Mapping[str, str],
        seen: Seen,
        token: str = "",
        came: int = 0,
        max_pages: int = MAX_PAGES,
    ) -> None:
        self._provider = provider
        self._verb = verb
        self._arguments = arguments
        self._seen = seen
        self._pass = self._first_pass = seen.begin()
        self._max_pages = max_pages
        self._pages = self._idle = self._restarts = 0
        self._first_length = 0
        self._set = arguments.get("set", "")
        self._tells_sets: bool | None = None
        self._strangers: list[Header] = []
        self.token = token
        self.came = came
        self.repeated = 0
        self.size: int | None = None
        self.fault = ""
        self.lost = self.is_empty = False
        self.error: Answer | None = None

    def pages(self) -> Iterator[Answer]:
        """The pages, each with those of its records alone that no list of this run had before."""
        while True:
            asked_with = self.token
            page = self._asked()
            if page is None:
                return
            if page.error:
                if self._goes_on_after(page):
                    continue
                return
            self._pages += 1
            length = len(page.entries)
            page, brought_news = self._news(page)
            self.token = page.token
            self.size = page.size if page.size is not None else self.size
            yield page
            if page.torn:
                self._lose(f"The end of page {self._pages} is missing.")
                return
            if not self.token:
                self._settle()
                return
            if self._is_stuck(asked_with, length, brought_news):
                return
            self._first_length = self._first_length or length

    def _asked(self) -> Answer | None:
        arguments = {"resumptionToken": self.token} if self.token else self._arguments
        try:
            return self._provider.ask(self._verb, **arguments)
        except CatalogueError as error:
            self._lose(f"Page {self._pages + 1} of {self._verb} could not be used: {error}")
            return None

    def _goes_on_after(self, page: Answer) -> bool:
        """Whether the list is begun again after an error; else says what the error means."""
        if page.error == BAD_TOKEN and self.token and self._restarts < MAX_RESTARTS:
            log.warning("the resumption token is no longer accepted; the list is begun again")
            self._restarts += 1
            self._pass = self._seen.begin()
            self.token, self.came, self._idle = "", 0, 0
            return True
        if page.error == NO_RECORDS and not self.token:
            self.is_empty = True
        elif self.token or self._pages:
            self._lose(f"{self._verb} ended with the error {page.error}: {page.said[:500]}")
        else:
            self.error = page
        return False

    def _news(self, page: Answer) -> tuple[Answer, bool]:
        """The page without what came before, and whether anything is new in this pass over the list."""
        kept = []
        brought_news = False
        for entry in self._members(page):
            before = self._seen.add(_named(entry), self._pass)
            if before != self._pass:
                brought_news = True
                self.came += 1
                self.repeated += 0 < before < self._first_pass
            if not before:
                kept.append(entry)
        for stranger in self._strangers:
            brought_news |= self._seen.add(stranger, self._pass) != self._pass
        return replace(page, entries=tuple(kept)), brought_news

    def _members(self, page: Answer) -> Iterator[Entry]:
        """The records of the page in the set: a server that forgets it sends others, too."""
        belongs = [self._belongs(entry) for entry in page.entries]
        if self._tells_sets is None and page.entries:
            self._tells_sets = all(belongs)
        self._strangers = []
        for entry, is_member in zip(page.entries, belongs, strict=True):
            if is_member or not self._tells_sets:
                yield entry
            else:
                self._strangers.append(Header(f"{self._set}\n{entry.header.identifier}"))
        if self._strangers:
            self.fault = (
                f"The repository forgot the set {self._set} while paging: records of other sets came. "
                "They were passed over, and some of the set may be missing."
            )

    def _belongs(self, entry: Entry) -> bool:
        """Whether a record is in the set or in one below it in the hierarchy."""
        return (
            not self._set
            or bool(entry.fault)
            or any(one == self._set or one.startswith(f"{self._set}:") for one in entry.header.sets)
        )

    def _is_stuck(self, asked_with: str, length: int, brought_news: bool) -> bool:
        """Whether the token leads nowhere: to what came already, or past all bounds."""
        self._idle = 0 if length else self._idle + 1
        is_last = self.size is not None and self.came >= self.size
        is_last = is_last or (self.token == asked_with and self.size is None and length < self._first_length)
        if brought_news and self._pages >= self._max_pages:
            self.fault = f"The list has more than {self._max_pages:,} pages; the rest was not read."
        elif brought_news or (not length and self.token != asked_with and self._idle <= MAX_IDLE):
            return False
        elif not is_last:
            self.fault = (
                f"The list runs in a circle: page {self._pages} brings nothing new and names another."
            )
        return True

    def _settle(self) -> None:
        if self.size is not None and self.came < ENOUGH * self.size and not self.fault:
            self.fault = f"The list ended after {self.came:,} records, but declares {self.size:,}."

    def _lose(self, reason: str) -> None:
        self.lost, self.fault = True, reason


def _named(entry: Entry) -> Header:
    """What a record is remembered by; one without an identifier by its bytes."""
    return entry.header if entry.header.identifier else Header(f"{entry.bytes!r}"[:2000])
