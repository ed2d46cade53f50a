"""Joins what a record describes of its variables with what a scan of the data found of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from catalogue.profiles.counts import Count, State
from catalogue.profiles.release import GuardedVariable
from catalogue.variables import Coded, Variable, key_of

MOST: Final = 1 << 20
"""So many variables have room in one dictionary."""


def merged(declared: Sequence[Variable], measured: Iterable[GuardedVariable]) -> tuple[Variable, ...]:
    """The variables of a record by table: those that it describes, then those only measured.

    A measured variable is a described one of the same name in a table of the same name, or the only one of
    that name. What the record says stands; a scan adds what it leaves open.
    """
    places = {(key_of(one.table), key_of(one.name)): at for at, one in enumerate(declared)}
    single = _single(declared)
    tables = {key_of(one.table): one.table for one in declared}
    found = [*declared]
    for one in measured:
        key = key_of(one.name)
        at = places.get((key_of(one.table), key), single.get(key))
        if at is None:
            found.append(_alone(one, tables.get(key_of(one.table), one.table)))
        elif not found[at].measured:
            found[at] = _both(found[at], one)
    return tuple(sorted(found[:MOST], key=lambda one: one.table))


def _single(declared: Sequence[Variable]) -> Mapping[str, int]:
    """The places of variables whose name no other has."""
    places: dict[str, list[int]] = {}
    for at, one in enumerate(declared):
        places.setdefault(key_of(one.name), []).append(at)
    return {key: at[0] for key, at in places.items() if len(at) == 1}


def _alone(one: GuardedVariable, table: str) -> Variable:
    values = tuple(Coded(value, "", count) for value, count in one.values.items())
    label = "" if one.label == one.name else one.label
    return Variable(
        table,
        one.name,
        label,
        datatype=one.type,
        values=tuple(sorted(values, key=_most_first)),
        empty=one.empty,
        declared=False,
        measured=True,
    )


def _both(said: Variable, one: GuardedVariable) -> Variable:
    return replace(
        said,
        label=said.label or ("" if one.label == said.name else one.label),
        datatype=said.datatype or one.type,
        values=tuple(_values(said.values, one.values)),
        empty=one.empty,
        measured=True,
    )


def _values(said: Sequence[Coded], counted: Mapping[str, Count]) -> Iterator[Coded]:
    """The codes that are described, with their counts, then the other values, the commonest first."""
    known = {one.code for one in said}
    yield from (replace(one, count=counted.get(one.code, one.count)) for one in said)
    others = (Coded(value, "", count) for value, count in counted.items() if value not in known)
    yield from sorted(others, key=_most_first)


def _most_first(one: Coded) -> tuple[bool, int, str]:
    return one.count.state is State.ABSENT, -(one.count.high or 0), one.code
