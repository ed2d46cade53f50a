"""What is read to describe others: organisations by id, variables of datasets, reports on measures."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from catalogue.drafting import Given
from catalogue.errors import CatalogueError, NotFound
from catalogue.profiles.measured import Measured
from harvesters.fhir_bounds import is_id
from harvesters.fhir_counts import of_report
from harvesters.fhir_elements import Context, Values, concept_words, harmless, reach, spellings
from harvesters.fhir_mapping import UNPUBLISHED
from harvesters.fhir_server import Server
from harvesters.json_values import Node, count, first, node, nodes, text

log = logging.getLogger(__name__)

MOST_ORGANISATIONS: Final = 2_000
MOST_VARIABLES: Final = 50_000
MOST_MEASURES: Final = 10_000
_PATIENCE: Final = 3
_OWNERS: Final = ("part-of", "derived-from", "composed-of", "depends-on", "documentation")


class Organisations:
    """Organisations that were referred to, each asked for once; one that cannot be had keeps its name."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._known: dict[str, Values] = {}
        self._failures = 0

    def agent(self, reference: Node, holder: Node) -> Values:
        """The fields of an agent; none when nothing is known of it."""
        display = text(reference.get("display"))
        written = text(reference.get("reference"))
        if written.startswith("#"):
            return _agent(_contained(holder, written[1:]), display)
        id = self._id(written)
        if id and id not in self._known and len(self._known) < MOST_ORGANISATIONS:
            self._known[id] = self._asked(id)
        return _agent({}, display) if not self._known.get(id) else self._known[id]

    def _id(self, reference: str) -> str:
        """The id of an organisation on this server; of any other none."""
        local = reference.removeprefix(self._server.bounds.root + "/")
        type, _, id = local.partition("/")
        id = id.partition("/_history/")[0]
        return id if type == "Organization" and is_id(id) else ""

    def _asked(self, id: str) -> Values:
        if "Organization" not in self._server.capability.types or self._failures >= _PATIENCE:
            return {}
        try:
            return _agent(self._server.organisation(id), "")
        except CatalogueError as error:
            self._failures += not isinstance(error, NotFound)
            log.warning("Organization/%s is named only as it was referred to: %s", id, error)
            return {}


def _contained(holder: Node, id: str) -> Node:
    inside = nodes(holder.get("contained"))
    own = (one for one in inside if one.get("resourceType") == "Organization")
    return next((one for one in own if text(one.get("id")) == id), {})


def _agent(organisation: Node, display: str) -> Values:
    name = first(organisation.get("name"), display)
    if not name:
        return {}
    details = node(organisation.get("contact")).get("telecom")
    reached = {**reach(details), **reach(organisation.get("telecom"))}
    kind = next((word for one in nodes(organisation.get("type")) for word in spellings(one)), "")
    return {
        "name": name,
        "description": text(organisation.get("description")) or (kind if kind != name else ""),
        "homepage": harmless(reached.get("hasURL")),
        "mbox": reached.get("hasEmail"),
    }


class Variables:
    """The columns that EvidenceVariables describe, by the address of the dataset that they name."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._columns: dict[str, list[Values]] = {}
        self._kept = 0
        self.unclaimed = 0

    def add(self, resource: Node) -> bool:
        """Keep a variable; False when there are too many."""
        if text(resource.get("status")) in UNPUBLISHED:
            return True
        owners = {*_owners(resource, self._base)}
        if not owners:
            self.unclaimed += 1
            return True
        if self._kept >= MOST_VARIABLES:
            return False
        self._kept += 1
        column = _column(resource)
        for owner in owners:
            self._columns.setdefault(owner, []).append(column)
        return True

    def of(self, names: Iterable[str]) -> tuple[Values, ...]:
        """The columns of a dataset that goes by these names."""
        found = [column for name in names if name for column in self._columns.get(name, ())]
        each = {id(column): column for column in found}.values()
        return tuple(sorted(each, key=lambda one: str(one["columnName"])))


def _owners(resource: Node, base: str) -> Iterable[str]:
    for one in nodes(resource.get("relatedArtifact")):
        if text(one.get("type")) not in _OWNERS:
            continue
        for given in (
            one.get("resource"),
            node(one.get("resourceReference")).get("reference"),
            one.get("url"),
        ):
            written = text(given).partition("|")[0]
            if written.startswith(("Library/", "ResearchStudy/")):
                yield f"{base}/{written}"
            elif written.startswith(("http://", "https://")):
                yield written


def _column(resource: Node) -> Values:
    name = first(resource.get("name"), resource.get("shortTitle"), resource.get("title"), resource.get("id"))
    handling = first(resource.get("handling"), resource.get("type"))
    return {
        "columnName": name,
        "columnTitle": first(resource.get("title"), resource.get("shortTitle"), name),
        "columnDatatype": {"continuous": "decimal", "dichotomous": "boolean"}.get(handling, "string"),
        "description": first(resource.get("description"), resource.get("subtitle")),
        "propertyUrl": harmless(resource.get("url")),
    }


@dataclass(slots=True)
class Reported:
    """What the summary reports on one measure have in common; `persons` is that of the latest."""

    reports: int = 0
    start: str = ""
    end: str = ""
    persons: int | None = None
    latest: str = ""
    reporter: Values = field(default_factory=dict)
    counted: tuple[Measured, ...] = ()
    populations: dict[str, None] = field(default_factory=dict)


class Measures:
    """Measures with what is reported on them.

    No number is kept but that of the people in them, where it is `smallest` or more, and for their
    profile of those by sex.
    """

    def __init__(self, smallest: int) -> None:
        self._smallest = smallest
        self._measures: dict[str, Values] = {}
        self._reported: dict[str, Reported] = {}

    def define(self, resource: Node, values: Values, address: str) -> None:
        """Keep the description of a measure, under the addresses that it goes by."""
        if len(self._measures) < MOST_MEASURES:
            for name in {text(resource.get("url")), address} - {""}:
                self._measures[name] = {**values, "@address": address}

    def add(self, report: Node, context: Context) -> None:
        """Count a summary report in; any other is left alone."""
        measure = text(report.get("measure")).partition("|")[0]
        if text(report.get("type")) != "summary" or not measure:
            return
        if text(report.get("status")) not in ("complete", ""):
            return
        if measure.startswith("Measure/"):
            measure = f"{context.base}/{measure}"
        if measure not in self._reported and len(self._reported) >= MOST_MEASURES:
            return
        kept = self._reported.setdefault(measure, Reported())
        times = node(report.get("period"))
        start, end = text(times.get("start"))[:10], text(times.get("end"))[:10]
        kept.reports += 1
        kept.start = min(filter(None, (kept.start, start)), default="")
        kept.end = max(kept.end, end)
        for one in nodes(report.get("group")):
            for population in nodes(one.get("population")):
                kept.populations[concept_words(population.get("code"))] = None
        if end >= kept.latest:
            kept.latest, kept.persons = end, _covered(report, self._smallest)
            kept.counted = of_report(report)
            kept.reporter = context.agent(node(report.get("reporter")), report) or kept.reporter

    def records(self, base: str) -> Iterable[tuple[str, Values, Reported]]:
        """The measures on which something is reported: address, values, and what is reported."""
        for measure, kept in self._reported.items():
            known = self._measures.get(measure, {})
            address = text(known.get("@address")) or harmless(measure)
            if address:
                yield address, _indicator(measure, known, kept), kept


def _covered(report: Node, smallest: int) -> int | None:
    """The people in the largest population of a report: no other number is safe to be told beside it."""
    sizes = [
        count(one.get("count"), smallest)
        for group in nodes(report.get("group"))
        for one in nodes(group.get("population"))
    ]
    return max((size for size in sizes if size is not None), default=None)


def _indicator(measure: str, known: Values, kept: Reported) -> Values:
    title = known.get("title") or measure.rpartition("/")[2]
    populations = ", ".join(filter(None, kept.populations))
    said = f"{kept.reports:,} aggregate reports" if kept.reports != 1 else "One aggregate report"
    words = f"{said} on this measure{f', with these populations: {populations}' if populations else ''}."
    return {
        **{name: value for name, value in known.items() if name != "@address"},
        "title": title,
        "description": _with(known.get("description"), words),
        "type": ["STATISTICAL"],
        "persons": kept.persons,
        "temporal": [{"startDate": kept.start, "endDate": kept.end}] if kept.start or kept.end else [],
        "publisher": known.get("publisher") or kept.reporter,
    }


def _with(about: Given, words: str) -> Given:
    """A description, in whatever language, and words of ours behind it."""
    if isinstance(about, Mapping):
        english = about.get("en")
        return {**about, "en": [english, words] if english else words}
    return [about, words] if about else words
