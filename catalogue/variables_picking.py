"""Counts, narrows and puts in order the variables that words find, dictionary by dictionary."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge, nsmallest
from itertools import islice
from typing import TypeAlias

from catalogue.variable_tables import PLACES
from catalogue.variables import key_of
from catalogue.variables_asked import VariableQuery, stored
from catalogue.variables_columns import COUNTED, Column, Columns

Ranked: TypeAlias = tuple[int, int, str, int]
"""How far a name is from the text, how many words stand elsewhere, the key, the number of a variable."""

Matched: TypeAlias = Mapping[int, int] | None
"""The places that words find, with how many of them stand elsewhere than in the name; None for all places."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The dictionary of a record that is there."""

    id: int
    record: str
    title: str
    source: str
    digest: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A dictionary in which a query has looked; `kept` are the places that its selections let through."""

    owner: Owner
    columns: Columns
    matched: Matched
    kept: Sequence[int]

    @property
    def ids(self) -> Iterator[int]:
        """The numbers of the variables that are kept."""
        return ((self.owner.id << PLACES) + at for at in self.kept)


@dataclass(slots=True)
class Shared:
    """What variables have alike: in how many dictionaries, how many there are, and the number of one."""

    example: int
    datasets: int = 0
    variables: int = 0


def look(owner: Owner, columns: Columns, matched: Matched, query: VariableQuery) -> Looked:
    """Look in one dictionary."""
    return Looked(owner, columns, matched, _kept(columns, matched, query))


def _kept(columns: Columns, matched: Matched, query: VariableQuery, aside: str = "") -> Sequence[int]:
    """The places that the selections let through, that of one facet left aside."""
    kept: Sequence[int] = range(len(columns.keys)) if matched is None else [*matched]
    for name, column in zip(COUNTED, columns.counted, strict=True):
        chosen = query.filters.get(name)
        if chosen and name != aside:
            values = {stored(name, value) for value in chosen}
            wanted = {at for at, value in enumerate(column.values) if value in values}
            which = column.which
            kept = [at for at in kept if which[at] in wanted] if wanted else []
    return kept


def counted(looked: Iterable[Looked], query: VariableQuery) -> dict[str, Counter[str]]:
    """How many variables each value has of the facets that are columns, without their own selection."""
    found: dict[str, Counter[str]] = {name: Counter() for name in COUNTED}
    for one in looked:
        if not is_chosen(one.owner, query):
            continue
        for name, column in zip(COUNTED, one.columns.counted, strict=True):
            kept = _kept(one.columns, one.matched, query, name) if name in query.filters else one.kept
            for at, number in _numbers(column, kept):
                found[name][column.values[at]] += number
    return found


def _numbers(column: Column, kept: Sequence[int]) -> Iterable[tuple[int, int]]:
    if isinstance(kept, range):
        return enumerate(column.numbers)
    return Counter(map(column.which.__getitem__, kept)).items()


def is_chosen(owner: Owner, query: VariableQuery, aside: str = "") -> bool:
    """Whether a query lets a record and its source through, the selection of one of both left aside."""
    datasets = () if aside == "dataset" else query.filters.get("dataset", ())
    sources = () if aside == "source" else query.filters.get("source", ())
    return (not datasets or owner.record in datasets) and (not sources or owner.source in sources)


def nearest(looked: Iterable[Looked], query: VariableQuery, most: int) -> list[int]:
    """The numbers of the variables that a query finds, the nearest names first, at most so many."""
    chosen = [one for one in looked if is_chosen(one.owner, query)]
    unsearched = [_by_key(one) for one in chosen if one.matched is None]
    if unsearched:
        return [id for _, id in islice(merge(*unsearched), most)]
    wanted = key_of(query.text)
    return [id for *_, id in nsmallest(most, (each for one in chosen for each in _ranked(one, wanted)))]


def _by_key(one: Looked) -> Iterator[tuple[str, int]]:
    keys, first = one.columns.keys, one.owner.id << PLACES
    kept = one.kept if isinstance(one.kept, range) else {*one.kept}
    return ((keys[at], first + at) for at in one.columns.ordered if at in kept)


def _ranked(one: Looked, wanted: str) -> Iterator[Ranked]:
    keys, first, matched = one.columns.keys, one.owner.id << PLACES, one.matched or {}
    for at in one.kept:
        key = keys[at]
        far = 0 if key == wanted else 1 if key.startswith(wanted) else 2
        yield far, matched[at], key, first + at


def shared(looked: Iterable[Looked], query: VariableQuery) -> dict[str, Shared]:
    """What the variables that a query finds have alike."""
    found: dict[str, Shared] = {}
    for one in looked:
        if not is_chosen(one.owner, query):
            continue
        first = one.owner.id << PLACES
        here: dict[str, list[int]] = {}
        for at in one.kept:
            here.setdefault(one.columns.alike(at), []).append(at)
        for name, places in here.items():
            told = found.setdefault(name, Shared(first + places[0]))
            told.datasets += 1
            told.variables += len(places)
    found.pop("", None)
    return found
