"""Concepts as pages show them: those of all sources, those of one dataset, and one with who holds it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from catalogue.catalogue import Catalogue
from catalogue.errors import Invalid, NotFound
from catalogue.profiles.analyses import DOMAINS
from catalogue.profiles.concepts import Concept
from catalogue.profiles.concepts_bounds import Parts
from catalogue.profiles.concepts_browse import InDataset, InNetwork
from catalogue.profiles.concepts_counts import Coverage
from catalogue.profiles.counts import Count
from catalogue.search import SearchQuery, Words
from web import format as form
from web.charts.amounts import middle, share
from web.charts.chart import Say
from web.charts.labels import concept_label, domain_label
from web.links import Links
from web.telling import Telling, telling

BY_PERSONS: Final = "persons"
BY_RECORDS: Final = "records"
SORTS: Final = (BY_PERSONS, BY_RECORDS, "title")
"""What the sources of a concept may be sorted by."""

NOTHING: Final = Coverage(Count.absent(), Count.absent())

Choose: TypeAlias = Callable[[Iterable[Words]], Words]
"""Chooses a title in the language of a reader."""

_DIGITS: Final = 18
_NEAR: Final = 20
"""How many concepts above and below are listed at once."""


@dataclass(frozen=True, slots=True)
class Named:
    """A concept to read and to follow; `code` is its vocabulary and its code there."""

    label: str
    code: str
    href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A domain to choose."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """A concept with what all sources hold of it."""

    concept: Named
    sources: str
    persons: Telling
    records: Telling


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """A concept in a domain of a dataset; `all_` is with all below it, over all domains."""

    concept: Named
    domain: str
    persons: Telling
    share: Telling
    records: Telling
    all_persons: Telling
    all_records: Telling


@dataclass(frozen=True, slots=True)
class Holder:
    """A source that holds a concept: by itself, and with all below it."""

    record: str
    title: Words
    own: Coverage
    all: Coverage


@dataclass(frozen=True, slots=True)
class Held:
    """A concept with who holds it."""

    concept: Concept
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class HolderRow:
    """A source with what it holds of a concept, and the ways to it and to its profile."""

    title: Words
    href: str
    profile: str
    persons: Telling
    records: Telling
    all_persons: Telling
    all_records: Telling


@dataclass(frozen=True, slots=True)
class Near:
    """Concepts above or below one: the first, and the rest."""

    first: tuple[Named, ...]
    rest: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class ConceptView:
    """All that the page of a concept shows; `sums` of persons may count one more than once."""

    label: str
    id: int
    vocabulary: str
    code: str
    domain: str
    synonyms: tuple[str, ...]
    above: Near
    below: Near
    below_is_cut: bool
    sources: str
    persons: Telling
    records: Telling
    rows: tuple[HolderRow, ...]


@dataclass(frozen=True, slots=True)
class Kin:
    """What else a concept is called, and what is above and below it."""

    synonyms: tuple[str, ...]
    above: tuple[Concept, ...]
    below: tuple[Concept, ...]
    below_is_cut: bool


def label(concept: Concept, say: Say) -> str:
    """The name of a concept, or its number while the name is not known."""
    return concept_label(str(concept.id), {str(concept.id): concept.name}, say)


def named(concept: Concept, links: Links, say: Say) -> Named:
    code = f"{concept.vocabulary} {concept.code}" if concept.code else ""
    return Named(label(concept, say), code, links.concept(concept.id))


def choices(domain: str, say: Say) -> tuple[Choice, ...]:
    """The domains to choose from."""
    return tuple(Choice(one, domain_label(one, say), one == domain) for one in DOMAINS)


def network_rows(found: Iterable[InNetwork], links: Links, say: Say) -> tuple[NetworkRow, ...]:
    return tuple(
        NetworkRow(
            named(row.concept, links, say),
            form.number(row.sources),
            telling(row.sums.persons, say),
            telling(row.sums.records, say),
        )
        for row in found
    )


def dataset_rows(
    record: str, found: Iterable[InDataset], persons: Count, links: Links, say: Say
) -> tuple[DatasetRow, ...]:
    """The concepts of a dataset of so many `persons`; their addresses lead to what it tells of each."""
    return tuple(
        DatasetRow(
            replace(
                named(row.concept, links, say), href=links.profile(record, f"/concepts/{row.concept.id}")
            ),
            domain_label(row.domain, say),
            telling(row.own.persons, say),
            telling(share(row.own.persons, persons), say),
            telling(row.own.records, say),
            telling(row.all.persons, say),
            telling(row.all.records, say),
        )
        for row in found
    )


def held(catalogue: Catalogue, name: str, sort: str, choose: Choose) -> Held:
    """A concept by its number, with who holds it in the order of one of `SORTS`; the most come first.

    `choose` chooses among the titles of a source. Raises Invalid for what is no number, and NotFound
    where it has neither a name nor a holder.
    """
    if not (name.isascii() and name.isdecimal() and len(name) <= _DIGITS):
        raise Invalid(f"A concept cannot be called {name:.100}: it has a number.")
    id, counts = int(name), catalogue.concept_counts
    own, all = (counts.coverage(id, descendants=below) for below in (False, True))
    concept = catalogue.concepts.named([id]).get(id)
    if concept is None and not own and not all:
        raise NotFound(f"There is no concept {id} here.")
    titles = _titles(catalogue, frozenset((*own, *all)), choose)
    found = [
        Holder(record, title, own.get(record, NOTHING), all.get(record, NOTHING))
        for record, title in titles.items()
    ]
    return Held(concept or Concept(id, ""), tuple(_sorted(found, sort)))


def view(concept: Concept, kin: Kin, found: Sequence[Holder], links: Links, say: Say) -> ConceptView:
    """Lay a concept out for reading, with who holds it in the order given."""
    persons = Parts.of(one.all.persons for one in found).total()
    records = Parts.of(one.all.records for one in found).total()
    return ConceptView(
        label(concept, say),
        concept.id,
        concept.vocabulary,
        concept.code,
        concept.domain,
        kin.synonyms,
        _near(kin.above, links, say),
        _near(kin.below, links, say),
        kin.below_is_cut,
        form.number(len(found)),
        telling(persons, say),
        telling(records, say),
        tuple(_holder_row(one, links, say) for one in found),
    )


def _titles(catalogue: Catalogue, records: frozenset[str], choose: Choose) -> dict[str, Words]:
    """What records are called; the ledger tells of those that the index does not hold."""
    rows = catalogue.rows(SearchQuery(copies=True, among=records))
    found = {row.id: choose(row.title) for row in rows}
    rest = catalogue.ledger.entries(records - found.keys())
    return {id: Words(entry.title) for id, entry in rest.items()} | found


def _sorted(found: list[Holder], sort: str) -> list[Holder]:
    by_title = sorted(found, key=lambda one: (one.title.text.casefold(), one.record))
    if sort == BY_PERSONS:
        return sorted(by_title, key=lambda one: -middle(one.all.persons))
    if sort == BY_RECORDS:
        return sorted(by_title, key=lambda one: -middle(one.all.records))
    return by_title


def _near(concepts: Sequence[Concept], links: Links, say: Say) -> Near:
    all = tuple(named(one, links, say) for one in concepts)
    return Near(all[:_NEAR], all[_NEAR:])


def _holder_row(one: Holder, links: Links, say: Say) -> HolderRow:
    return HolderRow(
        one.title,
        links.record(one.record),
        links.profile(one.record),
        telling(one.own.persons, say),
        telling(one.own.records, say),
        telling(one.all.persons, say),
        telling(one.all.records, say),
    )
