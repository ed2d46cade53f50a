"""The report of the guard for the custodian, in plain words; nothing in it helps to find a hidden count."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from catalogue.profiles.analyses import ANALYSES
from catalogue.profiles.disclosure_ages import TOP
from catalogue.profiles.disclosure_cells import Numbers
from catalogue.profiles.disclosure_descendants import Widened, grid
from catalogue.profiles.disclosure_spreads import OF_MEDIAN, OF_TENTHS, Spreads
from catalogue.profiles.disclosure_variables import Variables
from catalogue.profiles.measured import Dropped
from catalogue.profiles.release import Withheld

_LEFT_OUT: Final = "Left out, as hiding counts would not keep the hidden ones from being worked out."


def report(
    numbers: Numbers,
    aged: Mapping[str, int],
    wide: Mapping[str, Widened],
    spreads: Spreads,
    variables: Variables,
    dropped: Iterable[Dropped],
) -> Iterator[Withheld]:
    """What is hidden, banded and left out, and why; then what the readers did not take in."""
    for analysis in sorted(numbers.by_analysis, key=list(ANALYSES).index):
        if analysis in wide:
            yield from _of_descendants(numbers, analysis, wide[analysis])
        else:
            yield from _of_analysis(numbers, analysis)
    for analysis, cells in sorted(aged.items()):
        yield Withheld(
            _label(analysis), cells, f"All ages from {TOP} on are told as one, for such persons are few."
        )
    yield from _of_spreads(spreads, numbers.rule.threshold)
    yield from _of_variables(variables, numbers.rule.threshold)
    for rows in sorted(set(dropped), key=repr):
        yield Withheld(rows.what, rows.rows, rows.reason)


def _of_analysis(numbers: Numbers, analysis: str) -> Iterator[Withheld]:
    cells, label, rule = numbers[analysis], _label(analysis), numbers.rule
    lines = [
        (len(cells.small()), f"Counts of 1 to {rule.threshold} are hidden."),
        (
            len(cells.shut - cells.gone),
            "Hidden so that others cannot be worked out from sums and bounds.",
        ),
        (len(cells.gone), _LEFT_OUT),
        (
            numbers.twice.get(analysis, 0),
            "The files tell them more than once, and not the same; what is told covers all.",
        ),
    ]
    yield from (Withheld(label, count, reason) for count, reason in lines if count)


def _of_descendants(numbers: Numbers, analysis: str, wide: Widened) -> Iterator[Withheld]:
    label, threshold = _label(analysis), numbers.rule.threshold
    if wide.wider:
        yield Withheld(
            label,
            wide.wider,
            f"Told between multiples of {grid(numbers.rule)}, and hidden up to {threshold}: what a concept "
            "has more with its descendants than by itself is the count of others.",
        )
    if out := len(numbers[analysis].low) - len(wide.counts):
        yield Withheld(label, out, _LEFT_OUT)


def _of_spreads(spreads: Spreads, threshold: int) -> Iterator[Withheld]:
    lines = [
        (len(spreads.kept), "Smallest and largest values are left out, as they are of one person each."),
        (spreads.aged, f"Ages above {TOP} are told as {TOP}."),
        (
            spreads.trimmed,
            f"Outer quantiles are left out where there are fewer than {OF_TENTHS * threshold} values.",
        ),
        (
            spreads.few,
            f"Left out, as there are fewer than {OF_MEDIAN * threshold} values, or it is hidden how many.",
        ),
        (spreads.unknown, "Left out, as the files do not tell how many values there are."),
    ]
    yield from (Withheld("Spreads of values", count, reason) for count, reason in lines if count)


def _of_variables(variables: Variables, threshold: int) -> Iterator[Withheld]:
    lines = [
        (variables.rare, f"Values that occur 1 to {threshold} times are left out."),
        (
            variables.others,
            "Left out as they do not occur, or so that others cannot be worked out.",
        ),
        (
            variables.untold,
            "How often they occur is told only where counts are rounded to the threshold or more.",
        ),
    ]
    yield from (Withheld("Values of variables", count, reason) for count, reason in lines if count)


def _label(analysis: str) -> str:
    return ANALYSES[analysis].label
