"""What a look at a source shows: its first records, each checked, and what could not be used."""

from collections.abc import Iterable
from typing import Final

from catalogue.check import check
from catalogue.errors import CatalogueError, Interrupted
from catalogue.fields import TABLE_OF_KIND, Profile
from catalogue.mapping import index as indexed
from catalogue.mapping import read
from catalogue.projection import name_of
from catalogue.records import (
    Canonical,
    Characterisation,
    Declared,
    Harvested,
    Incomplete,
    Record,
    Rejected,
    Said,
)
from ontologies.vocabularies import Vocabularies
from web.operations import Preview, Previewed, Trouble

PREVIEW_S: Final = 60.0
"""How long a preview may take."""

_MOST_TOLD: Final = 200


class Seen:
    """What a preview has come to; `limit` is how many records are enough."""

    def __init__(self, vocabularies: Vocabularies, profile: str, limit: int) -> None:
        self._vocabularies = vocabularies
        self._profile = Profile(profile) if profile else None
        self._limit = limit
        self._records: list[Previewed] = []
        self._troubles: list[Trouble] = []
        self._log: list[str] = []
        self._declared: int | None = None
        self._profiles = 0
        self._is_all = False
        self._failure = ""

    def look(self, items: Iterable[Harvested]) -> None:
        """Look at items until there are enough, or something goes wrong."""
        try:
            for item in items:
                self._item(item)
                if len(self._records) >= self._limit or len(self._troubles) >= _MOST_TOLD:
                    return
            self._is_all = not self._failure
        except Interrupted:
            self._failure = f"It takes longer than {PREVIEW_S:.0f} seconds; this is what came until then."
        except CatalogueError as error:
            self._failure = str(error)

    def preview(self, seconds: float) -> Preview:
        """What came of it."""
        return Preview(
            tuple(self._records),
            tuple(self._troubles),
            self._declared,
            self._is_all,
            self._failure,
            tuple(self._log),
            seconds,
            self._profiles,
        )

    def _item(self, item: Harvested) -> None:
        match item:
            case Canonical():
                self._records.append(self._previewed(item.record()))
            case Record():
                self._records.append(self._previewed(item))
            case Rejected():
                self._troubles.append(Trouble(" ".join(filter(None, (item.origin, item.place))), item.reason))
            case Declared(total):
                self._declared = total
            case Incomplete(reason):
                self._failure = self._failure or reason
            case Characterisation():
                self._profiles += 1
                self._log.append(f"{item.origin} tells a profile of {item.dataset}.")
            case Said() if len(self._log) < _MOST_TOLD:
                self._log.append(item.message)
            case _:
                pass

    def _previewed(self, record: Record) -> Previewed:
        graph = indexed(record.triples)
        entity = read(graph, record.subject, TABLE_OF_KIND[record.kind])
        report = check(entity, graph, self._vocabularies, self._profile)
        publisher = next((name_of(value, graph) for value in entity.all("publisher")), "")
        title = entity.text("title")
        return Previewed(record.subject.value, record.kind, title, publisher, report.missing, report.profile)
