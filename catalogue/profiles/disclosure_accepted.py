"""Releases that a node guarded before it let them go: held against the rule here, and taken as they are.

To guard them once more would hide what need not be hidden: a count that is told as 1 to 5 leaves no room
to a second guard. What cannot be seen from here is whether sums give a hidden count away; the node, which
has the numbers, has seen to that.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from catalogue.errors import Invalid
from catalogue.profiles.analyses import ANALYSES, Kind
from catalogue.profiles.counts import Count, State
from catalogue.profiles.disclosure_ages import TOP
from catalogue.profiles.disclosure_cells import place, told
from catalogue.profiles.disclosure_spreads import rounded
from catalogue.profiles.measured import Dropped, Spread, Told
from catalogue.profiles.release import Guarded, Rule, Strata, Withheld


def accepted(made: Guarded, rule: Rule, about: Told, left_out: Iterable[Dropped]) -> Guarded:
    """The release as the node made it, in order, with what is told about it and was left out here.

    Raises Invalid where the rule that it was made by hides less than this one, or where something is told
    that its own rule hides.
    """
    _check_rule(made.rule.checked(), rule)
    for analysis, cells in made.cells.items():
        _check(analysis, cells, made.rule)
    for spread in made.spreads:
        _check_spread(spread)
    for variable in made.variables:
        for value, count in variable.values.items():
            if count.state is State.SUPPRESSED or not _fits(count, made.rule):
                raise _untrue(f"The value “{value[:40]}” of {variable.table}.{variable.name}", made.rule)
    return replace(
        made,
        told=about,
        cells={name: dict(cells) for name, cells in sorted(made.cells.items()) if cells},
        spreads=tuple(sorted(made.spreads, key=lambda one: (one.analysis, one.strata))),
        report=(*made.report, *(Withheld(one.what, one.rows, one.reason) for one in left_out)),
    )


def _check_rule(made: Rule, here: Rule) -> None:
    if made.threshold < here.threshold or made.rounding % here.rounding:
        raise Invalid(
            f"The node hid counts of 1 to {made.threshold} and rounded to {made.rounding}, and here counts "
            f"of 1 to {here.threshold} are hidden and others rounded to {here.rounding}. Make the files "
            f"again with --threshold {here.threshold} --rounding {here.rounding}."
        )


def _check(analysis: str, cells: Mapping[Strata, Count], rule: Rule) -> None:
    known = ANALYSES.get(analysis)
    if known is None or known.kind is not Kind.COUNT:
        raise Invalid(f"“{analysis[:40]}” counts nothing that is known here.")
    fitting: set[Count] = set()
    for strata, count in cells.items():
        if len(strata) != len(known.strata):
            raise Invalid(f"{place(analysis, strata)} must have {len(known.strata)} strata.")
        if count not in fitting:
            if not _fits(count, rule):
                raise _untrue(place(analysis, strata), rule)
            fitting.add(count)
    if "age" in known.strata and any(age.isdecimal() and int(age) >= TOP for age, *_ in cells):
        raise Invalid(f"{known.label} are told for single ages from {TOP} on, which are told as {TOP}+.")


def _fits(count: Count, rule: Rule) -> bool:
    """Whether a guard by this rule may have made the count."""
    if count.state is State.SUPPRESSED:
        return count in (Count.hidden(), Count.hidden(rule.threshold))
    if count.low is None or count.high is None or not 0 <= count.low <= count.high:
        return False
    return count == told(rule, count.low, count.high)


def _check_spread(spread: Spread) -> None:
    known = ANALYSES.get(spread.analysis)
    if known is None or known.kind is not Kind.SPREAD or len(spread.strata) != len(known.strata):
        raise Invalid(f"“{spread.analysis[:40]}” with {len(spread.strata)} strata is no spread known here.")
    in_full = {rounded(spread.mean), rounded(spread.deviation)} != {spread.mean, spread.deviation}
    aged = known.unit == "years" and any(value is not None and value > TOP for value in _values(spread))
    if in_full or aged or {spread.count, spread.minimum, spread.maximum} != {None}:
        raise Invalid(
            f"The spread {', '.join((spread.analysis, *spread.strata))} tells more than a guard lets out: a "
            f"number of values, an extreme, an age above {TOP}, or a mean in full."
        )


def _values(spread: Spread) -> Iterator[float | None]:
    yield from (spread.p10, spread.p25, spread.median, spread.p75, spread.p90, spread.mean)


def _untrue(what: str, rule: Rule) -> Invalid:
    return Invalid(
        f"{what} is told as no guard would that hides 1 to {rule.threshold} and rounds to {rule.rounding}. "
        "Nothing was taken in. Make the files again, and change nothing in them."
    )
