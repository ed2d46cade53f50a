"""From what a repository lists to records, whichever of the known formats their metadata are in."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import NamedNode

from catalogue.drafting import Given
from catalogue.errors import Invalid, Refused
from catalogue.rdf import Document, Format
from catalogue.records import Harvested, Record, Rejected, Withdrawn
from harvesters.kind import Asked
from harvesters.oai_answer import Entry
from harvesters.oai_datacite import datacite
from harvesters.oai_dc import dublin_core
from harvesters.oai_ddi import codebook
from harvesters.oai_plan import Plan
from harvesters.oai_provider import Provider
from harvesters.oai_subjects import Subjects
from harvesters.oai_xml import Element, local, raw, whole
from harvesters.once import Once
from harvesters.payload import KEPT_BYTES, described
from harvesters.scholarly import is_dataset
from ontologies.vocabularies import Vocabularies

log = logging.getLogger(__name__)

Mapper = Callable[[Vocabularies, Element], tuple[tuple[str, ...], Mapping[str, Given]]]
"""From metadata to the types of what they describe and the values of its fields."""

_MAPPERS: Final[Mapping[str, Mapper]] = {
    "dc": dublin_core,
    "qualifieddc": dublin_core,
    "dcterms": dublin_core,
    "resource": datacite,
    "oai_datacite": datacite,
    "codeBook": codebook,
}
"""The mappers by the names of the elements that metadata begin with."""

_SPACE: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_RDF: Final = f"{_SPACE}RDF"
_BRINGS_OWN: Final = re.compile(r"dcat|rdf", re.I)
_CLASSES: Final = frozenset({"Dataset", "DatasetSeries", "DataService"})
_NOTHING: Final = "It has no metadata in the format {}."


@dataclass(frozen=True, slots=True)
class Place:
    """Where the records of a repository belong."""

    provider: Provider
    catalogue: str


class Reader:
    """Reads records.

    `aside` counts those that were no data sets or had been taken away; `is_mixed` says that there were
    any that are no data sets.
    """

    def __init__(self, asked: Asked, place: Place, plan: Plan, subjects: Subjects) -> None:
        self._asked = asked
        self._place = place
        self._plan = plan
        self.subjects = subjects
        self._once = Once()
        self.aside = plan.start.aside
        self.is_mixed = plan.start.mixed

    def items(self, entry: Entry) -> Iterator[Harvested]:
        """What is to be told of a record, which is nothing when it is no data set."""
        header, metadata = entry.header, entry.metadata
        mapper = _MAPPERS.get(local(metadata)) if metadata is not None else None
        if header.deleted:
            yield from self._deleted(header.identifier)
        elif entry.fault or not header.identifier:
            yield self._rejected(entry, entry.fault or "It has no identifier.")
        elif metadata is None:
            yield self._rejected(entry, _NOTHING.format(self._plan.prefix))
        elif mapper is not None:
            yield from self._mapped(header.identifier, metadata, mapper)
        elif (graph := next(metadata.iter(_RDF), None)) is not None:
            yield from self._graph(header.identifier, graph)
        else:
            name = local(metadata)[:100]
            yield self._rejected(entry, f"Its metadata begin with <{name}>, which is no format that is read.")

    def origin(self, identifier: str) -> str:
        """The address of a record."""
        return self._place.provider.record_url(identifier, self._plan.prefix)

    def rejected(self, identifier: str, reason: str, content: bytes = b"") -> Rejected:
        """A record that cannot be used; its place is its subject, or "" when that is not known."""
        place = self.subjects.likely(identifier, brings_own=bool(_BRINGS_OWN.search(self._plan.prefix)))
        return Rejected(self.origin(identifier), place, reason, content)

    def _rejected(self, entry: Entry, reason: str) -> Rejected:
        content = entry.bytes or (raw(entry.metadata) if entry.metadata is not None else b"")
        return self.rejected(entry.header.identifier, reason, content)

    def _deleted(self, identifier: str) -> Iterator[Harvested]:
        self.aside += 1
        subject = self.subjects.of(identifier)
        if not self._plan.tells_deletions:
            log.warning("%s is marked as deleted by a repository that says it does not mark", identifier)
        elif subject:
            yield Withdrawn(subject)

    def _graph(self, identifier: str, graph: Element) -> Iterator[Harvested]:
        """The records of RDF as they are, for which the repository is one more catalogue."""
        origin = self.origin(identifier)
        content = whole(graph)
        found: list[str] = []
        try:
            for item in described(Document(origin, content, Format.RDF_XML, origin)):
                if isinstance(item, Record) and item.kind != "catalogue":
                    found.append(item.subject.value)
                    item = replace(item, member_of=(*item.member_of, NamedNode(self._place.catalogue)))
                admitted = self._once.admit(item)
                if admitted is not None:
                    yield admitted
        except (Invalid, Refused) as error:
            yield Rejected(origin, _about(graph), str(error), content[:KEPT_BYTES])
            return
        if found:
            self.subjects.learn(identifier, found)
        else:
            yield Rejected(origin, _about(graph), "Its RDF describes no data set.", content[:KEPT_BYTES])

    def _mapped(self, identifier: str, metadata: Element, mapper: Mapper) -> Iterator[Harvested]:
        subject = self.subjects.own(identifier)
        self.subjects.learn(identifier, [subject])
        types, values = mapper(self._asked.vocabularies, metadata)
        if not self._plan.takes_all and not is_dataset(types):
            self.aside += 1
            self.is_mixed = True
        elif not any(values.values()):
            yield self.rejected(identifier, "Its metadata say nothing.", raw(metadata))
        else:
            yield self._record(subject, values, identifier, metadata)

    def _record(
        self, subject: str, values: Mapping[str, Given], identifier: str, metadata: Element
    ) -> Record | Rejected:
        catalogue = (self._place.catalogue,)
        try:
            return self._asked.record("dataset", subject, values, self.origin(identifier), catalogue)
        except Invalid as error:
            return self.rejected(identifier, str(error), raw(metadata))


def _about(graph: Element) -> str:
    """The subject of RDF that cannot be used, as it is written there; "" when there is none."""
    named = (one.get(f"{_SPACE}about", "") for one in graph.iter() if local(one) in _CLASSES)
    return next(filter(None, named), "")
